"""The pages of Zhucai: server-rendered, whole without script, Chinese first; the gateway mounts `routes`.

A room a kind of reader, each with its own list of addresses; `views` holds what several rooms show alike, `kit` what
every page is made of.
"""

from starlette.routing import BaseRoute

from gateway.pages.accounts import routes as accounts
from gateway.pages.anyone import routes as anyone
from gateway.pages.buyer import routes as buyer
from gateway.pages.deliveries import routes as deliveries
from gateway.pages.finance import routes as finance
from gateway.pages.inbox import routes as inbox
from gateway.pages.invoices import routes as invoices
from gateway.pages.kit import static
from gateway.pages.kit.page import refused
from gateway.pages.officer import routes as officer
from gateway.pages.orders import routes as orders
from gateway.pages.supplier import routes as supplier

__all__ = ["refused", "routes"]

routes: list[BaseRoute] = [
    *static.routes,
    *anyone.routes,
    *inbox.routes,
    *buyer.routes,
    *deliveries.routes,
    *orders.routes,
    *accounts.routes,
    *invoices.routes,
    *supplier.routes,
    *officer.routes,
    *finance.routes,
]

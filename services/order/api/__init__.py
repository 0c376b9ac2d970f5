"""The order service's HTTP routes: parse, call one use case, answer."""

from services.order.api.account_payments import router as account_payments
from services.order.api.accounts import router as accounts
from services.order.api.approvals import router as approvals
from services.order.api.baskets import router as baskets
from services.order.api.budgets import router as budgets
from services.order.api.cases import router as cases
from services.order.api.delivery_notes import router as delivery_notes
from services.order.api.invoices import router as invoices
from services.order.api.on_site_sales import router as on_site_sales
from services.order.api.open_contracting import router as open_contracting
from services.order.api.orders import router as orders
from services.order.api.payees import router as payees
from services.order.api.payments import router as payments
from services.order.api.reconciliations import router as reconciliations
from services.order.api.refunds import router as refunds
from services.order.api.requisitions import router as requisitions
from services.order.api.returns import router as returns
from services.order.api.standing_orders import router as standing_orders
from services.order.api.stock import router as stock
from services.order.api.stock_imports import router as stock_imports
from services.order.api.substitutes import router as substitutes
from services.order.api.webhooks import router as webhooks
from services.order.api.weighings import router as weighings

ROUTERS = (
    stock,
    stock_imports,
    baskets,
    standing_orders,
    requisitions,
    approvals,
    budgets,
    on_site_sales,
    orders,
    substitutes,
    delivery_notes,
    weighings,
    returns,
    cases,
    payments,
    payees,
    refunds,
    webhooks,
    reconciliations,
    open_contracting,
    accounts,
    account_payments,
    invoices,
)

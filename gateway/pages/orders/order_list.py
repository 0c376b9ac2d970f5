"""Orders are cards: what it is, for whom, by when, and the one thing that the reader can do next, as a big button."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import ORDER_STATES, options
from gateway.pages.orders.order import SENDS, agreed_fen, order_mark
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.words import OrderState
from shared.ids import new_id

OF_SELLER: dict[str, tuple[str, str, bool]] = {
    OrderState.PLACED: ("confirmation", N_("Confirm the order"), True),
    OrderState.CONFIRMED: ("packing", N_("Pack by weight"), False),
    OrderState.PACKED: ("shipment", N_("Send the goods"), False),
}
"""What a seller does next in a state: its address, its words, and whether one press does it."""
OF_BUYER: dict[str, tuple[str, str, bool]] = {OrderState.SHIPPED: ("acceptance", N_("Receive by weight"), False)}

WAYS: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("/deliveries", N_("Delivery calendar"), (Role.BUYER, *SUPPLIER_ROLES)),
    ("/on-site", N_("Sales at fairs"), ()),
    ("/standing-orders", N_("Standing orders"), (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    url: str
    text: str
    at_once: bool
    once: str
    says: str
    """The same with which order it is, for who hears the page."""
    kept: bool
    """Whether the page is to be at hand without a network."""


@dataclass(frozen=True, slots=True)
class OrderCard:
    url: str
    title: str
    state: Mark
    placed: str
    wanted: str
    amount: str
    step: NextStep | None


@dataclass(frozen=True, slots=True)
class OrdersView:
    states: list[tuple[str, str]]
    state: str
    supplier: str
    canteen: str
    ways: tuple[Link, ...]
    """To what stands beside orders: sales at fairs, standing orders."""
    empty: str
    rows: tuple[OrderCard, ...]
    next_url: str
    first_url: str


async def show_orders(page: Page) -> Response:
    """List the orders that the reader's seats reach."""
    state = page.asked("state") if page.asked("state") in ORDER_STATES else ""
    supplier, canteen = page.asked("supplier"), page.asked("canteen")
    asked = {"state": state, "canteen": canteen, "supplier": supplier, "cursor": page.asked("cursor")}
    found = await page.ask("list_orders", query=asked)
    sells = bool(page.seats(*SUPPLIER_ROLES))
    empty = N_("No order yet. When a canteen orders, it stands here.") if sells else N_("No order here yet.")
    view = OrdersView(
        states=options(ORDER_STATES, page.speech),
        state=state,
        supplier=supplier,
        canteen=canteen,
        ways=tuple(Link(url, page.speech(text)) for url, text, roles in WAYS if not roles or page.seats(*roles)),
        empty=page.speech(empty),
        rows=tuple(order_card(page, item, sells=sells) for item in found["items"]),
        next_url=(rest := rest_of(page, found))[0],
        first_url=rest[1],
    )
    return page.show("orders/orders.html", view)


def order_card(page: Page, item: dict[str, Any], *, sells: bool) -> OrderCard:
    """Show an order of a list, named by the side that the reader is not on."""
    other = item["canteen"] if sells else item["supplier"]
    title = f"{other['name']} · {item['first_name']}"
    if item["line_count"] > 1:
        title += page.speech(N_(" and %(more)s more"), more=item["line_count"] - 1)
    amount = item["kept_fen"] if item["accepted_on"] else agreed_fen(item)
    return OrderCard(
        url=f"/orders/{item['order_id']}",
        title=title,
        state=order_mark(page.speech, item["state"]),
        placed=write.day(item["placed_at"], page.language),
        wanted=write.wanted(item, page.language),
        amount=write.money(amount),
        step=_next_step(page, item, title),
    )


def _next_step(page: Page, item: dict[str, Any], title: str) -> NextStep | None:
    found = None
    if page.is_seated(item["supplier"]["id"], *SENDS):
        found = OF_SELLER.get(item["state"])
    if found is None and page.is_seated(item["canteen"]["id"], Role.BUYER):
        found = OF_BUYER.get(item["state"])
    if found is None:
        return None
    address, text, at_once = found
    said = page.speech(text)
    kept = address == "acceptance"
    url = f"/orders/{item['order_id']}/{address}"
    return NextStep(url, said, at_once, str(new_id()), f"{said}: {title}", kept)

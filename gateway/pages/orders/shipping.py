"""A seller says that the goods have left: who carries them, by which number, and when they arrive."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.orders.sending import REASON_MAX, send
from shared.ids import new_id

CARRIER_MAX = 100


@dataclass(frozen=True, slots=True)
class ShipView:
    url: str
    once: str
    facts: tuple[tuple[str, str], ...]
    carrier: str
    back: str


async def show_shipping(page: Page) -> Response:
    """Ask how the goods travel."""
    order_id, speech = page.part("order_id"), page.speech
    found = await page.ask("get_order", order_id=order_id)
    here = f"/orders/{order_id}"
    facts = (
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Wanted on")), write.wanted(found, speech.language)),
    )
    view = ShipView(
        url=f"{here}/shipment",
        once=page.form.value("once") or str(new_id()),
        facts=facts,
        carrier=speech(N_("My own delivery")),
        back=here,
    )
    return page.show("orders/ship.html", view)


async def ship(page: Page) -> Response:
    """Say that the goods have left."""
    form = page.form
    content = {
        "carrier": form.text("carrier", most=CARRIER_MAX, needed=False),
        "tracking": form.text("tracking", most=CARRIER_MAX, needed=False),
        "note": form.text("note", most=REASON_MAX, needed=False),
    }
    return await send(page, "ship_order", content, "shipped", show_shipping)

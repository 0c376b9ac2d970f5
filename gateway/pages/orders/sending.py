"""One step of an order is sent once, and its form comes back with what is wrong and all that was typed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import Response

from gateway.pages.kit.asking import Refused
from gateway.pages.kit.page import Page
from gateway.pages.orders.order import order_view

REASON_MAX = 500
Again = Callable[[Page], Awaitable[Response]]


async def send(
    page: Page,
    operation: str,
    content: Any,
    done: str | Callable[[Any], str],
    again: Again | None = None,
    names: Mapping[str, str] | None = None,
    **path: Any,
) -> Response:
    """Do one step of an order, or show its form (`again`; else the order) with what is wrong.

    `done` says what is told then, or tells it of the order as it is answered. `names` leads from the fields of the
    step's JSON to those of the form.
    """
    form, order_id = page.form, page.part("order_id")
    if form.ok:
        try:
            answer = await page.ask(operation, json=content, once=form.value("once"), order_id=order_id, **path)
        except Refused as refused:
            if not refused.mendable:
                raise
            take_lines(page, refused, names)
        else:
            return page.go(f"/orders/{order_id}", done if isinstance(done, str) else done(answer))
    return await (again or show_again)(page)


async def show_again(page: Page) -> Response:
    """Show the order, with what is wrong with what was asked of it."""
    return page.show("orders/order.html", await order_view(page))


def take_lines(page: Page, refused: Refused, names: Mapping[str, str] | None = None) -> None:
    """Note a refusal whose errors name lines by their place: `lines.0.packed_quantity`."""
    known = names or {}
    for error in refused.errors:
        told = str(error.get("field", ""))
        parts = told.split(".")
        if told not in known and len(parts) > 1 and parts[0] == "lines":
            own = {"reason": "reason", "gross_grams": "gross", "tare_grams": "tare", "lot_number": "lot"}
            error["field"] = f"{own.get(parts[-1], 'amount')}-{parts[1]}"
    page.form.take(refused, {"accepted_on": "day", **known})

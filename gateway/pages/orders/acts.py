"""Each thing that is done to an order at one press is one form: confirm, decline, answer, cancel, pay."""

import re

from starlette.responses import Response

from gateway.pages.kit.asking import Refused
from gateway.pages.kit.page import Page
from gateway.pages.orders.order import order_view
from gateway.pages.orders.sending import REASON_MAX, send

SEEN = re.compile(r"[0-9]{1,15}")
VOUCHER_MEDIA = ("application/pdf", "image/jpeg", "image/png")


async def decline(page: Page) -> Response:
    """Decline an order, with a reason."""
    return await send(page, "decline_order", {"reason": page.form.text("reason", most=REASON_MAX)}, "declined")


async def cancel(page: Page) -> Response:
    """Cancel an order, with a reason."""
    return await send(page, "cancel_order", {"reason": page.form.text("reason", most=REASON_MAX)}, "cancelled")


async def agree_weight(page: Page) -> Response:
    """Agree, as the seller, to a weight that is off."""
    return await _answer_weight(page, "agree_weight", "agree")


async def object_to_weight(page: Page) -> Response:
    """Object to it, with a reason."""
    return await _answer_weight(page, "agree_weight", "object")


async def second_weight(page: Page) -> Response:
    """Stand by a weight as the second person."""
    return await _answer_weight(page, "second_weight", "agree")


async def object_as_second(page: Page) -> Response:
    """Object to it as the second person, with a reason."""
    return await _answer_weight(page, "second_weight", "object")


async def _answer_weight(page: Page, operation: str, outcome: str) -> Response:
    reason = page.form.text("reason", most=REASON_MAX) if outcome == "object" else ""
    content = {"acceptance_id": str(page.part("acceptance_id")), "outcome": outcome, "reason": reason}
    return await send(page, operation, content, "weighed")


async def take_substitute(page: Page) -> Response:
    """Accept goods in a line's place."""
    return await _answer_substitute(page, "accept")


async def refuse_substitute(page: Page) -> Response:
    """Refuse them."""
    return await _answer_substitute(page, "refuse")


async def _answer_substitute(page: Page, outcome: str) -> Response:
    given = {"outcome": outcome}
    return await send(page, "answer_substitute", given, "substitute", substitute_id=page.part("substitute_id"))


async def agree_return(page: Page) -> Response:
    """Agree to a return."""
    return await send(page, "agree_return", None, "agreed", return_id=page.part("return_id"))


async def replace(page: Page) -> Response:
    """Agree to a return, and send the same goods again on a day."""
    return_id = page.part("return_id")
    field = f"again-{return_id[-6:]}"
    day = page.form.day(field)
    content = {"remedy": "replacement", "wanted_on": None if day is None else day.isoformat()}
    return await send(page, "agree_return", content, "replaced", names={"wanted_on": field}, return_id=return_id)


async def credit_instead(page: Page) -> Response:
    """Agree to a return, and take less for it in the place of sending goods again."""
    return await send(page, "agree_return", {"remedy": "credit"}, "agreed", return_id=page.part("return_id"))


async def refuse_return(page: Page) -> Response:
    """Refuse a return, with a reason for the canteen."""
    return await _answer_return(page, "refuse", "return_refused")


async def escalate_return(page: Page) -> Response:
    """Have the unit above decide on a return."""
    return await _answer_return(page, "escalate", "return_escalated")


async def withdraw_return(page: Page) -> Response:
    """Take a return back."""
    return await _answer_return(page, "withdraw", "return_withdrawn", needed=False)


async def _answer_return(page: Page, step: str, done: str, *, needed: bool = True) -> Response:
    return_id = page.part("return_id")
    field = f"{step}-{return_id[-6:]}"
    content = {"reason": page.form.text(field, most=REASON_MAX, needed=needed)}
    return await send(page, f"{step}_return", content, done, return_id=return_id)


async def agree_cancel(page: Page) -> Response:
    """Agree, as the seller, that what is packed is cancelled."""
    return await send(page, "agree_cancel", {"outcome": "agree", "reason": ""}, "cancelled")


async def object_to_cancel(page: Page) -> Response:
    """Deliver what is packed all the same, with a reason."""
    content = {"outcome": "object", "reason": page.form.text("reason", most=REASON_MAX)}
    return await send(page, "agree_cancel", content, "kept")


async def confirm_payment(page: Page) -> Response:
    """Say that the money has arrived, as much as stood on the page."""
    seen = page.form.value("seen_fen")
    content = {"amount_fen": int(seen)} if SEEN.fullmatch(seen) else None
    return await send(page, "confirm_payment", content, "paid", payment_id=page.part("payment_id"))


async def deny_payment(page: Page) -> Response:
    """Say that a transfer has not arrived, and what was seen."""
    return await _end_payment(page, "deny_payment")


async def withdraw_payment(page: Page) -> Response:
    """Take back a transfer that was registered by mistake, and say why."""
    return await _end_payment(page, "withdraw_payment")


async def _end_payment(page: Page, operation: str) -> Response:
    payment_id = page.part("payment_id")
    content = {"reason": page.form.text(f"why-{payment_id[-6:]}", most=REASON_MAX)}
    return await send(page, operation, content, "payment_ended", payment_id=payment_id)


async def pay(page: Page) -> Response:
    """Register a payment."""
    form, order_id = page.form, page.part("order_id")
    payment_id, method = form.id("payment_id"), form.choice("method", ("bank_transfer",))
    amount = form.fen("amount")
    if form.ok:
        try:
            content = {"method": method, "amount_fen": amount}
            await page.ask("put_payment", json=content, order_id=order_id, payment_id=payment_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"amount_fen": "amount"})
        else:
            return page.go(f"/orders/{order_id}", "paid")
    return page.show("orders/order.html", await order_view(page))


async def upload_voucher(page: Page) -> Response:
    """Put the voucher of a bank transfer."""
    form, order_id, payment_id = page.form, page.part("order_id"), page.part("payment_id")
    field = f"voucher-{payment_id[-6:]}"
    upload = await form.upload(field, kinds=VOUCHER_MEDIA)
    if form.ok and upload is not None:
        try:
            await page.ask(
                "put_voucher", body=upload[0], media_type=upload[1], order_id=order_id, payment_id=payment_id
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.wrong(field, refused.sentence(page.speech))
        else:
            return page.go(f"/orders/{order_id}", "document")
    return page.show("orders/order.html", await order_view(page))

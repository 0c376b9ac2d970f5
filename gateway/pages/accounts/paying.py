"""One transfer pays several orders of a statement: registered with its voucher, then seen and confirmed, or denied."""

from typing import Any

from starlette.responses import Response

from gateway.pages.accounts.account import show_again
from gateway.pages.accounts.agreeing import REASON_MAX, send
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.page import Page

VOUCHER_MEDIA = ("application/pdf", "image/jpeg", "image/png")


async def register(page: Page) -> Response:
    """Register a transfer, with its voucher where one was chosen.

    The transfer stands even where its file is refused: it is put beside the transfer then.
    """
    form, statement_id = page.form, page.part("statement_id")
    payment_id, amount = form.id("payment_id"), form.fen("amount")
    upload = await form.upload("voucher", kinds=VOUCHER_MEDIA, needed=False)
    path: dict[str, Any] = {"statement_id": statement_id, "payment_id": payment_id}
    if form.ok:
        try:
            await page.ask("put_account_payment", json={"amount_fen": amount}, **path)
        except Refused as refused:
            if not refused.mendable:
                raise
            _take(page, refused)
        else:
            if upload is None:
                return page.go(f"/accounts/{statement_id}", "paid")
            return await _put_voucher(page, upload, f"voucher-{str(payment_id)[-6:]}", str(payment_id), "paid")
    return await show_again(page)


def _take(page: Page, refused: Refused) -> None:
    """Note beside the amount how much is left to pay, where that is what was refused."""
    left = refused.facts.get("left_fen")
    if isinstance(left, int):
        page.form.wrong("amount", f"{refused.sentence(page.speech)} {write.money(left)}")
    else:
        page.form.take(refused, {"amount_fen": "amount"})


async def upload_voucher(page: Page) -> Response:
    """Put the voucher of a transfer, or a better one."""
    payment_id = page.part("payment_id")
    field = f"voucher-{payment_id[-6:]}"
    upload = await page.form.upload(field, kinds=VOUCHER_MEDIA)
    if not page.form.ok or upload is None:
        return await show_again(page)
    return await _put_voucher(page, upload, field, payment_id, "document")


async def _put_voucher(page: Page, upload: tuple[bytes, str], field: str, payment_id: str, done: str) -> Response:
    statement_id = page.part("statement_id")
    path: dict[str, Any] = {"statement_id": statement_id, "payment_id": payment_id}
    try:
        await page.ask("put_account_voucher", body=upload[0], media_type=upload[1], **path)
    except Refused as refused:
        if not refused.mendable:
            raise
        page.form.values.pop("payment_id", None)
        page.form.values.pop("amount", None)
        page.form.wrong(field, refused.sentence(page.speech))
        return await show_again(page)
    return page.go(f"/accounts/{statement_id}", done)


async def confirm_payment(page: Page) -> Response:
    """Say that the money has arrived; the amount of such a transfer never changes."""
    return await send(page, "confirm_account_payment", None, "paid", payment_id=page.part("payment_id"))


async def deny_payment(page: Page) -> Response:
    """Say that a transfer has not arrived, and what was seen."""
    return await _end(page, "deny_account_payment")


async def withdraw_payment(page: Page) -> Response:
    """Take back a transfer that was registered by mistake, and say why."""
    return await _end(page, "withdraw_account_payment")


async def _end(page: Page, operation: str) -> Response:
    payment_id = page.part("payment_id")
    field = f"why-{payment_id[-6:]}"
    content = {"reason": page.form.text(field, most=REASON_MAX)}
    return await send(page, operation, content, "payment_ended", {"reason": field}, payment_id=payment_id)

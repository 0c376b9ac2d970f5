"""Either side confirms a statement, or says what is wrong with it until that is settled."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from gateway.pages.accounts.account import show_again
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.page import Page

REASON_MAX = 500


async def confirm(page: Page) -> Response:
    """Confirm, for one's own side."""
    return await send(page, "confirm_account_statement", None, "confirmed")


async def hold_against(page: Page) -> Response:
    """Say what is wrong with a statement, or with one order on it."""
    form = page.form
    objection_id, order_id = form.id("objection_id"), form.id("order_id") if form.value("order_id") else None
    content = {
        "objection_id": str(objection_id),
        "order_id": str(order_id) if order_id else None,
        "reason": form.text("reason", most=REASON_MAX),
    }
    return await send(page, "object_to_account_statement", content, "objected")


async def settle(page: Page) -> Response:
    """Say that what one's own side held against a statement is settled, and how."""
    objection_id = page.part("objection_id")
    field = f"note-{objection_id[-6:]}"
    content = {"note": page.form.text(field, most=REASON_MAX)}
    names = {"note": field}
    return await send(page, "close_account_objection", content, "settled", names, objection_id=objection_id)


async def send(
    page: Page, operation: str, content: Any, done: str, names: Mapping[str, str] | None = None, **path: Any
) -> Response:
    """Do one step of a statement once, or show it with what is wrong."""
    form, statement_id = page.form, page.part("statement_id")
    if form.ok:
        try:
            await page.ask(operation, json=content, once=form.value("once"), statement_id=statement_id, **path)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, names)
        else:
            return page.go(f"/accounts/{statement_id}", done)
    return await show_again(page)

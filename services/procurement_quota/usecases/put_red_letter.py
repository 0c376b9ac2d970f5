"""A red-letter invoice takes back what an earlier one said, in part or whole, and never more."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.invoices import InvoiceTwice, RedLetter
from services.procurement_quota.domain.lots import reversal
from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store import ledger
from services.procurement_quota.store.imports import hold_import
from services.procurement_quota.store.purchases import (
    lock_papers,
    of_red_letter,
    papers_like,
    part_of,
    purchase_by_id,
    write_red_letter,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import answer_purchase, reach_purchase
from services.procurement_quota.usecases.put_off_platform_purchase import PutInvoice
from services.procurement_quota.usecases.texts import Said
from shared.clock import today
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Tx
from shared.errors import Conflict, InvalidFields, field_problem
from shared.invoices import numbers_problem
from shared.money import AMOUNT_FEN_MAX


class RedLetterDiffers(Conflict):
    """A red-letter invoice with this id was entered with other content; what was entered does not change.

    zh: 该编号的红字发票已按其他内容录入，已录入的内容不能更改。
    """


class RedLetterExceeded(Conflict):
    """A red-letter invoice takes back no more than is left of the purchase.

    zh: 红字发票金额不能超过该笔采购的余额。
    """


class NothingToReverse(Conflict):
    """This purchase has no invoice, or was undone.

    zh: 该笔采购没有发票，或已撤销。
    """


class PutRedLetter(BaseModel):
    """A red-letter invoice (红字发票), as far as it concerns one purchase; its amount is written without a sign."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "invoice": {"number": "24432000000087654321"},
                    "issued_on": "2025-06-12",
                    "amount_fen": 28_000,
                    "reason": "退货",
                }
            ]
        },
    )

    invoice: PutInvoice
    issued_on: date
    amount_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX)
    reason: Said


async def put_red_letter(
    desk: Desk, identity: Identity, purchase_id: UUID, red_letter_id: UUID, command: PutRedLetter
) -> tuple[dict[str, Any], bool]:
    """Enter a red-letter invoice; gives the purchase, and whether anything was written.

    It is booked on the day it was issued and belongs to the year of the purchase, as every reversal does.
    Raises PurchaseUnknown, NothingToReverse, RedLetterDiffers, RedLetterExceeded, InvoiceTwice.
    """
    async with desk.uow.glance() as reading:
        purchase = await reach_purchase(reading, identity, "put_red_letter", purchase_id)
    _check(command, purchase["bought_on"], today(desk.clock))
    async with desk.uow.begin() as tx:
        new = await _reverse(desk, tx, identity, purchase_id, red_letter_id, command)
        return await answer_purchase(tx, purchase_id), new


async def _reverse(
    desk: Desk, tx: Tx, identity: Identity, purchase_id: UUID, red_letter_id: UUID, command: PutRedLetter
) -> bool:
    number, code = command.invoice.number, command.invoice.code or ""
    undone = await hold_import(tx, purchase_id)
    first = await purchase_by_id(tx, purchase_id)
    assert first is not None
    await lock_papers(tx, [part_of(first)], number)
    heads = await ledger.lock_lots(tx, [purchase_id])
    now = await purchase_by_id(tx, purchase_id)
    assert now is not None
    row = {
        "id": red_letter_id,
        "purchase_id": purchase_id,
        "kind": "red_letter",
        "amount_fen": command.amount_fen,
        "happened_on": command.issued_on,
        "invoice_number": number,
        "invoice_code": code,
        "reason": command.reason,
    }
    for known in now["reversals"]:
        if known["id"] == str(red_letter_id):
            if any(str(known[name]) != str(row[name]) for name in row if name != "purchase_id"):
                raise RedLetterDiffers(red_letter_id=str(red_letter_id))
            return False
    state = PurchaseState.UNDONE.value if undone else now["state"]
    if now["invoice_number"] is None or state == PurchaseState.UNDONE:
        raise NothingToReverse(purchase_id=str(purchase_id), state=state)
    await _check_number(tx, now, number, code)
    left = now["amount_fen"] - sum(one["amount_fen"] for one in now["reversals"])
    if command.amount_fen > left:
        raise RedLetterExceeded(number=number, left_fen=left, asked_fen=command.amount_fen)
    if not await write_red_letter(tx, {**row, "reversed_by": identity.account_id, "reversed_at": tx.now}):
        raise RedLetterDiffers(red_letter_id=str(red_letter_id))
    lot = (purchase_id, purchase_id)
    standing = (await ledger.lots(tx, [purchase_id]))[lot]
    facts = {"red_letter_number": number, "red_letter_code": code, "why": command.reason}
    draft = reversal(
        standing,
        lot,
        source_id=red_letter_id,
        happened_on=command.issued_on,
        amount_fen=command.amount_fen,
        facts=facts,
    )
    await ledger.post(tx, heads, [draft])
    return True


async def _check_number(tx: Tx, purchase: dict[str, Any], number: str, code: str) -> None:
    """Refuse a number that is an invoice's, or another red letter's; one may reverse every part of one invoice."""
    like = part_of({**purchase, "invoice_number": number, "invoice_code": code, "order_number": None})
    assert like.invoice is not None
    papers = await papers_like(tx, [like], 0)
    if any(like.invoice.is_of(one) for one in papers.invoices.get(number, ())):
        raise InvoiceTwice(number=number)
    for known in await of_red_letter(tx, number):
        if not like.invoice.is_of(RedLetter(number, known.invoice_code)):
            continue
        if known.reverses != purchase["invoice_number"] or known.purchase_id == purchase["id"]:
            raise InvoiceTwice(number=number, red_letter=True)


def _check(command: PutRedLetter, bought_on: date, day: date) -> None:
    problems = []
    if wrong := numbers_problem(command.invoice.number, command.invoice.code or ""):
        problems.append(field_problem(f"invoice.{wrong[0]}", *wrong[1:]))
    if not bought_on <= command.issued_on <= day:
        problems.append(field_problem("issued_on", "is a day from the purchase up to today", "应为采购日至今天的日期"))
    if problems:
        raise InvalidFields(*problems)

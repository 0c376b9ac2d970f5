"""A reader goes from a figure to every line behind it, each with its reason and its place in the chain."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.reasons import reason_texts
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind, Reason
from services.procurement_quota.store.canteens import list_canteens
from services.procurement_quota.store.lines import Place, lines
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN
from services.procurement_quota.usecases.get_statement import AskStatement, Subject, open_statement
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, encode_cursor, not_of_this_list

CANTEENS_OF_UNIT_MAX = 500


async def get_statement_lines(
    desk: Desk,
    identity: Identity,
    subject_id: UUID,
    ask: AskStatement,
    *,
    month: int | None = None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Give a page of lines, newest first, of the year or of one of its months.

    A unit's lines are those of its own canteens, not of those below it.
    """
    after = _after(cursor)
    async with desk.uow.read() as tx:
        opened = await open_statement(desk, tx, identity, "get_statement_lines", subject_id, ask)
        ids = await _canteen_ids(tx, opened.subject)
        rows = await lines(tx, ids, opened.asked, month=month, after=after, limit=limit + 1)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return {
        "items": [line_written(row, opened.rule.code, opened.reference) for row in page],
        "next": None if last is None else encode_cursor([moment_text(last.recorded_at), str(last.unit_id), last.seq]),
    }


async def _canteen_ids(tx: ReadTx, subject: Subject) -> list[UUID]:
    if subject.canteen is not None:
        return [subject.canteen.id]
    assert subject.unit is not None
    own = await list_canteens(tx, unit_id=subject.unit.id, below=None, after=None, limit=CANTEENS_OF_UNIT_MAX)
    return [one.id for one in own]


def _after(cursor: str | None) -> Place | None:
    keys = decode_cursor(cursor, datetime, UUID, int)
    return None if keys is None else place_after(*keys)


def place_after(recorded_at: datetime, unit_id: UUID, seq: int) -> Place:
    """Give the place of an entry in a list; raises InvalidFields for a moment at which nothing was recorded."""
    if not YEAR_MIN - 1 <= recorded_at.year <= YEAR_MAX:
        raise not_of_this_list()
    return recorded_at, unit_id, seq


def line_written(row: sa.Row[Any], rule_code: str, reference: Reference) -> dict[str, Any]:
    """Write one entry as a statement's line under a rule, its reason in both languages."""
    judgement = row.judgements.get(rule_code)
    corrects = None if row.corrects_seq is None else {"unit_id": str(row.corrects_unit_id), "seq": row.corrects_seq}
    return {
        "unit_id": str(row.unit_id),
        "seq": row.seq,
        "hash": bytes(row.hash).hex(),
        "previous_hash": bytes(row.previous_hash).hex(),
        "recorded_at": moment_text(row.recorded_at),
        "kind": row.kind,
        "canteen_id": str(row.canteen_id),
        "fund": row.fund,
        "year": row.year,
        "happened_on": row.happened_on.isoformat(),
        "posting_month": row.posting_month,
        "amount_fen": row.amount_fen,
        "order_id": None if row.order_id is None else str(row.order_id),
        "supplier_id": None if row.supplier_id is None else str(row.supplier_id),
        "listing_id": None if row.listing_id is None else str(row.listing_id),
        "source_id": str(row.source_id),
        "corrects": corrects,
        "facts": row.facts,
        **_judged(row, judgement, reference),
    }


def _what_closed(facts: dict[str, Any]) -> str:
    return next((name for name in ("restatement", "month") if facts.get(name)), "year")


_CLOSED = {
    "month": ("month_closed", "月度结账，当时数字已冻结。", "The month was closed; the figures as filed are frozen."),
    "year": ("year_closed", "年度结账，当时数字已冻结。", "The year was closed; the figures as filed are frozen."),
    "restatement": (
        "year_restated",
        "年度数字重述，原数字仍保留。",
        "The year was filed again; the earlier figures stay.",
    ),
}
_NOT_JUDGED = ("not_judged", "", "")


def _judged(row: sa.Row[Any], judgement: dict[str, Any] | None, reference: Reference) -> dict[str, Any]:
    if judgement is None:
        why, zh, en = _CLOSED[_what_closed(row.facts)] if row.kind == EntryKind.CLOSE.value else _NOT_JUDGED
        return {
            "in_base": False,
            "counts": False,
            "base_fen": 0,
            "counted_fen": 0,
            "held_fen": 0,
            "reason": why,
            "reason_zh": zh,
            "reason_en": en,
        }
    code = judgement.get("list")
    known = reference.list_as_known(code) if code else None
    texts = reason_texts(Reason(judgement["reason"]), row.facts, judgement, known.name if known else "")
    return {
        "in_base": judgement["in_base"],
        "counts": judgement["counts"],
        "base_fen": judgement["base_fen"],
        "counted_fen": judgement["counted_fen"],
        "held_fen": judgement.get("held_fen", 0),
        "reason": judgement["reason"],
        "reason_zh": texts["zh"],
        "reason_en": texts["en"],
    }

"""Anybody reads which samples were announced and drawn, and takes the file to draw one again; the auditor the lines."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.reasons import reason_texts
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.sample_draws import DrawUnknown
from services.procurement_quota.domain.words import Reason
from services.procurement_quota.store import ledger, samples
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.sample_view import draw_listed, draw_written, known_draw
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, decode_id, encode_cursor


async def get_sample_draw(desk: Desk, identity: Identity | None, draw_id: UUID) -> dict[str, Any]:
    """Give one draw. Raises DrawUnknown."""
    async with desk.uow.glance() as tx:
        return await draw_written(tx, identity, await known_draw(tx, draw_id))


async def list_sample_draws(
    desk: Desk, *, unit_id: UUID | None, year: int | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List draws, newest first; of a unit with all below it. Raises InvalidFields."""
    before = decode_id(cursor)
    async with desk.uow.glance() as tx:
        unit = await unit_by_id(tx, unit_id) if unit_id is not None else None
        if unit_id is not None and unit is None:
            return {"items": [], "next": None}
        found = await samples.list_draws(
            tx,
            path=unit.path if unit else None,
            year=year,
            before=before,
            limit=limit + 1,
        )
    items = [draw_listed(one) for one in found[:limit]]
    return {"items": items, "next": encode_cursor([items[-1]["id"]]) if len(found) > limit else None}


async def get_sample_file(desk: Desk, draw_id: UUID) -> bytes:
    """Give a drawn sample as it is published, always the same bytes. Raises DrawUnknown before it is drawn."""
    async with desk.uow.glance() as tx:
        written = await samples.file_of(tx, draw_id)
    if written is None:
        raise DrawUnknown(draw_id=str(draw_id))
    return written.encode()


async def get_sample_lines(
    desk: Desk, identity: Identity, draw_id: UUID, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give the lines that were drawn, as filed and as they stand now, with what an auditor looks them up by.

    Raises DrawUnknown, InvalidFields.
    """
    keys = decode_cursor(cursor, int)
    async with desk.uow.read() as tx:
        found = await known_draw(tx, draw_id)
        require(identity, "get_sample_lines", Owned(unit_path=found.unit_path))
        reference = await desk.reference.current(tx)
        rows = await samples.sampled_lines(tx, draw_id, after=keys[0] if keys else 0, limit=limit + 1)
        page = rows[:limit]
        entries = await ledger.entries_of_lots(tx, {row.lot_id for row in page})
    now: dict[tuple[Any, ...], int] = {}
    for one in entries:
        key = (one["canteen_id"], one["lot_id"], one["lot_line"])
        now[key] = now.get(key, 0) + one["amount_fen"]
    items = [_line(row, now[row.canteen_id, row.lot_id, row.lot_line], reference) for row in page]
    return {"items": items, "next": encode_cursor([page[-1].place]) if len(rows) > limit else None}


async def sampled_line(desk: Desk, tx: ReadTx, row: sa.Row[Any]) -> dict[str, Any]:
    """Write one line of a sample as it stands now."""
    entries = await ledger.entries_of_lots(tx, [row.lot_id])
    now = [
        one["amount_fen"] for one in entries if (one["canteen_id"], one["lot_line"]) == (row.canteen_id, row.lot_line)
    ]
    return _line(row, sum(now), await desk.reference.current(tx))


def _line(row: sa.Row[Any], now_fen: int, reference: Reference) -> dict[str, Any]:
    return {
        "place": row.place,
        "certain": row.certain,
        "canteen_id": str(row.canteen_id),
        "canteen_name": row.canteen_name,
        "unit_id": str(row.unit_id),
        "unit_name": row.unit_name,
        "seq": row.seq,
        "hash": bytes(row.hash).hex(),
        "kind": row.kind,
        "fund": row.fund,
        "happened_on": row.happened_on.isoformat(),
        "recorded_at": moment_text(row.recorded_at),
        "filed_fen": row.filed_fen,
        "now_fen": now_fen,
        "lot_id": str(row.lot_id),
        "lot_line": str(row.lot_line),
        "order_id": None if row.order_id is None else str(row.order_id),
        "supplier_id": None if row.supplier_id is None else str(row.supplier_id),
        "facts": row.facts,
        "judgements": [_judged(rule, one, row.facts, reference) for rule, one in sorted(row.judgements.items())],
    }


def _judged(rule: str, judgement: dict[str, Any], facts: dict[str, Any], reference: Reference) -> dict[str, Any]:
    code = judgement.get("list")
    known = reference.list_as_known(code) if code else None
    texts = reason_texts(Reason(judgement["reason"]), facts, judgement, known.name if known else "")
    return {
        "rule": rule,
        "in_base": judgement["in_base"],
        "counts": judgement["counts"],
        "reason": judgement["reason"],
        "reason_zh": texts["zh"],
        "reason_en": texts["en"],
    }

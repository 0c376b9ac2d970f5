"""What an import of purchases does with its rows: they are judged, entered once somebody takes them, and taken back."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.import_schema import PURCHASES, needed
from services.procurement_quota.domain.lots import reversal
from services.procurement_quota.store import imports, ledger
from services.procurement_quota.store.canteens import Canteen, canteen_by_id, list_canteens
from services.procurement_quota.store.purchases import entered, write_reversals
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.enter_purchases import Wanted, enter_purchases
from services.procurement_quota.usecases.judge_import_rows import Checking, error_of
from shared.clock import today
from shared.contracts.words import Channel, Fund
from shared.db.unit_of_work import ReadTx, Tx
from shared.ids import derived_id
from shared.imports.store import States
from shared.imports.worker import Batch, ImportWorker
from shared.tables.cells import RowReading
from shared.tables.opening import Table, open_table

CANTEENS_MAX = 1_000
Rows = list[dict[str, Any]]


def import_worker(desk: Desk) -> ImportWorker:
    """Give the one who works on imports of purchases."""
    return ImportWorker(
        desk.uow,
        desk.files,
        imports.STORE,
        opened=_opened,
        judged=partial(_judged, desk),
        batches={
            "accepting": Batch("good", "accepted", partial(_enter, desk)),
            "undoing": Batch("posted", "undone", _undo),
        },
    )


def _opened(body: bytes, one: dict[str, Any]) -> Table:
    return open_table(body, one["name"], PURCHASES, needed(unit_wide=one["canteen_id"] is None))


async def _judged(desk: Desk, tx: Tx, now: dict[str, Any], table: Table, readings: Sequence[RowReading]) -> Rows:
    canteens = await _canteens_of(tx, now)
    return await Checking(desk.receipt_fen_max, today(desk.clock), now, canteens, table.header).judged(tx, readings)


async def _canteens_of(tx: ReadTx, one: dict[str, Any]) -> list[Canteen]:
    """List the canteens for which an import may hold purchases."""
    if one["canteen_id"] is not None:
        canteen = await canteen_by_id(tx, one["canteen_id"])
        return [canteen] if canteen is not None else []
    return await list_canteens(tx, unit_id=one["unit_id"], below=None, after=None, limit=CANTEENS_MAX)


async def _enter(desk: Desk, tx: Tx, now: dict[str, Any], rows: Rows) -> States:
    """Enter good rows; what has become wrong since it was checked is refused, row by row."""
    canteens = {one.id: one for one in await _canteens_of(tx, now)}
    wanted = [
        Wanted(row["purchase_id"], canteens[given["canteen_id"]], given, now["accepted_by"])
        for row in rows
        for given in (given_of(row["given"]),)
    ]
    answers = await enter_purchases(desk, tx, wanted)
    states: dict[int, tuple[str, Rows]] = {}
    for row in rows:
        refused = answers[row["purchase_id"]]
        states[row["row"]] = ("refused", [error_of(row["row"], refused)]) if refused else ("posted", [])
    return states


async def _undo(tx: Tx, now: dict[str, Any], rows: Rows) -> States:
    """Take posted rows back, each by an entry that points at its purchase.

    The reversal stands on the purchase's own day: what was recorded by mistake had not happened on any day, and an
    attested month holds neither. When it was known is the entry's `recorded_at`.
    """
    await _reverse(tx, now, [row["purchase_id"] for row in rows])
    return {row["row"]: ("undone", []) for row in rows}


async def _reverse(tx: Tx, now: dict[str, Any], ids: Sequence[UUID]) -> None:
    heads = await ledger.lock_lots(tx, ids)
    lots, bought = await ledger.lots(tx, ids), await entered(tx, ids)
    drafts, reversals = [], []
    for purchase_id in ids:
        lot, source = (purchase_id, purchase_id), derived_id("undo", purchase_id)
        day: date = bought[purchase_id]["bought_on"]
        facts = {"why": now["undone_because"], "import": str(now["id"])}
        amount_fen = lots[lot].amount_fen
        drafts.append(reversal(lots[lot], lot, source_id=source, happened_on=day, amount_fen=amount_fen, facts=facts))
        reversals.append(
            {
                "id": source,
                "purchase_id": purchase_id,
                "kind": "undo",
                "amount_fen": amount_fen,
                "happened_on": day,
                "invoice_number": None,
                "invoice_code": "",
                "reason": now["undone_because"],
                "reversed_by": now["undone_by"],
                "reversed_at": tx.now,
            }
        )
    await write_reversals(tx, reversals)
    await ledger.post(tx, heads, drafts)


def given_of(written: dict[str, Any]) -> dict[str, Any]:
    """Read a purchase as it was kept with its row."""
    return {
        **written,
        "canteen_id": UUID(written["canteen_id"]),
        "bought_on": date.fromisoformat(written["bought_on"]),
        "fund": Fund(written["fund"]).value,
        "channel": Channel(written["channel"]).value,
    }

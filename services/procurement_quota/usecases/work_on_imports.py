"""Imports are checked, entered and undone in the background, a few rows a transaction, so that any end is no end.

Decision: how far an import is stands in the database after each batch, with what was done; a program that starts reads
the file again from S3 and goes on behind it. Why: a kill -9 at any point leaves whole batches, and a second program may
take over. Price: the rows before are read again, once.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
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
from shared.tables.cells import TableRow
from shared.tables.opening import ImportUnreadable, Table, open_table
from shared.tables.reading import read_or_refuse, take_rows

ROWS_AT_ONCE = 250
IDLE_SECONDS = 0.5
CANTEENS_MAX = 1_000


@dataclass
class Reader:
    """The file that is being read, and how many of its rows were."""

    import_id: UUID
    table: Table
    read: int = 0


@dataclass
class ImportWorker:
    """Works on one import after another; it keeps nothing that another could not read anew."""

    desk: Desk
    reader: Reader | None = None
    failing: set[UUID] = field(default_factory=set)

    async def run(self) -> None:
        """Work for ever, and look now and then whether there is something to do."""
        while True:
            if not await self.step():
                await asyncio.sleep(IDLE_SECONDS)

    async def step(self) -> bool:
        """Do one batch of one import; tells whether there was any.

        An import that fails waits until all others are done, and is tried again then.
        """
        async with self.desk.uow.glance() as tx:
            one = await imports.next_working(tx, self.failing)
        if one is None:
            self.failing.clear()
            return False
        try:
            match one["state"]:
                case "checking":
                    await self._check(one)
                case "accepting":
                    await enter_batch(self.desk, one["id"])
                case _:
                    await undo_batch(self.desk, one["id"])
        except Exception:
            self.failing.add(one["id"])
            self.reader = None
            raise
        return True

    async def _check(self, one: dict[str, Any]) -> None:
        """Read and judge the next rows; a file that breaks off in the middle is refused as a whole."""
        try:
            rows, table = await self._rows(one)
        except ImportUnreadable as unreadable:
            async with self.desk.uow.begin() as tx:
                now = await imports.lock_import(tx, one["id"])
                if now is not None and now["state"] == "checking":
                    problems = [
                        {
                            "row": error.get("row"),
                            "column": error.get("column", ""),
                            "rule": error["rule"],
                            "says": {"zh": error["says_zh"], "en": error["says"]},
                        }
                        for error in unreadable.facts["errors"]
                    ]
                    await imports.move_import(tx, one["id"], state="unreadable", problems=problems)
            self.reader = None
            return
        async with self.desk.uow.begin() as tx:
            now = await imports.lock_import(tx, one["id"])
            if now is None or now["state"] != "checking" or now["read"] != one["read"]:
                self.reader = None
                return
            filled = [row for row in rows if not row.blank]
            checking = Checking(
                self.desk.receipt_fen_max, today(self.desk.clock), now, await canteens_of(tx, now), table.header
            )
            readings = [read_or_refuse(row, table) for row in filled]
            await imports.add_rows(tx, one["id"], await checking.judged(tx, readings))
            moved: dict[str, Any] = {"read": now["read"] + len(rows)}
            if len(rows) < ROWS_AT_ONCE:
                counted = sum((await imports.counts(tx, one["id"])).values())
                moved |= {"state": "checked", "rows": counted}
            await imports.move_import(tx, one["id"], **moved)
        if len(rows) < ROWS_AT_ONCE:
            self.reader = None

    async def _rows(self, one: dict[str, Any]) -> tuple[list[TableRow], Table]:
        reader = self.reader
        if reader is None or (reader.import_id, reader.read) != (one["id"], one["read"]):
            found = await self.desk.files.get(one["object_key"])
            columns = needed(unit_wide=one["canteen_id"] is None)
            table = await asyncio.to_thread(open_table, found.body, one["name"], PURCHASES, columns)
            reader = self.reader = Reader(one["id"], table)
            await asyncio.to_thread(take_rows, table, one["read"])
            reader.read = one["read"]
        rows = await asyncio.to_thread(take_rows, reader.table, ROWS_AT_ONCE)
        reader.read += len(rows)
        return rows, reader.table


async def canteens_of(tx: ReadTx, one: dict[str, Any]) -> list[Canteen]:
    """List the canteens for which an import may hold purchases."""
    if one["canteen_id"] is not None:
        canteen = await canteen_by_id(tx, one["canteen_id"])
        return [canteen] if canteen is not None else []
    return await list_canteens(tx, unit_id=one["unit_id"], below=None, after=None, limit=CANTEENS_MAX)


async def enter_batch(desk: Desk, import_id: UUID) -> None:
    """Enter the next good rows; what has become wrong since it was checked is refused, row by row."""
    async with desk.uow.begin() as tx:
        now = await imports.lock_import(tx, import_id)
        if now is None or now["state"] != "accepting":
            return
        rows = await imports.rows_in(tx, import_id, "good", ROWS_AT_ONCE)
        canteens = {one.id: one for one in await canteens_of(tx, now)}
        wanted = [
            Wanted(row["purchase_id"], canteens[given["canteen_id"]], given, now["accepted_by"])
            for row in rows
            for given in (given_of(row["given"]),)
        ]
        answers = await enter_purchases(desk, tx, wanted) if wanted else {}
        states: dict[int, tuple[str, list[dict[str, Any]]]] = {}
        for row in rows:
            refused = answers[row["purchase_id"]]
            states[row["row"]] = ("refused", [error_of(row["row"], refused)]) if refused else ("posted", [])
        await imports.set_rows(tx, import_id, states)
        if len(rows) < ROWS_AT_ONCE:
            await imports.move_import(tx, import_id, state="accepted")


async def undo_batch(desk: Desk, import_id: UUID) -> None:
    """Take the next posted rows back, each by an entry that points at its purchase.

    The reversal stands on the purchase's own day: what was recorded by mistake had not happened on any day, and an
    attested month holds neither. When it was known is the entry's `recorded_at`.
    """
    async with desk.uow.begin() as tx:
        now = await imports.lock_import(tx, import_id)
        if now is None or now["state"] != "undoing":
            return
        rows = await imports.rows_in(tx, import_id, "posted", ROWS_AT_ONCE)
        if rows:
            await _reverse(tx, now, [row["purchase_id"] for row in rows])
            await imports.set_rows(tx, import_id, {row["row"]: ("undone", []) for row in rows})
        if len(rows) < ROWS_AT_ONCE:
            await imports.move_import(tx, import_id, state="undone")


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

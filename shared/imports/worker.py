"""Imports are worked on in the background, a few rows a transaction, so that any end is no end.

Decision: how far an import is stands in the database after each batch, with what was done; a program that starts reads
the file again from S3 and goes on behind it. Why: a kill -9 at any point leaves whole batches, and a second program may
take over. Price: the rows before are read again, once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.db.unit_of_work import Tx, UnitOfWork
from shared.files import ObjectStore
from shared.imports.store import ImportStore, States
from shared.tables.cells import RowReading, TableRow
from shared.tables.opening import ImportUnreadable, Table
from shared.tables.reading import read_or_refuse, take_rows

ROWS_AT_ONCE = 250
IDLE_SECONDS = 0.5
Import = dict[str, Any]
Rows = list[dict[str, Any]]
Judged = Callable[[Tx, Import, Table, Sequence[RowReading]], Awaitable[Rows]]
Done = Callable[[Tx, Import, Rows], Awaitable[States]]


@dataclass(frozen=True)
class Batch:
    """What is done with rows that are in the state `takes`; behind the last of them the import `becomes` another."""

    takes: str
    becomes: str
    do: Done


@dataclass
class Reader:
    """The file that is being read, and how many of its rows were."""

    import_id: UUID
    table: Table
    read: int = 0


@dataclass
class ImportWorker:
    """Works on one import after another; it keeps nothing that another could not read anew.

    `opened` opens an import's bytes, `judged` gives the rows of its table for what was read, and `batches` say what is
    done with them in each other state of the import in which there is something to do.
    """

    uow: UnitOfWork
    files: ObjectStore
    store: ImportStore
    opened: Callable[[bytes, Import], Table]
    judged: Judged
    batches: Mapping[str, Batch]
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
        async with self.uow.glance() as tx:
            one = await self.store.next_working(tx, self.failing)
        if one is None:
            self.failing.clear()
            return False
        try:
            if batch := self.batches.get(one["state"]):
                await self._do(one, batch)
            else:
                await self._check(one)
        except Exception:
            self.failing.add(one["id"])
            self.reader = None
            raise
        return True

    async def _do(self, one: Import, batch: Batch) -> None:
        async with self.uow.begin() as tx:
            now = await self.store.lock(tx, one["id"])
            if now is None or now["state"] != one["state"]:
                return
            rows = await self.store.rows_in(tx, one["id"], batch.takes, ROWS_AT_ONCE)
            if rows:
                await self.store.set_rows(tx, one["id"], await batch.do(tx, now, rows))
            if len(rows) < ROWS_AT_ONCE:
                await self.store.move(tx, one["id"], state=batch.becomes)

    async def _check(self, one: Import) -> None:
        """Read and judge the next rows; a file that breaks off in the middle is refused as a whole."""
        try:
            rows, table = await self._rows(one)
        except ImportUnreadable as unreadable:
            await self._refuse(one, unreadable)
            self.reader = None
            return
        async with self.uow.begin() as tx:
            now = await self.store.lock(tx, one["id"])
            if now is None or now["state"] != "checking" or now["read"] != one["read"]:
                self.reader = None
                return
            readings = [read_or_refuse(row, table) for row in rows if not row.blank]
            await self.store.add_rows(tx, one["id"], await self.judged(tx, now, table, readings))
            moved: dict[str, Any] = {"read": now["read"] + len(rows)}
            if len(rows) < ROWS_AT_ONCE:
                counted = sum((await self.store.counts(tx, one["id"])).values())
                moved |= {"state": "checked", "rows": counted}
            await self.store.move(tx, one["id"], **moved)
        if len(rows) < ROWS_AT_ONCE:
            self.reader = None

    async def _refuse(self, one: Import, unreadable: ImportUnreadable) -> None:
        async with self.uow.begin() as tx:
            now = await self.store.lock(tx, one["id"])
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
                await self.store.move(tx, one["id"], state="unreadable", problems=problems)

    async def _rows(self, one: Import) -> tuple[list[TableRow], Table]:
        reader = self.reader
        if reader is None or (reader.import_id, reader.read) != (one["id"], one["read"]):
            found = await self.files.get(one["object_key"])
            table = await asyncio.to_thread(self.opened, found.body, one)
            reader = self.reader = Reader(one["id"], table)
            await asyncio.to_thread(take_rows, table, one["read"])
            reader.read = one["read"]
        rows = await asyncio.to_thread(take_rows, reader.table, ROWS_AT_ONCE)
        reader.read += len(rows)
        return rows, reader.table

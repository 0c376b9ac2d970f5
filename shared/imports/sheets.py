"""Sheets that a supplier's people bring are kept, shown and handed back in one way, whatever they change.

Decision: a new sheet stands in the place of what the same person brought before and did not accept. Why: whoever mends
a sheet brings it again, and the one with the mistakes is of no more use; so nobody ever has to take anything back to
go on. Price: two sheets of one person are accepted one after the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx, Stamp, Tx, UnitOfWork
from shared.errors import NotFound
from shared.files import ObjectStore
from shared.imports.store import ImportStore
from shared.imports.taking import Brought, NothingToAccept, is_known, take_in
from shared.imports.worker import Batch, Done, Import, ImportWorker, Judged
from shared.media import check_size
from shared.tables.opening import Table, open_table
from shared.tables.outcome import handed_back
from shared.tables.schema import TableSchema
from shared.tables.template import filled

STATES = ("checking", "checked", "accepting", "accepted", "unreadable", "replaced")
WORKING = ("checking", "accepting")
WRONG = ("bad", "refused")
"""The states of rows that were not done, and never will be."""
Row = dict[str, Any]
R = TypeVar("R")
Reach = Callable[[ReadTx, UUID], Awaitable[R]]
"""Finds the supplier whose sheet it is, and refuses who may not."""


class Desk(Protocol):
    """Where a service keeps its rows and its files."""

    @property
    def uow(self) -> UnitOfWork: ...
    @property
    def files(self) -> ObjectStore: ...


@dataclass(frozen=True)
class Sheets:
    """Sheets of one kind: where they are kept, the columns that one must have, the states of their rows in both
    languages, how a row is shown, and what is said where there is no such sheet."""

    store: ImportStore
    schema: TableSchema
    needed: Sequence[str]
    results: Mapping[str, tuple[str, str]]
    shown: Callable[[Row], Row]
    unknown: type[NotFound]

    async def put(
        self,
        desk: Desk,
        brought: Brought,
        reach: Reach[R],
        may: Callable[[ReadTx, R], Awaitable[None]],
        kept: Callable[[Tx], Awaitable[None]] | None = None,
    ) -> tuple[Row, bool]:
        """Take a sheet in, to be checked, in the place of what the same person brought before and did not accept.

        `may` refuses where nothing new is taken, and `kept` does what else is done for a new sheet. Gives it as it
        stands, and whether it is new. Raises what they raise, FileTooLarge, and ImportUnreadable for a file of which
        not even the header can be read; then nothing is kept.
        """
        supplier_id: UUID = brought.whose["supplier_id"]
        async with desk.uow.glance() as tx:
            reached = await reach(tx, supplier_id)
            check_size(brought.body)
            if await is_known(tx, self.store, brought):
                return await self.answer(tx, brought.import_id), False
            await may(tx, reached)
        table = await asyncio.to_thread(self.opened, brought.body, {"name": brought.name})
        alone = partial(self._alone, supplier_id=supplier_id)
        new = partial(self._kept, brought=brought, kept=kept)
        return await take_in(desk.uow, desk.files, self.store, brought, table, alone, self.answer, new)

    async def get(
        self,
        desk: Desk,
        import_id: UUID,
        reach: Reach[R],
        *,
        state: str | None,
        limit: int,
        cursor: str | None,
    ) -> Row:
        """Give a sheet with a page of its rows: of a state, or those with an error or a note."""
        async with desk.uow.read() as tx:
            one = await self._found(tx, import_id, reach)
            rows, more = await self.store.page(tx, import_id, state=state, limit=limit, cursor=cursor)
            return await self._written(tx, one, rows, more)

    async def report(
        self, desk: Desk, import_id: UUID, reach: Reach[R], media_type: str, language: str, *, every: bool
    ) -> bytes:
        """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

        What is mended there is brought as another sheet.
        """
        table, which = self.store.rows, tuple(self.results) if every else WRONG
        query = sa.select(table).where(table.c.import_id == import_id, table.c.state.in_(which)).order_by(table.c.row)
        async with desk.uow.read() as tx:
            await self._found(tx, import_id, reach)
            rows = [dict(row._mapping) for row in await tx.rows(query)]
        told = handed_back(self.schema, rows, self.results, language)
        return await self.filled(media_type, language, told)

    async def filled(self, media_type: str, language: str, rows: Sequence[Mapping[str, str]]) -> bytes:
        """Write a sheet with texts by column in it, off the event loop."""
        return await asyncio.to_thread(filled, self.schema, media_type, language, rows)

    async def accept(
        self,
        desk: Desk,
        import_id: UUID,
        identity: Identity,
        reach: Reach[R],
        place: Callable[[Tx, R], Awaitable[str]],
        *,
        once: Stamp | None,
    ) -> Row:
        """Have the good rows done, in the background; the same again by the same person is told how far it is.

        `place` tells in whose place it is done, or refuses. Raises what it raises, and NothingToAccept.
        """
        async with desk.uow.begin(once=once) as tx:
            if once is not None and not tx.fresh:
                return dict(tx.answered)
            one = await self.store.lock(tx, import_id)
            if one is None:
                raise self.unknown(import_id=str(import_id))
            reached = await reach(tx, one["supplier_id"])
            if one["accepted_by"] != identity.account_id:
                good = (await self.store.counts(tx, import_id)).get("good", 0)
                if one["state"] != "checked" or not good:
                    raise NothingToAccept(state=one["state"], good=good)
                who = {"accepted_by": identity.account_id, "accepted_name": identity.name}
                moved = {"state": "accepting", "accepted_at": tx.now, "accepted_as": await place(tx, reached)}
                await self.store.move(tx, import_id, **moved, **who)
            view = await self.answer(tx, import_id)
            await tx.answer(view)
            return view

    def worker(self, desk: Desk, judged: Judged, do: Done) -> ImportWorker:
        """Give the one who works on these sheets: `judged` reads rows, `do` does the good ones once accepted."""
        batches = {"accepting": Batch("good", "accepted", do)}
        return ImportWorker(desk.uow, desk.files, self.store, opened=self.opened, judged=judged, batches=batches)

    def opened(self, body: bytes, one: Import) -> Table:
        """Open a sheet as it was brought."""
        return open_table(body, one["name"], self.schema, self.needed)

    async def listings_seen(self, tx: ReadTx, import_id: UUID) -> dict[UUID, int]:
        """Tell in which row a sheet named each listing first, of the rows that were read."""
        table = self.store.rows.c
        rows = await tx.rows(
            sa.select(table.listing_id, sa.func.min(table.row).label("row"))
            .where(table.import_id == import_id, table.listing_id.is_not(None))
            .group_by(table.listing_id)
        )
        return {row.listing_id: row.row for row in rows}

    async def answer(self, tx: ReadTx, import_id: UUID) -> Row:
        """Write an import that is there as it stands now."""
        one = await self.store.find(tx, import_id)
        assert one is not None
        return await self._written(tx, one)

    async def _alone(self, tx: Tx, supplier_id: UUID) -> None:
        """Take in sheets of a supplier alone, until the transaction ends."""
        name = sa.func.hashtextextended(f"{self.store.imports.name} {supplier_id}", 0)
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))

    async def _kept(self, tx: Tx, brought: Brought, kept: Callable[[Tx], Awaitable[None]] | None) -> None:
        table = self.store.imports.c
        mine = [table[name] == value for name, value in brought.whose.items()]
        others = (table.put_by == brought.by, table.state == "checked", table.id != brought.import_id)
        await tx.execute(sa.update(self.store.imports).where(*mine, *others).values(state="replaced"))
        if kept is not None:
            await kept(tx)

    async def _found(self, tx: ReadTx, import_id: UUID, reach: Reach[R]) -> Import:
        one = await self.store.find(tx, import_id)
        if one is None:
            raise self.unknown(import_id=str(import_id))
        await reach(tx, one["supplier_id"])
        return one

    async def _written(self, tx: ReadTx, one: Import, rows: Sequence[Row] = (), more: str | None = None) -> Row:
        counts = await self.store.counts(tx, one["id"])
        return {
            "import_id": str(one["id"]),
            "supplier_id": str(one["supplier_id"]),
            "name": one["name"],
            "state": one["state"],
            "sha256": one["sha256"],
            "rows_read": one["read"],
            "counts": {state: counts.get(state, 0) for state in self.results},
            "problems": one["problems"],
            "notes": one["notes"],
            "put_at": one["put_at"].isoformat(),
            "accepted_at": one["accepted_at"].isoformat() if one["accepted_at"] else None,
            "accepted_as": one["accepted_as"],
            "rows": [self._row(row) for row in rows],
            "next": more,
        }

    def _row(self, row: Row) -> Row:
        return {
            "row": row["row"],
            "state": row["state"],
            "listing_id": str(row["listing_id"]) if row["listing_id"] else None,
            **self.shown(row["given"]),
            "errors": row["errors"],
            "notes": row["notes"],
        }

"""Sheets that a supplier's people bring are kept, shown and handed back in one way, whatever they change.

Decision: a new sheet stands in the place of what the same person brought before and did not accept. Why: whoever mends
a sheet brings it again, and the one with the mistakes is of no more use; so nobody ever has to take anything back to
go on. Price: two sheets of one person are accepted one after the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.db.unit_of_work import ReadTx, Tx
from shared.http.paging import decode_cursor, encode_cursor
from shared.imports.store import ImportStore
from shared.imports.taking import Brought
from shared.imports.worker import Import
from shared.tables.outcome import handed_back
from shared.tables.schema import TableSchema

STATES = ("checking", "checked", "accepting", "accepted", "unreadable", "replaced")
WORKING = ("checking", "accepting")
WRONG = ("bad", "refused")
"""The states of rows that were not done, and never will be."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Sheets:
    """Sheets of one kind: where they are kept, the states of their rows in both languages, and how a row is shown."""

    store: ImportStore
    schema: TableSchema
    results: Mapping[str, tuple[str, str]]
    shown: Callable[[Row], Row]

    async def alone(self, tx: Tx, supplier_id: UUID) -> None:
        """Take in sheets of a supplier alone, until the transaction ends."""
        name = sa.func.hashtextextended(f"{self.store.imports.name} {supplier_id}", 0)
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))

    async def replace_checked(self, tx: Tx, brought: Brought) -> None:
        """Let a new sheet stand in the place of those that the same person brought before and did not accept."""
        table = self.store.imports.c
        mine = [table[name] == value for name, value in brought.whose.items()]
        others = (table.put_by == brought.by, table.state == "checked", table.id != brought.import_id)
        await tx.execute(sa.update(self.store.imports).where(*mine, *others).values(state="replaced"))

    async def listings_seen(self, tx: ReadTx, import_id: UUID) -> dict[UUID, int]:
        """Tell in which row a sheet named each listing first, of the rows that were read."""
        table = self.store.rows.c
        rows = await tx.rows(
            sa.select(table.listing_id, sa.func.min(table.row).label("row"))
            .where(table.import_id == import_id, table.listing_id.is_not(None))
            .group_by(table.listing_id)
        )
        return {row.listing_id: row.row for row in rows}

    async def page(self, tx: ReadTx, one: Import, *, state: str | None, limit: int, cursor: str | None) -> Row:
        """Write an import with a page of its rows: of a state, or those with an error or a note."""
        after = decode_cursor(cursor, int)
        last = max(0, min(after[0], 2**31 - 1)) if after else 0
        rows = await self.store.report(tx, one["id"], state=state, after=last, limit=limit + 1)
        more = encode_cursor([rows[limit - 1]["row"]]) if len(rows) > limit else None
        return await self.written(tx, one, rows[:limit], more)

    async def answer(self, tx: ReadTx, import_id: UUID) -> Row:
        """Write an import that is there as it stands now."""
        one = await self.store.find(tx, import_id)
        assert one is not None
        return await self.written(tx, one)

    async def written(self, tx: ReadTx, one: Import, rows: Sequence[Row] = (), more: str | None = None) -> Row:
        """Write an import with some of its rows."""
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

    async def handed_back(self, tx: ReadTx, import_id: UUID, language: str, *, every: bool) -> list[dict[str, str]]:
        """Give the rows that were not done, or all, as they were brought, with what is wrong with each."""
        table = self.store.rows
        which = tuple(self.results) if every else WRONG
        query = sa.select(table).where(table.c.import_id == import_id, table.c.state.in_(which)).order_by(table.c.row)
        rows = [dict(row._mapping) for row in await tx.rows(query)]
        return handed_back(self.schema, rows, self.results, language)

    def _row(self, row: Row) -> Row:
        return {
            "row": row["row"],
            "state": row["state"],
            "listing_id": str(row["listing_id"]) if row["listing_id"] else None,
            **self.shown(row["given"]),
            "errors": row["errors"],
            "notes": row["notes"],
        }

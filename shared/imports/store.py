"""Imports and their rows are read and moved on under the import's own row lock, in whichever two tables they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from shared.db.unit_of_work import ReadTx, Tx
from shared.http.paging import decode_cursor, encode_cursor

States = Mapping[int, tuple[str, list[dict[str, Any]]]]
"""Rows by number: the state that each moves to, and the errors that came to it."""


@dataclass(frozen=True)
class ImportStore:
    """Two tables of a service; in a state of `working` the program has something to do, in one of `open` an import
    is counted against its owner's bound."""

    imports: sa.Table
    rows: sa.Table
    working: tuple[str, ...]
    open: tuple[str, ...]

    async def find(self, tx: ReadTx, import_id: UUID) -> dict[str, Any] | None:
        """Give an import as it stands."""
        return _one(await tx.first(sa.select(self.imports).where(self.imports.c.id == import_id)))

    async def lock(self, tx: Tx, import_id: UUID) -> dict[str, Any] | None:
        """Give an import whose row nobody else moves until the transaction ends."""
        return _one(await tx.first(sa.select(self.imports).where(self.imports.c.id == import_id).with_for_update()))

    async def next_working(self, tx: ReadTx, others: Iterable[UUID]) -> dict[str, Any] | None:
        """Give the oldest import that has something to do, but for those of `others`."""
        return _one(
            await tx.first(
                sa.select(self.imports)
                .where(
                    self.imports.c.state.in_([sa.literal_column(f"'{one}'") for one in self.working]),
                    self.imports.c.id != sa.all_(sa.cast(list(others), ARRAY(sa.Uuid))),
                )
                .order_by(self.imports.c.put_at)
                .limit(1)
            )
        )

    async def count_open(self, tx: ReadTx, owner: str, value: Any) -> int:
        """Count the imports that wait for somebody or something; `owner` is the column that says whose they are."""
        mine = (self.imports.c[owner] == value, self.imports.c.state.in_(self.open))
        return int(await tx.value(sa.select(sa.func.count()).where(*mine)) or 0)

    async def write(self, tx: Tx, values: Mapping[str, Any]) -> bool:
        """Keep a new import; tells whether it was new."""
        written = insert(self.imports).values(**values).on_conflict_do_nothing().returning(self.imports.c.id)
        return await tx.first(written) is not None

    async def move(self, tx: Tx, import_id: UUID, **values: Any) -> None:
        """Move an import on that is locked."""
        await tx.execute(sa.update(self.imports).where(self.imports.c.id == import_id).values(**values))

    async def add_rows(self, tx: Tx, import_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep rows, each by the columns of its table."""
        if rows:
            written = orjson.dumps([{**row, "import_id": import_id} for row in rows], default=str)
            await tx.execute(self._add_rows, {"rows": written.decode()})

    async def set_rows(self, tx: Tx, import_id: UUID, states: States) -> None:
        """Move rows to new states, each with the errors that came to it."""
        if states:
            parameters = {
                "import_id": import_id,
                "rows": list(states),
                "states": [state for state, _ in states.values()],
                "errors": [orjson.dumps(errors).decode() for _, errors in states.values()],
            }
            await tx.execute(self._set_rows, parameters)

    async def rows_in(self, tx: ReadTx, import_id: UUID, state: str, limit: int) -> list[dict[str, Any]]:
        """Give the first rows of an import that are in a state."""
        return await self._some(tx, import_id, limit, self.rows.c.state == state)

    async def report(
        self, tx: ReadTx, import_id: UUID, *, state: str | None, after: int, limit: int
    ) -> list[dict[str, Any]]:
        """Give rows in their order: those of a state, or those with something to tell."""
        empty: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
        told = sa.or_(self.rows.c.errors != empty, self.rows.c.notes != empty)
        asked = told if state is None else self.rows.c.state == state
        return await self._some(tx, import_id, limit, self.rows.c.row > after, asked)

    async def page(
        self, tx: ReadTx, import_id: UUID, *, state: str | None, limit: int, cursor: str | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Give a page of those rows, and the cursor of the next."""
        after = decode_cursor(cursor, int)
        last = max(0, min(after[0], 2**31 - 1)) if after else 0
        rows = await self.report(tx, import_id, state=state, after=last, limit=limit + 1)
        return rows[:limit], encode_cursor([rows[limit - 1]["row"]]) if len(rows) > limit else None

    async def counts(self, tx: ReadTx, import_id: UUID) -> dict[str, int]:
        """Count an import's rows by state."""
        return (await self.counts_of(tx, [import_id]))[import_id]

    async def counts_of(self, tx: ReadTx, import_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
        """Count the rows of each of these imports by state."""
        table = self.rows.c
        rows = await tx.rows(
            sa.select(table.import_id, table.state, sa.func.count().label("rows"))
            .where(table.import_id == sa.any_(sa.cast(list(import_ids), ARRAY(sa.Uuid))))
            .group_by(table.import_id, table.state)
        )
        counts: dict[UUID, dict[str, int]] = {one: {} for one in import_ids}
        for row in rows:
            counts[row.import_id][row.state] = row.rows
        return counts

    async def _some(
        self, tx: ReadTx, import_id: UUID, limit: int, *which: sa.ColumnElement[bool]
    ) -> list[dict[str, Any]]:
        asked = sa.select(self.rows).where(self.rows.c.import_id == import_id, *which)
        return [dict(row._mapping) for row in await tx.rows(asked.order_by(self.rows.c.row).limit(limit))]

    @cached_property
    def _add_rows(self) -> sa.TextClause:
        name = self.rows.name
        return sa.text(
            f"INSERT INTO {name} SELECT * FROM "  # noqa: S608 - a table of ours
            f"jsonb_populate_recordset(NULL::{name}, CAST(CAST(:rows AS text) AS jsonb))"
        )

    @cached_property
    def _set_rows(self) -> sa.TextClause:
        name = self.rows.name
        return sa.text(
            f"UPDATE {name} SET state = one.state, errors = {name}.errors || CAST(one.errors AS jsonb) "  # noqa: S608 - likewise
            "FROM unnest(CAST(:rows AS integer[]), CAST(:states AS text[]), CAST(:errors AS text[])) "
            f"AS one (row, state, errors) WHERE import_id = :import_id AND {name}.row = one.row"
        )


def _one(row: sa.Row[Any] | None) -> dict[str, Any] | None:
    return None if row is None else dict(row._mapping)

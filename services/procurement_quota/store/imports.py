"""Imports and their rows, read and moved on under the import's own row lock."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.procurement_quota.store.import_tables import WORKING, import_row, purchase_import
from services.procurement_quota.store.purchase_tables import origin_claim, purchase_reversal
from services.procurement_quota.store.tables import unit, verification
from services.procurement_quota.store.transfer_tables import transfer, transfer_decision
from shared.db.unit_of_work import ReadTx, Tx

_IMPORTS = sa.select(purchase_import, unit.c.path.label("unit_path")).join(unit, unit.c.id == purchase_import.c.unit_id)
_ADD_ROWS = sa.text(
    "INSERT INTO import_row (import_id, row, state, purchase_id, given, papers, errors, notes) "
    "SELECT :import_id, row, state, purchase_id, CAST(given AS jsonb), string_to_array(papers, chr(31)), "
    "CAST(errors AS jsonb), CAST(notes AS jsonb) FROM unnest(CAST(:rows AS integer[]), CAST(:states AS text[]), "
    "CAST(:ids AS uuid[]), CAST(:given AS text[]), CAST(:papers AS text[]), CAST(:errors AS text[]), "
    "CAST(:notes AS text[])) AS one (row, state, purchase_id, given, papers, errors, notes)"
)
_SET_ROWS = sa.text(
    "UPDATE import_row SET state = one.state, errors = import_row.errors || CAST(one.errors AS jsonb) "
    "FROM unnest(CAST(:rows AS integer[]), CAST(:states AS text[]), CAST(:errors AS text[])) "
    "AS one (row, state, errors) "
    "WHERE import_id = :import_id AND import_row.row = one.row"
)


async def import_by_id(tx: ReadTx, import_id: UUID) -> dict[str, Any] | None:
    row = await tx.first(_IMPORTS.where(purchase_import.c.id == import_id))
    return None if row is None else dict(row._mapping)


async def lock_import(tx: Tx, import_id: UUID) -> dict[str, Any] | None:
    """Give an import whose row nobody else moves until the transaction ends."""
    row = await tx.first(sa.select(purchase_import).where(purchase_import.c.id == import_id).with_for_update())
    return None if row is None else dict(row._mapping)


async def hold_import(tx: Tx, purchase_id: UUID) -> bool:
    """Let nobody move the import that brought a purchase meanwhile; tells whether it is, or was, taken back."""
    row = await tx.first(
        sa.select(purchase_import.c.state)
        .join(import_row, import_row.c.import_id == purchase_import.c.id)
        .where(import_row.c.purchase_id == purchase_id)
        .with_for_update(read=True, of=purchase_import)
    )
    return row is not None and row.state in ("undoing", "undone")


async def importer_of(tx: ReadTx, purchase_id: UUID) -> UUID | None:
    """Tell who brought the import that a purchase came with, if one did."""
    found: UUID | None = await tx.value(
        sa.select(purchase_import.c.put_by)
        .join(import_row, import_row.c.import_id == purchase_import.c.id)
        .where(import_row.c.purchase_id == purchase_id)
    )
    return found


async def next_working(tx: ReadTx, others: Iterable[UUID]) -> dict[str, Any] | None:
    """Give the oldest import that has something to do, but for those of `others`."""
    row = await tx.first(
        _IMPORTS.where(
            purchase_import.c.state.in_([sa.literal_column(f"'{one}'") for one in WORKING]),
            purchase_import.c.id != sa.all_(sa.cast(list(others), ARRAY(sa.Uuid))),
        )
        .order_by(purchase_import.c.put_at)
        .limit(1)
    )
    return None if row is None else dict(row._mapping)


async def open_imports(tx: ReadTx, unit_id: UUID) -> int:
    """Count a unit's imports that wait for somebody or something."""
    return int(
        await tx.value(
            sa.select(sa.func.count()).where(
                purchase_import.c.unit_id == unit_id,
                purchase_import.c.state.in_(("checking", "checked", "accepting", "undoing")),
            )
        )
        or 0
    )


async def write_import(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a new import; tells whether it was new."""
    written = insert(purchase_import).values(**values).on_conflict_do_nothing().returning(purchase_import.c.id)
    return await tx.first(written) is not None


async def move_import(tx: Tx, import_id: UUID, **values: Any) -> None:
    await tx.execute(sa.update(purchase_import).where(purchase_import.c.id == import_id).values(**values))


async def add_rows(tx: Tx, import_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    await tx.execute(
        _ADD_ROWS,
        {
            "import_id": import_id,
            "rows": [one["row"] for one in rows],
            "states": [one["state"] for one in rows],
            "ids": [one["purchase_id"] for one in rows],
            "given": [orjson.dumps(one["given"], default=str).decode() if one["given"] else None for one in rows],
            "papers": ["\x1f".join(one["papers"]) for one in rows],
            "errors": [orjson.dumps(one["errors"]).decode() for one in rows],
            "notes": [orjson.dumps(one["notes"]).decode() for one in rows],
        },
    )


async def set_rows(tx: Tx, import_id: UUID, states: dict[int, tuple[str, list[dict[str, Any]]]]) -> None:
    """Move rows to new states, each with the errors that came to it."""
    if states:
        await tx.execute(
            _SET_ROWS,
            {
                "import_id": import_id,
                "rows": list(states),
                "states": [state for state, _ in states.values()],
                "errors": [orjson.dumps(errors).decode() for _, errors in states.values()],
            },
        )


async def rows_in(tx: ReadTx, import_id: UUID, state: str, limit: int) -> list[dict[str, Any]]:
    """Give the first rows of an import that are in a state."""
    rows = await tx.rows(
        sa.select(import_row)
        .where(import_row.c.import_id == import_id, import_row.c.state == state)
        .order_by(import_row.c.row)
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]


async def rows_of_papers(tx: ReadTx, import_id: UUID, papers: Iterable[str]) -> list[dict[str, Any]]:
    """Give the good rows of an import that name any of these papers."""
    rows = await tx.rows(
        sa.select(import_row.c.row, import_row.c.given)
        .where(
            import_row.c.import_id == import_id,
            import_row.c.state == "good",
            import_row.c.papers.overlap(sa.cast(list(papers), ARRAY(sa.Text))),
        )
        .order_by(import_row.c.row)
    )
    return [dict(row._mapping) for row in rows]


async def counts(tx: ReadTx, import_id: UUID) -> dict[str, int]:
    """Count an import's rows by state."""
    rows = await tx.rows(
        sa.select(import_row.c.state, sa.func.count().label("rows"))
        .where(import_row.c.import_id == import_id)
        .group_by(import_row.c.state)
    )
    return {row.state: row.rows for row in rows}


async def report(tx: ReadTx, import_id: UUID, *, state: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Give rows in their order: those of a state, or those with something to tell."""
    asked = sa.select(import_row).where(import_row.c.import_id == import_id, import_row.c.row > after)
    if state is not None:
        asked = asked.where(import_row.c.state == state)
    else:
        empty: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
        asked = asked.where(sa.or_(import_row.c.errors != empty, import_row.c.notes != empty))
    rows = await tx.rows(asked.order_by(import_row.c.row).limit(limit))
    return [dict(row._mapping) for row in rows]


async def is_followed(tx: ReadTx, import_id: UUID) -> bool:
    """Tell whether anything of an import was verified, claimed anew, taken back by a red letter, or transferred."""
    mine = sa.select(import_row.c.purchase_id).where(import_row.c.import_id == import_id)
    for table in (verification, origin_claim):
        if await tx.first(sa.select(table.c.purchase_id).where(table.c.purchase_id.in_(mine)).limit(1)):
            return True
    red = sa.select(purchase_reversal.c.id).where(
        purchase_reversal.c.purchase_id.in_(mine), purchase_reversal.c.kind == "red_letter"
    )
    moved = (
        sa.select(transfer.c.id)
        .join(transfer_decision, transfer_decision.c.transfer_id == transfer.c.id)
        .where(transfer.c.purchase_id.in_(mine), transfer_decision.c.outcome == "approve")
    )
    return any([await tx.first(found.limit(1)) is not None for found in (red, moved)])

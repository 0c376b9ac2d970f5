"""Flags as they are stored; whoever raises, answers or decides holds the supplier's flags alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.flags import STANDING
from services.catalog.store.flag_tables import flag_lots, flag_steps, flags
from services.catalog.store.rows import value_of
from services.catalog.store.tables import suppliers
from shared.contracts.words import FlagKind, FlagState
from shared.db.unit_of_work import ReadTx, Tx

Pair = tuple[UUID, UUID]
_FLAG = {"kind": FlagKind, "state": FlagState}
_LOCK = 7_310_111
"""The first key of the advisory locks under which what a supplier sold is judged."""
_ALONE = sa.text(
    "SELECT pg_advisory_xact_lock(CAST(:lock AS integer), hashtext(supplier))"
    " FROM unnest(CAST(:suppliers AS text[])) AS supplier"
)
"""Rows of an array come in its order, so the locks are had in the order asked for."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag as it stands."""

    flag_id: UUID
    version: int
    kind: FlagKind
    state: FlagState
    supplier_id: UUID
    item_code: str
    year: int
    reason: str
    evidence: dict[str, Any]
    cleared_grams: int | None
    upheld_by: UUID | None
    upheld_on: date | None
    raised_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose flags somebody sees: of own suppliers, and of suppliers below paths."""

    supplier_ids: tuple[UUID, ...]
    paths: tuple[str, ...]


async def alone(tx: Tx, supplier_ids: Iterable[UUID]) -> None:
    """Judge these suppliers alone until the transaction ends."""
    if wanted := sorted(set(supplier_ids)):
        await tx.execute(_ALONE, {"lock": _LOCK, "suppliers": [str(supplier_id) for supplier_id in wanted]})


async def find(tx: ReadTx, flag_id: UUID) -> Flag | None:
    """Give a flag, or None."""
    row = await tx.first(sa.select(flags).where(flags.c.flag_id == flag_id))
    return None if row is None else value_of(Flag, row, _FLAG)


async def on_goods(tx: ReadTx, kind: FlagKind, supplier_id: UUID, item_code: str, year: int) -> list[Flag]:
    """Give every flag of a kind on a supplier's goods in a year, in the order in which they were raised."""
    asked = {"kind": kind.value, "supplier_id": supplier_id, "item_code": item_code, "year": year}
    query = sa.select(flags).filter_by(**asked).order_by(flags.c.raised_at, flags.c.flag_id)
    return [value_of(Flag, row, _FLAG) for row in await tx.rows(query)]


async def insert(tx: Tx, values: Mapping[str, Any]) -> Flag:
    """Keep a flag that is new; the supplier is judged alone."""
    row = await tx.first(sa.insert(flags).values(**values).returning(*flags.c))
    assert row is not None
    return value_of(Flag, row, _FLAG)


async def change(tx: Tx, known: Flag, values: Mapping[str, Any]) -> Flag | None:
    """Change a flag from the version that was looked at to the next; None when it has moved on meanwhile."""
    row = await tx.first(
        sa.update(flags)
        .where(
            flags.c.flag_id == known.flag_id,
            flags.c.version == known.version,
            flags.c.state == known.state.value,
        )
        .values(**values, version=known.version + 1, changed_at=tx.now)
        .returning(*flags.c)
    )
    return None if row is None else value_of(Flag, row, _FLAG)


async def replace_lots(tx: Tx, flag_id: UUID, lots: Sequence[Pair]) -> None:
    """Write anew which lots a flag is about."""
    await tx.execute(sa.delete(flag_lots).where(flag_lots.c.flag_id == flag_id))
    if lots:
        rows = [{"flag_id": flag_id, "acceptance_id": acceptance, "line_id": line} for acceptance, line in lots]
        await tx.execute(sa.insert(flag_lots), rows)


async def lots_of(tx: ReadTx, flag_id: UUID) -> list[Pair]:
    """Give the lots that a flag is about."""
    query = (
        sa.select(flag_lots.c.acceptance_id, flag_lots.c.line_id)
        .where(flag_lots.c.flag_id == flag_id)
        .order_by(flag_lots.c.acceptance_id, flag_lots.c.line_id)
    )
    return [(row.acceptance_id, row.line_id) for row in await tx.rows(query)]


async def note(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep what happened to a flag."""
    await tx.execute(sa.insert(flag_steps).values(**values))


async def steps_of(tx: ReadTx, flag_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give what happened to a flag, in its order."""
    query = sa.select(flag_steps).where(flag_steps.c.flag_id == flag_id).order_by(flag_steps.c.flag_version)
    return await tx.rows(query)


async def find_step(tx: ReadTx, step_id: UUID) -> sa.Row[Any] | None:
    """Give one thing that happened to a flag, or None."""
    return await tx.first(sa.select(flag_steps).where(flag_steps.c.step_id == step_id))


async def is_flagged(tx: ReadTx, supplier_id: UUID) -> bool:
    """Tell whether any flag stands on a supplier's goods."""
    standing = flags.c.state.in_([state.value for state in STANDING])
    return bool(await tx.value(sa.select(sa.exists().where(flags.c.supplier_id == supplier_id, standing))))


async def page(
    tx: ReadTx,
    seen: Seen,
    *,
    state: FlagState | None,
    kind: FlagKind | None,
    supplier_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Flag]:
    """Give flags that may be seen, the oldest first."""
    below = [suppliers.c.unit_path.startswith(path, autoescape=True) for path in seen.paths]
    query = (
        sa.select(flags)
        .join(suppliers, suppliers.c.supplier_id == flags.c.supplier_id)
        .where(sa.or_(flags.c.supplier_id.in_(seen.supplier_ids), *below))
        .order_by(flags.c.raised_at, flags.c.flag_id)
        .limit(limit)
    )
    if state is not None:
        query = query.where(flags.c.state == state.value)
    if kind is not None:
        query = query.where(flags.c.kind == kind.value)
    if supplier_id is not None:
        query = query.where(flags.c.supplier_id == supplier_id)
    if after is not None:
        query = query.where(sa.tuple_(flags.c.raised_at, flags.c.flag_id) > sa.tuple_(*map(sa.literal, after)))
    return [value_of(Flag, row, _FLAG) for row in await tx.rows(query)]

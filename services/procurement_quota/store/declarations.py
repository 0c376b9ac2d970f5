"""Declarations are read with who signed them; where one stands is told by its last step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.declaring import DeclarationState, Entry, Step, state_after
from services.procurement_quota.store.declaration_tables import declaration, declaration_step
from services.procurement_quota.store.tables import canteen, entry, payment, unit
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration with its canteen's place in the tree."""

    id: UUID
    canteen_id: UUID
    year: int
    number: int
    restatement: int
    restates: UUID | None
    code: str
    payload: str
    prepared_by: UUID
    recorded_at: datetime
    name: str
    unit_id: UUID
    unit_name: str
    unit_path: str
    state: DeclarationState


@dataclass(frozen=True, slots=True)
class Signed:
    """One step that was taken, as it was signed."""

    step: Step
    account_id: UUID
    statement: str
    signature: bytes
    public_key: bytes
    recorded_at: datetime


_LAST = (
    sa.select(declaration_step.c.step)
    .where(declaration_step.c.declaration_id == declaration.c.id)
    .order_by(declaration_step.c.place.desc())
    .limit(1)
    .scalar_subquery()
)
_DECLARATIONS = (
    sa.select(
        *(column for column in declaration.c if column.name != "extract"),
        canteen.c.name,
        unit.c.id.label("unit_id"),
        unit.c.name.label("unit_name"),
        unit.c.path.label("unit_path"),
        _LAST.label("last_step"),
    )
    .join(canteen, canteen.c.id == declaration.c.canteen_id)
    .join(unit, unit.c.id == canteen.c.unit_id)
)


def _declaration(row: sa.Row[Any]) -> Declaration:
    values = dict(row._mapping)
    state = state_after(values.pop("last_step"))
    return Declaration(**values, state=state)


async def declaration_by_id(tx: ReadTx, declaration_id: UUID) -> Declaration | None:
    row = await tx.first(_DECLARATIONS.where(declaration.c.id == declaration_id))
    return None if row is None else _declaration(row)


async def declarations_of(tx: ReadTx, canteen_id: UUID, year: int) -> list[Declaration]:
    """List a canteen's declarations of a year, by number."""
    asked = _DECLARATIONS.where(declaration.c.canteen_id == canteen_id, declaration.c.year == year)
    return [_declaration(row) for row in await tx.rows(asked.order_by(declaration.c.number))]


async def list_declarations(
    tx: ReadTx,
    *,
    path: str | None,
    canteen_id: UUID | None,
    year: int | None,
    state: DeclarationState | None,
    code: str | None,
    before: UUID | None,
    limit: int,
) -> list[Declaration]:
    """List declarations below a path, newest id first."""
    asked = _DECLARATIONS.order_by(declaration.c.id.desc()).limit(limit)
    if path is not None:
        asked = asked.where(unit.c.path.startswith(path, autoescape=True))
    if canteen_id is not None:
        asked = asked.where(declaration.c.canteen_id == canteen_id)
    if year is not None:
        asked = asked.where(declaration.c.year == year)
    if code is not None:
        asked = asked.where(declaration.c.code == code)
    if before is not None:
        asked = asked.where(declaration.c.id < before)
    if state is DeclarationState.PREPARED:
        asked = asked.where(_LAST.is_(None))
    elif state is not None:
        asked = asked.where(sa.literal(state.value) == sa.case(_STATES, value=_LAST))
    return [_declaration(row) for row in await tx.rows(asked)]


_STATES = {step.value: state_after(step.value).value for step in Step}


async def extract_text(tx: ReadTx, declaration_id: UUID) -> str:
    """Read the entries behind a declaration, as they were written."""
    value: str = await tx.value(sa.select(declaration.c.extract).where(declaration.c.id == declaration_id))
    return value


async def steps_of(tx: ReadTx, declaration_id: UUID) -> list[Signed]:
    """List what was done to a declaration, in order."""
    rows = await tx.rows(
        sa.select(declaration_step)
        .where(declaration_step.c.declaration_id == declaration_id)
        .order_by(declaration_step.c.place)
    )
    return [
        Signed(
            Step(row.step),
            row.account_id,
            row.statement,
            bytes(row.signature),
            bytes(row.public_key),
            row.recorded_at,
        )
        for row in rows
    ]


async def write_declaration(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(declaration), values)


async def write_step(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(declaration_step), values)


async def entries_filed(tx: ReadTx, canteen_id: UUID, year: int, filed_at: datetime) -> list[Entry]:
    """Read the entries of a canteen's year that stood in the ledger when it was filed, as they were recorded."""
    rows = await tx.rows(
        sa.select(
            entry.c.unit_id,
            entry.c.seq,
            entry.c.hash,
            entry.c.kind,
            entry.c.fund,
            entry.c.happened_on,
            entry.c.amount_fen,
            entry.c.order_id,
            entry.c.judgements,
        )
        .where(
            entry.c.canteen_id == canteen_id,
            entry.c.year == year,
            entry.c.recorded_at < filed_at,
            entry.c.kind != "close",
        )
        .order_by(entry.c.recorded_at, entry.c.unit_id, entry.c.seq)
    )
    return [
        Entry(
            row.unit_id,
            row.seq,
            bytes(row.hash),
            row.kind,
            row.fund,
            row.happened_on,
            row.amount_fen,
            row.order_id,
            {rule: (one["base_fen"], one["counted_fen"]) for rule, one in row.judgements.items()},
        )
        for row in rows
    ]


async def paid_by(tx: ReadTx, orders: Sequence[UUID], day: date) -> dict[UUID, int]:
    """Sum what had been paid on some orders by a day, as known now; whoever paid before a transfer, it is paid."""
    rows = await tx.rows(
        sa.select(payment.c.order_id, sa.func.sum(payment.c.amount_fen).label("fen"))
        .where(
            payment.c.order_id == sa.any_(sa.cast(list(orders), sa.ARRAY(sa.Uuid))),
            payment.c.paid_on <= day,
        )
        .group_by(payment.c.order_id)
    )
    return {row.order_id: int(row.fen) for row in rows}

"""Who stands in for whom is asked by the day: before its first, after its last, and once ended, it gives nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.approval_tables import delegations
from shared.contracts.authority import Role
from shared.db.unit_of_work import ReadTx, Tx


class Delegation(NamedTuple):
    """One person's leave to decide in another's stead, in one role at one unit."""

    delegation_id: UUID
    unit_id: UUID
    unit_path: str
    role: Role
    account_id: UUID
    """Whose place it is."""
    account_name: str
    to_account_id: UUID
    first_day: date
    last_day: date
    reason: str
    given_at: datetime
    ended_at: datetime | None = None
    ended_by: UUID | None = None


_CHOSEN = sa.select(*(delegations.c[name] for name in Delegation._fields))


def _holds(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(delegations.c.first_day <= day, delegations.c.last_day >= day, delegations.c.ended_at.is_(None))


async def give(tx: Tx, delegation: Delegation) -> bool:
    """Write a delegation; False when one of this id is there."""
    row = await tx.first(
        insert(delegations)
        .values(delegation._asdict() | {"role": delegation.role.value})
        .on_conflict_do_nothing()
        .returning(delegations.c.delegation_id)
    )
    return row is not None


async def find_delegation(tx: ReadTx, delegation_id: UUID, *, lock: bool = False) -> Delegation | None:
    chosen = _CHOSEN.where(delegations.c.delegation_id == delegation_id)
    found = await _read(tx, chosen.with_for_update() if lock else chosen)
    return found[0] if found else None


async def end(tx: Tx, delegation_id: UUID, by: UUID, at: datetime) -> None:
    await tx.execute(
        sa.update(delegations)
        .where(delegations.c.delegation_id == delegation_id, delegations.c.ended_at.is_(None))
        .values(ended_at=at, ended_by=by)
    )


async def given_to(tx: ReadTx, account_id: UUID, day: date) -> list[Delegation]:
    """List in whose stead a person may decide on a day."""
    return await _read(tx, _CHOSEN.where(delegations.c.to_account_id == account_id, _holds(day)))


async def given_of(tx: ReadTx, account_id: UUID, unit_id: UUID | None, limit: int) -> list[Delegation]:
    """List what a person gave and was given, or what was given at a unit, the latest first."""
    mine = sa.or_(delegations.c.account_id == account_id, delegations.c.to_account_id == account_id)
    chosen = _CHOSEN.where(mine if unit_id is None else delegations.c.unit_id == unit_id)
    latest = (delegations.c.last_day.desc(), delegations.c.delegation_id.desc())
    return await _read(tx, chosen.order_by(*latest).limit(limit))


async def open_count(tx: ReadTx, account_id: UUID, day: date) -> int:
    """Count what a person has given that is not over."""
    return int(
        await tx.value(
            sa.select(sa.func.count())
            .select_from(delegations)
            .where(
                delegations.c.account_id == account_id, delegations.c.last_day >= day, delegations.c.ended_at.is_(None)
            )
        )
    )


async def who_stands_in(tx: ReadTx, unit_id: UUID, role: Role, day: date, limit: int) -> Sequence[UUID]:
    """List who may decide in somebody's stead in this role at this unit on a day."""
    rows = await tx.rows(
        sa.select(delegations.c.to_account_id)
        .distinct()
        .where(delegations.c.unit_id == unit_id, delegations.c.role == role.value, _holds(day))
        .order_by(delegations.c.to_account_id)
        .limit(limit)
    )
    return [row.to_account_id for row in rows]


async def _read(tx: ReadTx, chosen: sa.Select[tuple[object, ...]]) -> list[Delegation]:
    return [Delegation(**{**row._mapping, "role": Role(row.role)}) for row in await tx.rows(chosen)]

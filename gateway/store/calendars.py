"""Links to calendars are kept by id; one that was taken back stays, so that its id opens nothing again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.calendar_tables import calendars
from shared.db.unit_of_work import ReadTx, Tx

_SHOWN = (
    calendars.c.calendar_id,
    calendars.c.account_id,
    calendars.c.organisation_id,
    calendars.c.organisation_kind,
    calendars.c.made_at,
    calendars.c.revoked_at,
)


async def find(tx: ReadTx, calendar_id: UUID) -> Any:
    """Find a calendar by its id."""
    return await tx.first(sa.select(*_SHOWN).where(calendars.c.calendar_id == calendar_id))


async def living_of(tx: ReadTx, account_id: UUID) -> Sequence[Any]:
    """List a person's calendars that were not taken back, oldest first."""
    return await tx.rows(
        sa.select(*_SHOWN)
        .where(calendars.c.account_id == account_id, calendars.c.revoked_at.is_(None))
        .order_by(calendars.c.made_at, calendars.c.calendar_id)
    )


async def count_of(tx: ReadTx, account_id: UUID) -> int:
    """Count a person's calendars, those taken back included."""
    counted = sa.select(sa.func.count()).select_from(calendars).where(calendars.c.account_id == account_id)
    return int(await tx.value(counted) or 0)


async def add(tx: Tx, values: dict[str, Any]) -> None:
    """Write a new calendar; one of its id that there is already stays as it is."""
    await tx.execute(insert(calendars).values(made_at=tx.now, **values).on_conflict_do_nothing())


async def revoke(tx: Tx, calendar_id: UUID) -> None:
    """Take a calendar back; the first time counts."""
    await tx.execute(
        sa.update(calendars)
        .where(calendars.c.calendar_id == calendar_id, calendars.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )

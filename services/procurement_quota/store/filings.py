"""What finance files is kept version by version: attestations, reservations, closings."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.store.tables import attestation, closing, reservation
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx


async def attestation_versions(tx: ReadTx, canteen_id: UUID, fund: Fund, year: int, month: int) -> list[dict[str, Any]]:
    """List the versions of one month's attestation, oldest first."""
    rows = await tx.rows(
        sa.select(attestation)
        .where(
            attestation.c.canteen_id == canteen_id,
            attestation.c.fund == fund.value,
            attestation.c.year == year,
            attestation.c.month == month,
        )
        .order_by(attestation.c.version)
    )
    return [dict(row._mapping) for row in rows]


async def write_attestation(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(attestation), values)


async def reservation_versions(tx: ReadTx, reservation_id: UUID) -> list[dict[str, Any]]:
    """List the versions of a reservation, oldest first."""
    rows = await tx.rows(
        sa.select(reservation).where(reservation.c.id == reservation_id).order_by(reservation.c.version)
    )
    return [dict(row._mapping) for row in rows]


async def reservation_of(tx: ReadTx, canteen_id: UUID, year: int) -> UUID | None:
    """Give the id under which a canteen's reservation of a year is filed."""
    value: UUID | None = await tx.value(
        sa.select(reservation.c.id).where(reservation.c.canteen_id == canteen_id, reservation.c.year == year).limit(1)
    )
    return value


async def write_reservation(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(reservation), values)


async def write_closing(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(closing), values)


async def lock_name(tx: Tx, name: str) -> None:
    """Wait for others who work under the same name, until the transaction ends."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 7_310_003))))

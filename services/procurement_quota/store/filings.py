"""What finance attests and closes is kept version by version."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.procurement_quota.store.tables import attestation, closing
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx

_VERSIONS = (
    sa.select(attestation)
    .where(
        attestation.c.canteen_id == sa.bindparam("of_canteen"),
        attestation.c.fund == sa.bindparam("of_fund"),
        attestation.c.year == sa.bindparam("of_year"),
        attestation.c.month == sa.bindparam("of_month"),
    )
    .order_by(attestation.c.version)
)


async def attestation_versions(tx: ReadTx, canteen_id: UUID, fund: Fund, year: int, month: int) -> list[dict[str, Any]]:
    """List the versions of one month's attestation, oldest first."""
    asked = {"of_canteen": canteen_id, "of_fund": fund.value, "of_year": year, "of_month": month}
    return [dict(row._mapping) for row in await tx.rows(_VERSIONS, asked)]


_ATTEST = insert(attestation).on_conflict_do_nothing().returning(attestation.c.version)


async def write_attestation(tx: Tx, values: dict[str, Any]) -> bool:
    """Write a version of a month's attestation; False when somebody has written this version by now."""
    return await tx.first(_ATTEST, values) is not None


async def write_closing(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(closing), values)


async def lock_name(tx: Tx, name: str) -> None:
    """Wait for others who work under the same name, until the transaction ends."""
    await tx.execute(_LOCK, {"locked_name": name})


_LOCK = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("locked_name", type_=sa.Text), 7_310_003))
)

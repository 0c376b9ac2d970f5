"""Off-platform purchases as they were entered, and what a unit above found about their origin."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store.tables import off_platform_purchase, unit, verification
from shared.db.unit_of_work import ReadTx, Tx

state_of = sa.case(
    (verification.c.outcome == "accept", PurchaseState.ACCEPTED.value),
    (verification.c.outcome == "reject", PurchaseState.REJECTED.value),
    (off_platform_purchase.c.origin_county.is_(None), PurchaseState.RECORDED.value),
    else_=PurchaseState.CLAIMED.value,
)

_PURCHASES = (
    sa.select(
        off_platform_purchase,
        unit.c.path.label("unit_path"),
        verification.c.outcome,
        verification.c.reason,
        verification.c.verified_by,
        verification.c.verified_at,
        state_of.label("state"),
    )
    .join(unit, unit.c.id == off_platform_purchase.c.unit_id)
    .outerjoin(verification, verification.c.purchase_id == off_platform_purchase.c.id)
)


async def purchase_by_id(tx: ReadTx, purchase_id: UUID) -> dict[str, Any] | None:
    row = await tx.first(_PURCHASES.where(off_platform_purchase.c.id == purchase_id))
    return None if row is None else dict(row._mapping)


async def list_purchases(
    tx: ReadTx,
    *,
    canteen_ids: Sequence[UUID],
    paths: Sequence[str],
    canteen_id: UUID | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """List, newest id first, the purchases of some canteens or of the units below some paths."""
    reach: list[sa.ColumnElement[bool]] = [off_platform_purchase.c.canteen_id.in_(list(canteen_ids))]
    reach += [unit.c.path.startswith(path, autoescape=True) for path in paths]
    asked = _PURCHASES.where(sa.or_(*reach)).order_by(off_platform_purchase.c.id.desc()).limit(limit)
    if canteen_id is not None:
        asked = asked.where(off_platform_purchase.c.canteen_id == canteen_id)
    if state is not None:
        asked = asked.where(state_of == state)
    if after is not None:
        asked = asked.where(off_platform_purchase.c.id < after)
    return [dict(row._mapping) for row in await tx.rows(asked)]


async def of_invoice(tx: ReadTx, number: str) -> list[dict[str, Any]]:
    """List every purchase that was entered from an invoice of this number."""
    rows = await tx.rows(_PURCHASES.where(off_platform_purchase.c.invoice_number == number))
    return [dict(row._mapping) for row in rows]


async def write_purchase(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(off_platform_purchase), values)


async def write_verification(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(verification), values)

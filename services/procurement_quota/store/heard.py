"""What other services said is kept here as it was heard: suppliers, revocations, payments."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.procurement_quota.domain.lots import Revocation
from services.procurement_quota.store.reinstatement_tables import reinstatement
from services.procurement_quota.store.tables import order_balance, payment, revocation, supplier
from shared.clock import business_date
from shared.contracts.catalog import SupplierChanged, SupplierReinstated, SupplierRevoked
from shared.contracts.order import PaymentRecorded
from shared.contracts.words import RevocationGround
from shared.db.unit_of_work import ReadTx, Tx


async def keep_suppliers(tx: Tx, events: Sequence[SupplierChanged]) -> None:
    """Keep the newest version of each supplier; an older one changes nothing."""
    newest: dict[UUID, SupplierChanged] = {}
    for event in events:
        known = newest.get(event.supplier_id)
        if known is None or event.version > known.version:
            newest[event.supplier_id] = event
    if not newest:
        return
    rows = [
        {
            "id": one.supplier_id,
            "version": one.version,
            "name": one.name,
            "kind": one.kind.value,
            "county_code": one.county_code,
            "state": one.state.value,
        }
        for _, one in sorted(newest.items())
    ]
    written = insert(supplier).values(rows)
    await tx.execute(
        written.on_conflict_do_update(
            index_elements=[supplier.c.id],
            set_={name: written.excluded[name] for name in ("version", "name", "kind", "county_code", "state")},
            where=supplier.c.version < written.excluded.version,
        )
    )


async def keep_revocation(tx: Tx, event: SupplierRevoked) -> bool:
    """Keep a revocation; tells whether it was new."""
    row = await tx.first(
        insert(revocation)
        .values(
            supplier_id=event.supplier_id,
            version=event.version,
            ground=event.ground.value,
            reason=event.reason,
            effective_from=event.effective_from,
            listing_ids=list(event.listing_ids),
            recorded_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(revocation.c.version)
    )
    return row is not None


async def revocations(tx: ReadTx, supplier_ids: Iterable[UUID]) -> dict[UUID, list[Revocation]]:
    """Give the revocations of some suppliers, each with whether it was set aside."""
    set_aside = sa.exists().where(
        reinstatement.c.supplier_id == revocation.c.supplier_id,
        reinstatement.c.revoked_version == revocation.c.version,
    )
    rows = await tx.rows(
        sa.select(revocation, set_aside.label("set_aside")).where(
            revocation.c.supplier_id == sa.any_(sa.cast(list(supplier_ids), ARRAY(sa.Uuid)))
        )
    )
    found: dict[UUID, list[Revocation]] = {}
    for row in rows:
        found.setdefault(row.supplier_id, []).append(_revocation(row, set_aside=row.set_aside))
    return found


async def revocation_of(tx: ReadTx, supplier_id: UUID, version: int) -> Revocation | None:
    """Give the revocation that was said with a version of a supplier, as if it stood, or None."""
    known = (revocation.c.supplier_id == supplier_id, revocation.c.version == version)
    row = await tx.first(sa.select(revocation).where(*known))
    return None if row is None else _revocation(row)


async def keep_reinstatement(tx: Tx, event: SupplierReinstated) -> bool:
    """Keep that a revocation was set aside; tells whether it was new."""
    row = await tx.first(
        insert(reinstatement)
        .values(
            supplier_id=event.supplier_id,
            revoked_version=event.revoked_version,
            version=event.version,
            reason=event.reason,
            reinstated_on=event.reinstated_on,
            recorded_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(reinstatement.c.version)
    )
    return row is not None


def _revocation(row: sa.Row[Any], *, set_aside: bool = False) -> Revocation:
    return Revocation(
        supplier_id=row.supplier_id,
        ground=RevocationGround(row.ground),
        reason=row.reason,
        effective_from=row.effective_from,
        listing_ids=frozenset(row.listing_ids),
        heard_on=business_date(row.recorded_at),
        set_aside=set_aside,
    )


async def keep_payments(tx: Tx, events: Sequence[tuple[UUID, PaymentRecorded]]) -> None:
    """Keep payments, each event once by its id, and add them to what was paid of their orders."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": event_id,
            "payment_id": one.payment_id,
            "order_id": one.order_id,
            "canteen_id": one.canteen_id,
            "fund": one.fund.value,
            "method": one.method.value,
            "amount_fen": one.amount_fen,
            "paid_on": one.paid_on,
            "recorded_at": tx.now,
        }
        for event_id, one in events
    ]
    if not rows:
        return
    written = await tx.rows(insert(payment).values(rows).on_conflict_do_nothing().returning(payment.c.event_id))
    new = {row.event_id for row in written}
    paid: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        if row["event_id"] in new:
            new.discard(row["event_id"])
            balance = paid.setdefault(
                row["order_id"],
                {
                    "order_id": row["order_id"],
                    "canteen_id": row["canteen_id"],
                    "fund": row["fund"],
                    "year": None,
                    "accepted_fen": 0,
                    "paid_fen": 0,
                },
            )
            balance["paid_fen"] += row["amount_fen"]
    if paid:
        added = insert(order_balance).values([paid[order_id] for order_id in sorted(paid)])
        await tx.execute(
            added.on_conflict_do_update(
                index_elements=[order_balance.c.order_id],
                set_={"paid_fen": order_balance.c.paid_fen + added.excluded.paid_fen},
            )
        )

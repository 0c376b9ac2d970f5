"""A revocation takes back what its ground allows, lot by lot, by entries of amount 0; a lapse takes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.lots import Revocation, found_now
from services.procurement_quota.store import heard, ledger
from services.procurement_quota.usecases.correct_lots import Found, correct_lots
from services.procurement_quota.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.catalog import SupplierRevoked
from shared.contracts.words import RevocationGround
from shared.db.unit_of_work import Tx
from shared.events import Delivery
from shared.ids import derived_id


async def correct_for_revocation(desk: Desk, deliveries: Sequence[Delivery[SupplierRevoked]]) -> None:
    """Keep revocations and correct the lots that they touch; later acceptances are judged by them."""
    async with desk.uow.begin(once=deliveries) as tx:
        await ledger.lock_revocations(tx, alone=True)
        found = []
        for delivery in tx.fresh:
            event: SupplierRevoked = delivery.event
            if await heard.keep_revocation(tx, event) and event.ground is not RevocationGround.LAPSE:
                found.append(await _found(tx, event))
        await correct_lots(desk, tx, found)


async def _found(tx: Tx, event: SupplierRevoked) -> Found:
    day, named = business_date(tx.now), frozenset(event.listing_ids)
    revocation = Revocation(event.supplier_id, event.ground, event.reason, event.effective_from, named, day)
    why = {"why": event.reason, "ground": event.ground.value}
    return await found_by(tx, revocation, why, derived_id("revocation", event.supplier_id, event.version))


async def found_by(tx: Tx, revocation: Revocation, why: Mapping[str, Any], source: UUID) -> Found:
    """Find what becomes of the lots that a revocation touches, by all that is known of its supplier."""
    supplier_id = revocation.supplier_id
    known = (await heard.revocations(tx, [supplier_id])).get(supplier_id, [])
    return Found(
        await ledger.lots_of_supplier(tx, supplier_id, revocation.taken_of),
        lambda lot, standing: found_now(standing, known) if revocation.touches(standing) else None,
        why=why,
        source=source,
    )

"""A revocation takes back what its ground allows, lot by lot, by entries of amount 0; a lapse takes nothing."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.procurement_quota.domain.chain import Draft, Lot
from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import Revocation, Standing, correction, touched
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store import heard, ledger
from services.procurement_quota.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.catalog import SupplierRevoked
from shared.contracts.words import RevocationGround
from shared.db.unit_of_work import Tx
from shared.events import Delivery
from shared.ids import derived_id

LOTS_AT_ONCE = 500


async def correct_for_revocation(desk: Desk, deliveries: Sequence[Delivery[SupplierRevoked]]) -> None:
    """Keep revocations and correct the lots that they touch; later acceptances are judged by them."""
    async with desk.uow.begin(once=deliveries) as tx:
        await ledger.lock_revocations(tx, alone=True)
        for delivery in tx.fresh:
            event: SupplierRevoked = delivery.event
            if await heard.keep_revocation(tx, event) and event.ground is not RevocationGround.LAPSE:
                await _correct(desk, tx, event)


async def _correct(desk: Desk, tx: Tx, event: SupplierRevoked) -> None:
    day = business_date(tx.now)
    revocation = Revocation(
        event.supplier_id, event.ground, event.reason, event.effective_from, frozenset(event.listing_ids), day
    )
    named = event.listing_ids if event.ground is RevocationGround.FALSE_ORIGIN else ()
    found = await ledger.lots_of_supplier(tx, event.supplier_id, named)
    acceptances = sorted(found)
    heads = await ledger.lock_heads(tx, await ledger.units_of_lots(tx, acceptances))
    reference = await desk.reference.current(tx)
    source = derived_id("revocation", event.supplier_id, event.version)
    for start in range(0, len(acceptances), LOTS_AT_ONCE):
        lots = await ledger.lots(tx, acceptances[start : start + LOTS_AT_ONCE])
        drafts = [
            draft
            for lot, standing in sorted(lots.items(), key=lambda pair: pair[1].first or (pair[0][0], 0))
            if (draft := corrected(lot, standing, revocation, reference, source, day)) is not None
        ]
        await ledger.post(tx, heads, drafts)


def corrected(
    lot: Lot, standing: Standing, revocation: Revocation, reference: Reference, source: UUID, day: date
) -> Draft | None:
    """Draft the correction of one lot, or None when the revocation does not change how it stands."""
    facts = touched(standing, revocation)
    if facts is None:
        return None
    bought = Bought.of_facts({**standing.facts, **facts})
    judgements = standing.judged_anew(bought, reference)
    if not judgements:
        return None
    return correction(
        standing,
        lot,
        source_id=derived_id(source, lot[0]),
        happened_on=day,
        facts={**facts, "why": revocation.reason, "ground": revocation.ground.value},
        judgements=judgements,
    )

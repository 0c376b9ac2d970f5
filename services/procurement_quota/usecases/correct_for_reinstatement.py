"""A revocation that was set aside gives back what it took, lot by lot, by entries of amount 0; others still stand."""

from collections.abc import Sequence

from services.procurement_quota.domain.chain import Draft, Lot
from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import Revocation, Standing, correction, given_back
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store import heard, ledger
from services.procurement_quota.usecases.correct_for_revocation import LOTS_AT_ONCE
from services.procurement_quota.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.catalog import SupplierReinstated
from shared.contracts.words import RevocationGround
from shared.db.unit_of_work import Tx
from shared.errors import NotFound
from shared.events import Delivery
from shared.ids import derived_id


class RevocationUnknown(NotFound):
    """The revocation that was set aside was not heard yet.

    zh: 尚未收到被撤回的撤销决定。
    """


async def correct_for_reinstatement(desk: Desk, deliveries: Sequence[Delivery[SupplierReinstated]]) -> None:
    """Keep that revocations were set aside, and correct back the lots that they touched.

    Later acceptances are judged without them. Raises RevocationUnknown, to be heard again.
    """
    async with desk.uow.begin(once=deliveries) as tx:
        await ledger.lock_revocations(tx, alone=True)
        for delivery in tx.fresh:
            event: SupplierReinstated = delivery.event
            revoked = await heard.revocation_of(tx, event.supplier_id, event.revoked_version)
            if revoked is None:
                raise RevocationUnknown(supplier_id=str(event.supplier_id), version=event.revoked_version)
            if await heard.keep_reinstatement(tx, event) and revoked.ground is not RevocationGround.LAPSE:
                await _correct(desk, tx, event, revoked)


async def _correct(desk: Desk, tx: Tx, event: SupplierReinstated, revoked: Revocation) -> None:
    named = revoked.listing_ids if revoked.ground is RevocationGround.FALSE_ORIGIN else ()
    acceptances = sorted(await ledger.lots_of_supplier(tx, event.supplier_id, named))
    heads = await ledger.lock_heads(tx, await ledger.units_of_lots(tx, acceptances))
    remaining = (await heard.revocations(tx, [event.supplier_id])).get(event.supplier_id, [])
    reference = await desk.reference.current(tx)
    for start in range(0, len(acceptances), LOTS_AT_ONCE):
        lots = await ledger.lots(tx, acceptances[start : start + LOTS_AT_ONCE])
        drafts = [
            draft
            for lot, standing in sorted(lots.items(), key=lambda pair: pair[1].first or (pair[0][0], 0))
            if (draft := _given_back(tx, lot, standing, event, revoked, remaining, reference)) is not None
        ]
        await ledger.post(tx, heads, drafts)


def _given_back(
    tx: Tx,
    lot: Lot,
    standing: Standing,
    event: SupplierReinstated,
    revoked: Revocation,
    remaining: Sequence[Revocation],
    reference: Reference,
) -> Draft | None:
    """Draft the correction of one lot, or None when nothing of it was taken by this revocation alone."""
    facts = given_back(standing, revoked, remaining)
    if facts is None:
        return None
    judgements = standing.judged_anew(Bought.of_facts({**standing.facts, **facts}), reference)
    if not judgements:
        return None
    source = derived_id("reinstatement", event.supplier_id, event.version)
    return correction(
        standing,
        lot,
        source_id=derived_id(source, lot[0]),
        happened_on=business_date(tx.now),
        facts={**facts, "why": event.reason, "ground": revoked.ground.value},
        judgements=judgements,
    )

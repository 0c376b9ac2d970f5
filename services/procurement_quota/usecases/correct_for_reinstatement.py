"""A revocation that was set aside gives back what it took, lot by lot, by entries of amount 0; others still stand."""

from collections.abc import Sequence

from services.procurement_quota.domain.lots import Revocation
from services.procurement_quota.store import heard, ledger
from services.procurement_quota.usecases.correct_for_revocation import found_by
from services.procurement_quota.usecases.correct_lots import Found, correct_lots
from services.procurement_quota.usecases.desk import Desk
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
        found = []
        for delivery in tx.fresh:
            event: SupplierReinstated = delivery.event
            revoked = await heard.revocation_of(tx, event.supplier_id, event.revoked_version)
            if revoked is None:
                raise RevocationUnknown(supplier_id=str(event.supplier_id), version=event.revoked_version)
            if await heard.keep_reinstatement(tx, event) and revoked.ground is not RevocationGround.LAPSE:
                found.append(await _found(tx, event, revoked))
        await correct_lots(desk, tx, found)


async def _found(tx: Tx, event: SupplierReinstated, revoked: Revocation) -> Found:
    why = {"why": event.reason, "ground": revoked.ground.value}
    return await found_by(tx, revoked, why, derived_id("reinstatement", event.supplier_id, event.version))

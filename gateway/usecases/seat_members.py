"""Whom a supplier lets in, ends, or gives another role has just that seat in it, in open sessions too.

While the supplier is revoked its people are kept here without a seat, and seated when it comes back.
"""

from collections.abc import Sequence

from gateway.store.accounts import seat, unseat
from gateway.store.copies import hold_supplier_state, keep_member
from gateway.store.sessions import tell
from gateway.usecases.desk import Desk
from shared.contracts.authority import SUPPLIER_ROLES
from shared.contracts.catalog import SupplierMemberChanged
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.events.consumer import Delivery


async def seat_members(desk: Desk, deliveries: Sequence[Delivery[SupplierMemberChanged]]) -> None:
    """Seat or unseat people of suppliers as catalog says they stand."""
    async with desk.uow.begin(once=deliveries) as tx:
        for delivery in tx.fresh:
            event = delivery.event
            state = await hold_supplier_state(tx, event.supplier_id)
            values = {
                "supplier_id": event.supplier_id,
                "account_id": event.account_id,
                "version": event.version,
                "role": event.role,
            }
            if await keep_member(tx, values):
                await _seat_as_said(tx, event, is_revoked=state == SupplierState.REVOKED.value)


async def _seat_as_said(tx: Tx, event: SupplierMemberChanged, *, is_revoked: bool) -> None:
    for role in SUPPLIER_ROLES:
        if role != event.role:
            await unseat(tx, role, event.supplier_id, event.account_id)
    if event.role is not None and not is_revoked:
        await seat(tx, event.account_id, event.role, event.supplier_id)
    await tell(tx, event.account_id)

"""Whoever applied for a supplier acts for it as soon as the gateway hears of it, and no longer once it is revoked.

A seat that was taken by hand is not given back by the next change of the same supplier: an applicant is seated when
the supplier is new here, changes hands, or comes back from being revoked, and then with everybody who belongs to it,
unless catalog has said of them that they no longer do.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gateway.store.accounts import seat, unseat
from gateway.store.copies import keep_supplier, roles_of_members
from gateway.store.sessions import tell
from gateway.usecases.desk import Desk
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.catalog import SupplierChanged
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.events.consumer import Delivery


async def seat_applicants(desk: Desk, deliveries: Sequence[Delivery[SupplierChanged]]) -> None:
    """Keep suppliers as they now stand, and seat or unseat their people."""
    async with desk.uow.begin(once=deliveries) as tx:
        for delivery in tx.fresh:
            event = delivery.event
            values = {
                "id": event.supplier_id,
                "version": event.version,
                "name": event.name,
                "state": event.state.value,
                "applicant_account_id": event.applicant_account_id,
            }
            is_news, before = await keep_supplier(tx, values)
            if is_news:
                await _seat_or_unseat(tx, event, before)


async def _seat_or_unseat(tx: Tx, event: SupplierChanged, before: Any) -> None:
    if event.state is SupplierState.REVOKED:
        for role in SUPPLIER_ROLES:
            for account_id in await unseat(tx, role, event.supplier_id):
                await tell(tx, account_id)
        return
    changed_hands = before is None or before.applicant_account_id != event.applicant_account_id
    if changed_hands or before.state == SupplierState.REVOKED.value:
        if before is not None and changed_hands:
            for account_id in await unseat(tx, Role.SUPPLIER, event.supplier_id, before.applicant_account_id):
                await tell(tx, account_id)
        people: dict[UUID, Role | None] = {event.applicant_account_id: Role.SUPPLIER}
        people |= await roles_of_members(tx, event.supplier_id)
        for account_id, held in people.items():
            if held is not None and await seat(tx, account_id, held, event.supplier_id):
                await tell(tx, account_id)
    await tell(tx, event.applicant_account_id)

"""A canteen, and who is above it, reads a requisition."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchRequisition
from services.order.store.requisitions import find_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.requisition_view import read_view
from services.order.usecases.waiting import standing_in
from shared.contracts.authority import Identity, Owned, require


async def get_requisition(desk: Desk, identity: Identity, requisition_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        found = await find_requisition(tx, requisition_id)
        if found is None:
            raise NoSuchRequisition(requisition_id=str(requisition_id))
        identity = await standing_in(tx, desk, identity)
        require(identity, "get_requisition", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
        return await read_view(tx, found)

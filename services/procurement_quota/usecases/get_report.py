"""A reader gets a working copy of a report: nothing is issued by reading it."""

from typing import Any
from uuid import UUID

from services.procurement_quota.store.units import Unit, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.shape_report import AskReport, shape_report
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx


async def get_report(desk: Desk, identity: Identity, unit_id: UUID, ask: AskReport) -> dict[str, Any]:
    """Give the report of a unit's subtree. Raises UnitUnknown and as `shape_report`."""
    async with desk.uow.read() as tx:
        return await shape_report(desk, tx, await reach_unit(tx, identity, "get_report", unit_id), ask)


async def reach_unit(tx: ReadTx, identity: Identity, operation: str, unit_id: UUID) -> Unit:
    """Find a unit for someone who may do this there. Raises UnitUnknown, NotAllowed."""
    unit = await unit_by_id(tx, unit_id)
    if unit is None:
        raise UnitUnknown(unit_id=str(unit_id))
    require(identity, operation, Owned(unit_path=unit.path))
    return unit

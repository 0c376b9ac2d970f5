"""An officer of the supplier's county, or above, confirms what a supplier says that it can bring, or returns it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.capacity import CAPACITY, CapacityNotFound, CapacityOutcome, PlotsUndeclared
from services.catalog.domain.suppliers import ChangedMeanwhile, SupplierNotFound
from services.catalog.store import plots, suppliers
from services.catalog.store.plots import Capacity
from services.catalog.usecases.capacity_shapes import capacity_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.judge_sales import judge_sales
from services.catalog.usecases.put_capacity import check_room, declared_for
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem


class ReviewCapacity(BaseModel):
    """A decision about a declared capacity."""

    model_config = COMMAND | {
        "json_schema_extra": {"examples": [{"outcome": "confirm", "version": 1, "reason": "现场丈量属实"}]}
    }

    outcome: CapacityOutcome
    version: int = Field(ge=1, le=2_000_000_000, description="the version that was looked at")
    reason: Reason = Field(default="", description="required to return")


async def review_capacity(
    desk: Desk,
    identity: Identity,
    supplier_id: UUID,
    capacity_id: UUID,
    command: ReviewCapacity,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Confirm a capacity, which takes the place of the one confirmed before for that item and year; or return it.

    Nobody confirms what they filed, or what a supplier filed that they are seated in. Of two who decide at once, one
    wins and the other gets ChangedMeanwhile.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        supplier = await suppliers.find(tx, supplier_id)
        known = await plots.find_capacity(tx, capacity_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=supplier_id)
        filed_by = None if known is None else known.filed_by
        require(identity, "review_capacity", await under_review_by(tx, identity, supplier, filed_by))
        if known is None or known.supplier_id != supplier_id:
            raise CapacityNotFound(capacity_id=str(capacity_id))
        if command.outcome is CapacityOutcome.RETURN and not command.reason:
            raise InvalidFields(field_problem("reason", "is required for this outcome", "请填写理由"))
        await suppliers.lock(tx, supplier_id)
        if known.version != command.version:
            raise ChangedMeanwhile(capacity_id=str(capacity_id), version=known.version)
        CAPACITY.check(known.state, command.outcome.value)
        capacity = await _decide(tx, identity, known, command)
        await judge_sales(tx, [(supplier_id, capacity.item_code, capacity.year)])
        view = capacity_view(capacity, await plots.uses_of(tx, [capacity_id]))
        await tx.answer(view)
        return view


async def _decide(tx: Tx, identity: Identity, known: Capacity, command: ReviewCapacity) -> Capacity:
    decided: dict[str, Any] = {
        "state": CAPACITY.check(known.state, command.outcome.value).value,
        "reviewed_by": identity.account_id,
        "reviewer_name": identity.name,
        "reviewed_at": tx.now,
        "reason": command.reason,
    }
    if command.outcome is CapacityOutcome.CONFIRM:
        decided["replaces"] = await _make_way(tx, known)
    capacity = await plots.change_capacity(tx, known, decided)
    if capacity is None:
        raise ChangedMeanwhile(capacity_id=str(known.capacity_id))
    return capacity


async def _make_way(tx: Tx, known: Capacity) -> UUID | None:
    """Give the capacity that this one takes the place of, which is confirmed no more.

    Raises PlotsUndeclared where a parcel has ended since it was filed, PlotsOverused.
    """
    uses = [(use.plot_id, use.extent) for use in await plots.uses_of(tx, [known.capacity_id])]
    ended = {plot_id for plot_id, _ in uses} - await declared_for(tx, known.supplier_id, known.year)
    if ended:
        raise PlotsUndeclared(plot_ids=sorted(map(str, ended)))
    columns = {
        "measure": known.measure.value,
        "item_code": known.item_code,
        "year": known.year,
        "harvest_months": known.harvest_months,
    }
    await check_room(tx, known.supplier_id, known.capacity_id, columns, uses)
    before = await plots.confirmed(tx, known.supplier_id, known.item_code, known.year)
    if before is None:
        return None
    state = CAPACITY.check(before.state, "replace")
    if await plots.change_capacity(tx, before, {"state": state.value}) is None:
        raise ChangedMeanwhile(capacity_id=str(before.capacity_id))
    return before.capacity_id

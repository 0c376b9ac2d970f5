"""A supplier declares what it can bring of an item in a year, from what grows on which of its parcels."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.capacity import (
    CAPACITIES_MAX,
    CAPACITY,
    STANDING,
    CapacityOfAnother,
    CapacityState,
    Extent,
    PlotsOverused,
    TooManyCapacities,
    capacity_problems,
    is_declared_in,
    overused,
)
from services.catalog.domain.items import item_problems
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier
from services.catalog.store import plots, suppliers
from services.catalog.store.plots import Capacity
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.capacity_shapes import capacity_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.named_papers import document_problems
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import InvalidFields, field_problem

YEAR_MIN, YEAR_MAX = 2020, 2099
ItemCode = Annotated[str, Field(min_length=1, max_length=40, description="a code of the items, e.g. ginger")]
Year = Annotated[int, Field(ge=YEAR_MIN, le=YEAR_MAX)]
Month = Annotated[int, Field(ge=1, le=12)]


class UseOfPlot(BaseModel):
    """How much stands on one parcel."""

    model_config = COMMAND

    plot_id: UUID
    extent: int = Field(ge=1, le=10**9, description="square metres, or heads")


class PutCapacity(BaseModel):
    """What is grown where, what a square metre or a head of it yields a year, when it is ripe and how long it keeps."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "item_code": "ginger",
                    "year": 2026,
                    "measure": "area",
                    "uses": [{"plot_id": "019a0000-0000-7000-8000-000000000001", "extent": 6667}],
                    "yield_grams": 3000,
                    "harvest_months": [9, 10, 11],
                    "keeps_months": 4,
                }
            ]
        }
    }

    item_code: ItemCode
    year: Year
    measure: Extent
    uses: Annotated[tuple[UseOfPlot, ...], Field(min_length=1, max_length=50)]
    yield_grams: int = Field(ge=1, le=10**9, description="grams a year, of a square metre or a head")
    harvest_months: Annotated[tuple[Month, ...], Field(min_length=1, max_length=12)]
    keeps_months: int = Field(default=0, ge=0, le=12, description="for how many months after its harvest it is sold")
    document_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = Field(
        default=(), description="documents of the supplier that prove it"
    )

    def columns(self) -> dict[str, Any]:
        """Give what was said as columns of the table."""
        extent = sum(use.extent for use in self.uses)
        return {
            "item_code": self.item_code,
            "year": self.year,
            "measure": self.measure.value,
            "extent": extent,
            "yield_grams": self.yield_grams,
            "harvest_months": sorted(self.harvest_months),
            "keeps_months": self.keeps_months,
            "yearly_grams": extent * self.yield_grams,
            "document_ids": sorted(self.document_ids),
        }


async def put_capacity(
    desk: Desk, identity: Identity, supplier_id: UUID, capacity_id: UUID, command: PutCapacity
) -> dict[str, Any]:
    """File a capacity, or amend one that nobody has confirmed; the same again changes nothing.

    Raises PlotsOverused where more would be harvested from a parcel in a month than it has room for.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_capacity", supplier_id)
        supplier = await suppliers.lock_and_find(tx, supplier_id)
        await _check(tx, supplier_id, command)
        known = await plots.find_capacity(tx, capacity_id)
        if known is not None and await _is_same(tx, known, command):
            return capacity_view(known, await plots.uses_of(tx, [capacity_id]))
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        uses = [(use.plot_id, use.extent) for use in command.uses]
        await check_room(tx, supplier_id, capacity_id, command.columns(), uses)
        filed = {**command.columns(), "state": CapacityState.FILED.value, "reason": "", "filed_at": tx.now}
        filed |= {"filed_by": identity.account_id}
        if known is None:
            capacity = await _file(tx, supplier_id, capacity_id, filed)
        else:
            capacity = await _amend(tx, known, supplier_id, filed)
        await plots.replace_uses(tx, capacity_id, uses)
        await log_act(tx, identity, supplier_id, "put_capacity", capacity_id, capacity.version)
        return capacity_view(capacity, await plots.uses_of(tx, [capacity_id]))


async def check_room(
    tx: ReadTx,
    supplier_id: UUID,
    capacity_id: UUID,
    columns: dict[str, Any],
    uses: Sequence[tuple[UUID, int]],
) -> None:
    """Refuse a capacity for which its parcels have no room beside what else is declared on them. Raises PlotsOverused.

    Another of the same item, filed or confirmed, is left out, for of these the one that is confirmed last stands. What
    is told in heads takes no room.
    """
    if columns["measure"] != Extent.AREA.value:
        return
    same_year = await plots.capacities_of(tx, supplier_id, columns["year"])
    others = {
        one.capacity_id: one
        for one in same_year
        if one.measure is Extent.AREA
        and one.state in STANDING
        and one.capacity_id != capacity_id
        and one.item_code != columns["item_code"]
    }
    areas = {plot.plot_id: plot.area_m2 for plot in await plots.plots_of(tx, supplier_id)}
    declared = [(use.plot_id, use.extent, others[use.capacity_id]) for use in await plots.uses_of(tx, list(others))]
    taken = [(plot_id, extent, capacity.harvest_months) for plot_id, extent, capacity in declared]
    taken += [(plot_id, extent, columns["harvest_months"]) for plot_id, extent in uses]
    if too_much := overused(areas, taken):
        raise PlotsOverused(plot_ids=[str(plot_id) for plot_id in too_much])


async def _check(tx: Tx, supplier_id: UUID, command: PutCapacity) -> None:
    extent = sum(use.extent for use in command.uses)
    problems = item_problems("item_code", command.item_code)
    problems += capacity_problems(extent, command.yield_grams, command.harvest_months, command.measure)
    declared = await declared_for(tx, supplier_id, command.year)
    if len({use.plot_id for use in command.uses}) < len(command.uses):
        problems.append(field_problem("uses", "names a parcel twice", "地块重复"))
    if not declared.issuperset(use.plot_id for use in command.uses):
        says, zh = "names a parcel that this supplier has not declared for the year", "包含本供应方该年度未申报的地块"
        problems.append(field_problem("uses", says, zh))
    problems += await document_problems(tx, supplier_id, command.document_ids)
    if problems:
        raise InvalidFields(*problems)


async def declared_for(tx: ReadTx, supplier_id: UUID, year: int) -> set[UUID]:
    """Give a supplier's parcels that are declared on some day of a year."""
    own = await plots.plots_of(tx, supplier_id)
    return {plot.plot_id for plot in own if is_declared_in(year, plot.declared)}


async def _is_same(tx: ReadTx, known: Capacity, command: PutCapacity) -> bool:
    columns = command.columns()
    uses = {(use.plot_id, use.extent) for use in await plots.uses_of(tx, [known.capacity_id])}
    return uses == {(use.plot_id, use.extent) for use in command.uses} and all(
        getattr(known, name) == value for name, value in columns.items()
    )


async def _file(tx: Tx, supplier_id: UUID, capacity_id: UUID, filed: dict[str, Any]) -> Capacity:
    if await plots.count_capacities(tx, supplier_id) >= CAPACITIES_MAX:
        raise TooManyCapacities(capacities_max=CAPACITIES_MAX)
    values = {**filed, "capacity_id": capacity_id, "supplier_id": supplier_id, "version": 1}
    capacity = await plots.insert_capacity(tx, values)
    if capacity is None:
        raise CapacityOfAnother(capacity_id=str(capacity_id))
    return capacity


async def _amend(tx: Tx, known: Capacity, supplier_id: UUID, filed: dict[str, Any]) -> Capacity:
    if (known.supplier_id, known.item_code, known.year) != (supplier_id, filed["item_code"], filed["year"]):
        raise CapacityOfAnother(capacity_id=str(known.capacity_id))
    CAPACITY.check(known.state, "amend")
    capacity = await plots.change_capacity(tx, known, filed)
    if capacity is None:
        raise ChangedMeanwhile(capacity_id=str(known.capacity_id))
    return capacity

"""What a supplier can plausibly bring in a year stands beside what it sold, over all channels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.capacity import (
    MONTHS,
    CapacityState,
    CapacityStatus,
    Excess,
    Harvest,
    Part,
    greatest_excess,
)
from services.catalog.store import plots, sales
from services.catalog.store.plots import Capacity
from services.catalog.store.sales import NotJudged, SoldInMonth
from services.catalog.usecases.capacity_shapes import harvest_left, plot_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from shared.clock import today
from shared.contracts.authority import Identity
from shared.reference.items import item_name


async def see_capacity(desk: Desk, identity: Identity, supplier_id: UUID, year: int | None) -> dict[str, Any]:
    """Show by item what was declared and confirmed for a year, what was sold here and elsewhere, and what is left.

    Only what an officer confirmed is held against sales. Sales of goods whose listing named no item, or whose weight
    is unknown, are told apart: nothing is guessed of them.
    """
    year = year or today(desk.clock).year
    async with desk.uow.read() as tx:
        await reached(tx, identity, "see_capacity", supplier_id)
        declared = await plots.capacities_of(tx, supplier_id, year)
        sold = await sales.sold_by_month(tx, supplier_id, year)
        unnamed, unweighed = await sales.not_judged(tx, supplier_id, year)
        parcels = await plots.plots_of(tx, supplier_id)
        parts = await plots.parts_of(tx, [one.capacity_id for one in declared])
    codes = sorted({one.item_code for one in declared} | {one.item_code for one in sold})
    return {
        "supplier_id": str(supplier_id),
        "year": year,
        "items": [_item(code, declared, parts, sold) for code in codes],
        "item_unknown": _not_judged(unnamed),
        "weight_unknown": _not_judged(unweighed),
        "plots": [plot_view(plot) for plot in parcels],
    }


def _item(
    code: str, declared: Iterable[Capacity], parts: Mapping[UUID, Sequence[Part]], sold: Iterable[SoldInMonth]
) -> dict[str, Any]:
    here, elsewhere = months_of(code, sold)
    both = [one + other for one, other in zip(here, elsewhere, strict=True)]
    of_item = [one for one in declared if one.item_code == code]
    confirmed = next((one for one in of_item if one.state is CapacityState.CONFIRMED), None)
    plausible = None if confirmed is None else harvest_left(confirmed, parts[confirmed.capacity_id])
    excess = None if plausible is None else greatest_excess(plausible, both)
    return {
        "item_code": code,
        "item_name": item_name(code),
        "status": _status(plausible, excess).value,
        "capacity_id": str(confirmed.capacity_id) if confirmed else None,
        "yearly_grams": plausible.yearly_grams if plausible else None,
        "monthly_grams": plausible.monthly_grams if plausible else None,
        "declared": [
            {"capacity_id": str(one.capacity_id), "state": one.state.value, "yearly_grams": one.yearly_grams}
            for one in of_item
        ],
        "sold_grams": sum(both),
        "sold_here_grams": here,
        "sold_elsewhere_grams": elsewhere,
        "left_grams": max(0, plausible.yearly_grams - sum(both)) if plausible else None,
        "excess": {
            "from_month": excess.first,
            "to_month": excess.last,
            "expected_grams": excess.expected_grams,
            "found_grams": excess.found_grams,
        }
        if excess
        else None,
    }


def _status(plausible: Harvest | None, excess: Excess | None) -> CapacityStatus:
    if plausible is None:
        return CapacityStatus.UNCONFIRMED
    return CapacityStatus.WITHIN if excess is None else CapacityStatus.BEYOND


def months_of(code: str, sold: Iterable[SoldInMonth]) -> tuple[list[int], list[int]]:
    """Give by month, January first, the grams of an item that were sold here, and elsewhere."""
    here, elsewhere = [0] * MONTHS, [0] * MONTHS
    for one in sold:
        if one.item_code == code:
            here[one.month - 1], elsewhere[one.month - 1] = one.here_grams, one.elsewhere_grams
    return here, elsewhere


def _not_judged(found: NotJudged) -> dict[str, Any]:
    return {"lines": found.lines, "grams": found.grams, "amount_fen": found.amount_fen}

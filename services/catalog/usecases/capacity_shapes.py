"""Parcels, capacities and sales elsewhere as they are shown."""

from collections.abc import Sequence
from typing import Any

from services.catalog.domain.capacity import CAPACITY, Harvest, Part, declared_harvest, harvest_of
from services.catalog.store.plots import Capacity, Plot, Use
from services.catalog.store.sales import OutsideSale
from shared.reference import county_name
from shared.reference.items import item_name


def plot_view(plot: Plot) -> dict[str, Any]:
    """Show a parcel."""
    return {
        "plot_id": str(plot.plot_id),
        "supplier_id": str(plot.supplier_id),
        "kind": plot.kind.value,
        "certificate_number": plot.certificate_number,
        "county_code": plot.county_code,
        "county_name": county_name(plot.county_code),
        "area_m2": plot.area_m2,
        "declared_from": plot.declared_from.isoformat(),
        "declared_to": plot.declared_to.isoformat() if plot.declared_to else None,
    }


def harvest(capacity: Capacity) -> Harvest:
    """Give the harvest that a capacity makes plausible as it was declared."""
    return harvest_of(capacity.extent, capacity.yield_grams, capacity.harvest_months, capacity.keeps_months)


def harvest_left(capacity: Capacity, parts: Sequence[Part]) -> Harvest:
    """Give the harvest that a capacity makes plausible, of those of its parcels that are declared."""
    return declared_harvest(harvest(capacity), capacity.year, parts)


def capacity_view(capacity: Capacity, uses: list[Use]) -> dict[str, Any]:
    """Show a capacity with the quantities that follow from it."""
    return {
        "capacity_id": str(capacity.capacity_id),
        "supplier_id": str(capacity.supplier_id),
        "item_code": capacity.item_code,
        "item_name": item_name(capacity.item_code),
        "year": capacity.year,
        "version": capacity.version,
        "state": capacity.state.value,
        "measure": capacity.measure.value,
        "extent": capacity.extent,
        "yield_grams": capacity.yield_grams,
        "harvest_months": sorted(capacity.harvest_months),
        "keeps_months": capacity.keeps_months,
        "yearly_grams": capacity.yearly_grams,
        "monthly_grams": harvest(capacity).monthly_grams,
        "uses": [
            {"plot_id": str(use.plot_id), "extent": use.extent}
            for use in uses
            if use.capacity_id == capacity.capacity_id
        ],
        "document_ids": [str(one) for one in capacity.document_ids],
        "replaces": str(capacity.replaces) if capacity.replaces else None,
        "filed_at": capacity.filed_at.isoformat(),
        "reviewer_name": capacity.reviewer_name,
        "reviewed_at": capacity.reviewed_at.isoformat() if capacity.reviewed_at else None,
        "reason": capacity.reason,
        "open_steps": CAPACITY.open_verbs(capacity.state),
    }


def outside_view(sale: OutsideSale) -> dict[str, Any]:
    """Show a sale beside this platform."""
    return {
        "sale_id": str(sale.sale_id),
        "supplier_id": str(sale.supplier_id),
        "item_code": sale.item_code,
        "item_name": item_name(sale.item_code),
        "channel": sale.channel.value,
        "order_number": sale.order_number,
        "grams": sale.grams,
        "sold_from": sale.sold_from.isoformat(),
        "sold_to": sale.sold_to.isoformat(),
        "document_ids": [str(one) for one in sale.document_ids],
        "reverses": str(sale.reverses) if sale.reverses else None,
        "reason": sale.reason,
    }

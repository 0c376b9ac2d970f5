"""Parcels and the capacities that stand on them, as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.capacity import CapacityState, Extent, Part, PlotKind
from services.catalog.domain.spans import Span
from services.catalog.store.rows import value_of
from services.catalog.store.sales_tables import capacities, capacity_uses, plots
from shared.db.unit_of_work import ReadTx, Tx

Goods = tuple[UUID, str, int]
"""A supplier's goods of an item in a year."""
_PLOT = {"kind": PlotKind}
_CAPACITY = {"state": CapacityState, "measure": Extent}
_CERTIFICATES = 7_310_110
"""The first key of the advisory locks under which a certificate is declared."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One parcel as declared."""

    plot_id: UUID
    supplier_id: UUID
    kind: PlotKind
    certificate_number: str
    certificate_key: str
    county_code: str
    area_m2: int
    declared_from: date
    declared_to: date | None
    put_at: datetime

    @property
    def declared(self) -> Span:
        return self.declared_from, self.declared_to


@dataclass(frozen=True, slots=True)
class Capacity:
    """One capacity as declared, and how far it is looked at."""

    capacity_id: UUID
    supplier_id: UUID
    item_code: str
    year: int
    version: int
    state: CapacityState
    measure: Extent
    extent: int
    yield_grams: int
    harvest_months: list[int]
    keeps_months: int
    yearly_grams: int
    document_ids: list[UUID]
    replaces: UUID | None
    filed_by: UUID
    filed_at: datetime
    reviewed_by: UUID | None
    reviewer_name: str | None
    reviewed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a capacity stands on a parcel."""

    capacity_id: UUID
    plot_id: UUID
    extent: int


async def alone_with_certificate(tx: Tx, key: str) -> None:
    """Declare a certificate alone, until the transaction ends."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_CERTIFICATES, sa.func.hashtext(key))))


async def find_plot(tx: ReadTx, plot_id: UUID) -> Plot | None:
    """Give a parcel, or None."""
    row = await tx.first(sa.select(plots).where(plots.c.plot_id == plot_id))
    return None if row is None else value_of(Plot, row, _PLOT)


async def plots_of(tx: ReadTx, supplier_id: UUID) -> list[Plot]:
    """Give a supplier's parcels in the order declared."""
    query = sa.select(plots).where(plots.c.supplier_id == supplier_id).order_by(plots.c.put_at, plots.c.plot_id)
    return [value_of(Plot, row, _PLOT) for row in await tx.rows(query)]


async def of_certificate(tx: ReadTx, key: str) -> list[Plot]:
    """Give what is or was declared by a certificate, by anybody; its lock is held, and its days are of one each."""
    return [value_of(Plot, row, _PLOT) for row in await tx.rows(sa.select(plots).where(plots.c.certificate_key == key))]


async def insert_plot(tx: Tx, values: Mapping[str, Any]) -> Plot:
    """Keep a parcel that is new."""
    row = await tx.first(sa.insert(plots).values(**values).returning(*plots.c))
    assert row is not None
    return value_of(Plot, row, _PLOT)


async def end_plot(tx: Tx, plot_id: UUID, declared_to: date) -> Plot:
    """Note from when a parcel is no longer declared."""
    ended = sa.update(plots).where(plots.c.plot_id == plot_id).values(declared_to=declared_to)
    row = await tx.first(ended.returning(*plots.c))
    assert row is not None
    return value_of(Plot, row, _PLOT)


async def find_capacity(tx: ReadTx, capacity_id: UUID) -> Capacity | None:
    """Give a capacity, or None."""
    row = await tx.first(sa.select(capacities).where(capacities.c.capacity_id == capacity_id))
    return None if row is None else value_of(Capacity, row, _CAPACITY)


async def capacities_of(tx: ReadTx, supplier_id: UUID, year: int) -> list[Capacity]:
    """Give what a supplier declared for a year, in the order filed."""
    query = (
        sa.select(capacities)
        .where(capacities.c.supplier_id == supplier_id, capacities.c.year == year)
        .order_by(capacities.c.filed_at, capacities.c.capacity_id)
    )
    return [value_of(Capacity, row, _CAPACITY) for row in await tx.rows(query)]


async def confirmed(tx: ReadTx, supplier_id: UUID, item_code: str, year: int) -> Capacity | None:
    """Give the confirmed capacity of an item in a year, or None."""
    return (await confirmed_of(tx, [(supplier_id, item_code, year)])).get((supplier_id, item_code, year))


async def confirmed_of(tx: ReadTx, goods: Sequence[Goods]) -> dict[Goods, Capacity]:
    """Give the confirmed capacities of these goods; those that have none are left out."""
    suppliers, items, years = ([one[column] for one in goods] for column in range(3))
    rows = await tx.rows(_CONFIRMED_OF, {"suppliers": suppliers, "items": items, "years": years})
    found = [value_of(Capacity, row, _CAPACITY) for row in rows]
    return {(one.supplier_id, one.item_code, one.year): one for one in found}


_CONFIRMED_OF = sa.text(
    "SELECT capacities.* FROM unnest(CAST(:suppliers AS uuid[]), CAST(:items AS text[]), CAST(:years AS integer[]))"
    " AS one (s, i, y) JOIN capacities ON supplier_id = s AND item_code = i AND year = y"
    " AND state = 'confirmed'"
)


async def count_capacities(tx: ReadTx, supplier_id: UUID) -> int:
    """Count what a supplier declared, of every year."""
    return int(await tx.value(sa.select(sa.func.count()).where(capacities.c.supplier_id == supplier_id)))


async def insert_capacity(tx: Tx, values: Mapping[str, Any]) -> Capacity | None:
    """Keep a capacity; None when another has this id by now."""
    row = await tx.first(insert_or_not(capacities).values(**values).on_conflict_do_nothing().returning(*capacities.c))
    return None if row is None else value_of(Capacity, row, _CAPACITY)


async def change_capacity(tx: Tx, known: Capacity, values: Mapping[str, Any]) -> Capacity | None:
    """Change a capacity from the version that was looked at to the next; None when it has moved on meanwhile."""
    row = await tx.first(
        sa.update(capacities)
        .where(
            capacities.c.capacity_id == known.capacity_id,
            capacities.c.version == known.version,
            capacities.c.state == known.state.value,
        )
        .values(**values, version=known.version + 1)
        .returning(*capacities.c)
    )
    return None if row is None else value_of(Capacity, row, _CAPACITY)


async def replace_uses(tx: Tx, capacity_id: UUID, uses: Sequence[tuple[UUID, int]]) -> None:
    """Write anew on which parcels a capacity stands."""
    await tx.execute(sa.delete(capacity_uses).where(capacity_uses.c.capacity_id == capacity_id))
    rows = [{"capacity_id": capacity_id, "plot_id": plot_id, "extent": extent} for plot_id, extent in uses]
    await tx.execute(sa.insert(capacity_uses), rows)


async def uses_of(tx: ReadTx, capacity_ids: Sequence[UUID]) -> list[Use]:
    """Give on which parcels capacities stand."""
    query = (
        sa.select(capacity_uses)
        .where(capacity_uses.c.capacity_id.in_(capacity_ids))
        .order_by(capacity_uses.c.capacity_id, capacity_uses.c.plot_id)
    )
    return [value_of(Use, row, {}) for row in await tx.rows(query)]


async def confirmed_on(tx: ReadTx, plot_id: UUID) -> list[Capacity]:
    """Give the confirmed capacities that stand on a parcel, of any year."""
    query = (
        sa.select(capacities)
        .join(capacity_uses, capacity_uses.c.capacity_id == capacities.c.capacity_id)
        .where(capacity_uses.c.plot_id == plot_id, capacities.c.state == CapacityState.CONFIRMED.value)
        .order_by(capacities.c.year, capacities.c.capacity_id)
    )
    return [value_of(Capacity, row, _CAPACITY) for row in await tx.rows(query)]


async def parts_of(tx: ReadTx, capacity_ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    """Give by capacity how much of it stands on parcels that are declared when."""
    query = (
        sa.select(capacity_uses.c.capacity_id, capacity_uses.c.extent, plots.c.declared_from, plots.c.declared_to)
        .join(plots, plots.c.plot_id == capacity_uses.c.plot_id)
        .where(capacity_uses.c.capacity_id.in_(capacity_ids))
    )
    found: dict[UUID, list[Part]] = {capacity_id: [] for capacity_id in capacity_ids}
    for row in await tx.rows(query):
        found[row.capacity_id].append(Part(row.extent, (row.declared_from, row.declared_to)))
    return found


async def filed_page(
    tx: ReadTx, paths: Sequence[str], state: CapacityState, after: tuple[datetime, UUID] | None, limit: int
) -> list[Capacity]:
    """Give capacities in a state of suppliers below some paths, the oldest filing first."""
    from_suppliers = _of_suppliers_below(paths)
    query = (
        sa.select(capacities)
        .where(capacities.c.state == state.value, from_suppliers)
        .order_by(capacities.c.filed_at, capacities.c.capacity_id)
        .limit(limit)
    )
    if after is not None:
        place = sa.tuple_(capacities.c.filed_at, capacities.c.capacity_id)
        query = query.where(place > sa.tuple_(*map(sa.literal, after)))
    return [value_of(Capacity, row, _CAPACITY) for row in await tx.rows(query)]


def _of_suppliers_below(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    suppliers = capacities.metadata.tables["suppliers"]
    below = [suppliers.c.unit_path.startswith(path, autoescape=True) for path in paths]
    return sa.exists().where(suppliers.c.supplier_id == capacities.c.supplier_id, sa.or_(sa.false(), *below))

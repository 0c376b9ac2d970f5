"""Events of selling as they are stored, and what was sold at them, added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.fairs import EntryState, FairSaleState
from services.catalog.store.fair_tables import fair_listings, fair_sales, fair_suppliers, fairs
from services.catalog.store.rows import value_of
from services.catalog.store.sales_tables import sales
from services.catalog.store.tables import listings, on_sale, suppliers, units
from shared.contracts.words import FairKind, FairState, UnitLevel
from shared.db.unit_of_work import ReadTx, Tx

ENTRIES_SHOWN_MAX = 500
DUTY_FAIRS_MAX = 5_000
_FAIR = {"state": FairState, "kind": FairKind}


@dataclass(frozen=True, slots=True)
class Fair:
    """One event as it stands."""

    fair_id: UUID
    version: int
    state: FairState
    unit_id: UUID
    unit_path: str
    kind: FairKind
    name: str
    description: str
    begins_on: date
    ends_on: date
    place: str
    county_code: str
    stream_url: str | None
    put_by: UUID
    put_at: datetime
    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """How one supplier stands with one event."""

    fair_id: UUID
    supplier_id: UUID
    revision: int
    state: EntryState
    note: str
    asked_by: UUID
    asked_at: datetime
    reviewed_by: UUID | None
    reviewer_name: str | None
    reviewed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class FairSale:
    """What walk-in buyers bought of one item on one day."""

    sale_id: UUID
    fair_id: UUID
    supplier_id: UUID
    revision: int
    state: FairSaleState
    item_code: str
    grams: int | None
    pieces: int | None
    amount_fen: int
    sold_on: date
    entered_by: UUID
    entered_at: datetime
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    reason: str


async def unit_path(tx: ReadTx, unit_id: UUID) -> str | None:
    """Give the path of a unit that was heard of."""
    found = await tx.value(sa.select(units.c.path).where(units.c.unit_id == unit_id))
    return None if found is None else str(found)


async def unit_paths_again(tx: Tx) -> None:
    """Store each event's path anew where its unit has moved; the units are locked."""
    moved = (fairs.c.unit_id == units.c.unit_id) & (fairs.c.unit_path != units.c.path)
    await tx.execute(sa.update(fairs).where(moved).values(unit_path=units.c.path))


async def find(tx: ReadTx, fair_id: UUID) -> Fair | None:
    """Give an event, or None."""
    row = await tx.first(sa.select(fairs).where(fairs.c.fair_id == fair_id))
    return None if row is None else value_of(Fair, row, _FAIR)


async def lock(tx: Tx, fair_id: UUID) -> Fair | None:
    """Give an event and keep everyone else from changing it, and who takes part, until this transaction ends."""
    row = await tx.first(sa.select(fairs).where(fairs.c.fair_id == fair_id).with_for_update())
    return None if row is None else value_of(Fair, row, _FAIR)


async def insert(tx: Tx, values: Mapping[str, Any]) -> None:
    """Write a new event, unless another has this id by now."""
    await tx.execute(insert_or_not(fairs).values(**values).on_conflict_do_nothing())


async def change(tx: Tx, fair: Fair, values: Mapping[str, Any]) -> Fair:
    """Change an event that is locked, to its next version."""
    row = await tx.first(
        sa.update(fairs)
        .where(fairs.c.fair_id == fair.fair_id)
        .values(**values, version=fair.version + 1, changed_at=tx.now)
        .returning(*fairs.c)
    )
    assert row is not None
    return value_of(Fair, row, _FAIR)


async def page(
    tx: ReadTx,
    *,
    seen_paths: Sequence[str],
    state: FairState | None,
    kind: FairKind | None,
    year: int | None,
    unit_id: UUID | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[Fair]:
    """Give events that may be seen, the last to begin first; drafts only below these paths."""
    seen = [fairs.c.state != FairState.DRAFT.value]
    seen += [fairs.c.unit_path.startswith(path, autoescape=True) for path in seen_paths]
    query = sa.select(fairs).where(sa.or_(*seen)).order_by(fairs.c.begins_on.desc(), fairs.c.fair_id.desc())
    if state is not None:
        query = query.where(fairs.c.state == state.value)
    if kind is not None:
        query = query.where(fairs.c.kind == kind.value)
    if unit_id is not None:
        query = query.where(fairs.c.unit_id == unit_id)
    if year is not None:
        query = query.where(fairs.c.begins_on.between(date(year, 1, 1), date(year, 12, 31)))
    if after is not None:
        query = query.where(sa.tuple_(fairs.c.begins_on, fairs.c.fair_id) < sa.tuple_(*map(sa.literal, after)))
    return [value_of(Fair, row, _FAIR) for row in await tx.rows(query.limit(limit))]


async def find_entry(tx: ReadTx, fair_id: UUID, supplier_id: UUID) -> Entry | None:
    """Give how a supplier stands with an event; None where it never asked."""
    row = await tx.first(sa.select(fair_suppliers).where(_of(fair_id, supplier_id)))
    return None if row is None else value_of(Entry, row, {"state": EntryState})


async def put_entry(tx: Tx, fair_id: UUID, supplier_id: UUID, values: Mapping[str, Any]) -> Entry:
    """Write how a supplier stands with an event that is locked."""
    statement = insert_or_not(fair_suppliers).values(fair_id=fair_id, supplier_id=supplier_id, revision=1, **values)
    row = await tx.first(
        statement.on_conflict_do_update(
            index_elements=["fair_id", "supplier_id"],
            set_={**{name: statement.excluded[name] for name in values}, "revision": fair_suppliers.c.revision + 1},
        ).returning(*fair_suppliers.c)
    )
    assert row is not None
    return value_of(Entry, row, {"state": EntryState})


async def entries(tx: ReadTx, fair_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give who asked to take part, with their names and how much they show, first asked first."""
    shown = (
        sa.select(sa.func.count())
        .where(fair_listings.c.fair_id == fair_suppliers.c.fair_id)
        .where(fair_listings.c.supplier_id == fair_suppliers.c.supplier_id)
        .scalar_subquery()
    )
    return await tx.rows(
        sa.select(fair_suppliers, suppliers.c.name, suppliers.c.kind, shown.label("shown"))
        .join(suppliers, suppliers.c.supplier_id == fair_suppliers.c.supplier_id)
        .where(fair_suppliers.c.fair_id == fair_id)
        .order_by(fair_suppliers.c.asked_at, fair_suppliers.c.supplier_id)
        .limit(ENTRIES_SHOWN_MAX)
    )


async def admitted_ids(tx: ReadTx, fair_id: UUID) -> list[UUID]:
    """Give whom an event admitted."""
    taking_part = fair_suppliers.c.state == EntryState.ADMITTED.value
    rows = await tx.rows(
        sa.select(fair_suppliers.c.supplier_id)
        .where(fair_suppliers.c.fair_id == fair_id, taking_part)
        .order_by(fair_suppliers.c.supplier_id)
    )
    return [row[0] for row in rows]


async def count_entries(tx: ReadTx, fair_id: UUID) -> int:
    """Count who ever asked to take part."""
    counted = sa.select(sa.func.count()).select_from(fair_suppliers).where(fair_suppliers.c.fair_id == fair_id)
    return int(await tx.value(counted))


async def foreign_listings(tx: ReadTx, supplier_id: UUID, listing_ids: Sequence[UUID]) -> set[UUID]:
    """Give those of these listings that are not this supplier's."""
    rows = await tx.rows(
        sa.select(listings.c.listing_id).where(
            listings.c.listing_id.in_(list(listing_ids)), listings.c.supplier_id == supplier_id
        )
    )
    return set(listing_ids) - {row[0] for row in rows}


async def show(tx: Tx, fair_id: UUID, supplier_id: UUID, listing_ids: Sequence[UUID]) -> None:
    """Write anew what a supplier shows at an event; its entry is locked by the event."""
    mine = (fair_listings.c.fair_id == fair_id) & (fair_listings.c.supplier_id == supplier_id)
    await tx.execute(sa.delete(fair_listings).where(mine))
    if listing_ids:
        rows = [{"fair_id": fair_id, "supplier_id": supplier_id, "listing_id": one} for one in sorted(listing_ids)]
        await tx.execute(sa.insert(fair_listings), rows)


async def shown_ids(tx: ReadTx, fair_id: UUID, supplier_id: UUID) -> list[UUID]:
    """Give what a supplier shows at an event."""
    mine = (fair_listings.c.fair_id == fair_id) & (fair_listings.c.supplier_id == supplier_id)
    rows = await tx.rows(sa.select(fair_listings.c.listing_id).where(mine).order_by(fair_listings.c.listing_id))
    return [row[0] for row in rows]


async def showcase(tx: ReadTx, fair_id: UUID, after: UUID | None, limit: int) -> list[tuple[UUID, str]]:
    """Give the lines of what is on sale of what admitted suppliers show, by listing."""
    query = (
        sa.select(on_sale.c.listing_id, on_sale.c.item)
        .join(fair_listings, fair_listings.c.listing_id == on_sale.c.listing_id)
        .join(
            fair_suppliers,
            (fair_suppliers.c.fair_id == fair_listings.c.fair_id)
            & (fair_suppliers.c.supplier_id == fair_listings.c.supplier_id),
        )
        .where(fair_listings.c.fair_id == fair_id, fair_suppliers.c.state == EntryState.ADMITTED.value)
        .order_by(on_sale.c.listing_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(on_sale.c.listing_id > after)
    return [(row.listing_id, row.item) for row in await tx.rows(query)]


async def find_sale(tx: ReadTx, sale_id: UUID) -> FairSale | None:
    """Give a walk-in sale, or None."""
    row = await tx.first(sa.select(fair_sales).where(fair_sales.c.sale_id == sale_id))
    return None if row is None else value_of(FairSale, row, {"state": FairSaleState})


async def put_sale(tx: Tx, sale_id: UUID, values: Mapping[str, Any], *, revision: int) -> FairSale:
    """Write a walk-in sale of an event that is locked, new (revision 1) or anew."""
    statement = insert_or_not(fair_sales).values(sale_id=sale_id, revision=revision, **values)
    row = await tx.first(
        statement.on_conflict_do_update(
            index_elements=["sale_id"],
            set_={**{name: statement.excluded[name] for name in values}, "revision": revision},
        ).returning(*fair_sales.c)
    )
    assert row is not None
    return value_of(FairSale, row, {"state": FairSaleState})


async def ordered_at(tx: ReadTx, fair_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give what canteens accepted and kept of orders tagged to an event, by kind of supplier."""
    return await tx.rows(
        sa.select(
            suppliers.c.kind,
            sa.func.count(sales.c.acceptance_id.distinct()).label("acceptances"),
            sa.func.count(sales.c.supplier_id.distinct()).label("suppliers"),
            sa.func.sum(sales.c.grams).cast(sa.BigInteger).label("grams"),
            sa.func.sum(sales.c.amount_fen).cast(sa.BigInteger).label("amount_fen"),
        )
        .join(suppliers, suppliers.c.supplier_id == sales.c.supplier_id)
        .where(sales.c.fair_id == fair_id)
        .group_by(suppliers.c.kind)
        .order_by(suppliers.c.kind)
    )


async def canteens_at(tx: ReadTx, fair_id: UUID) -> int:
    """Count the canteens that bought at an event."""
    return int(
        await tx.value(sa.select(sa.func.count(sales.c.canteen_id.distinct())).where(sales.c.fair_id == fair_id))
    )


async def walked_in(tx: ReadTx, fair_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give what walk-in buyers bought, by kind of supplier and by where each sale stands."""
    return await tx.rows(
        sa.select(
            suppliers.c.kind,
            fair_sales.c.state,
            sa.func.count().label("sales"),
            sa.func.count(fair_sales.c.supplier_id.distinct()).label("suppliers"),
            sa.func.coalesce(sa.func.sum(fair_sales.c.grams), 0).cast(sa.BigInteger).label("grams"),
            sa.func.coalesce(sa.func.sum(fair_sales.c.pieces), 0).cast(sa.BigInteger).label("pieces"),
            sa.func.sum(fair_sales.c.amount_fen).cast(sa.BigInteger).label("amount_fen"),
        )
        .join(suppliers, suppliers.c.supplier_id == fair_sales.c.supplier_id)
        .where(fair_sales.c.fair_id == fair_id)
        .group_by(suppliers.c.kind, fair_sales.c.state)
        .order_by(suppliers.c.kind, fair_sales.c.state)
    )


async def prefectures(tx: ReadTx) -> Sequence[sa.Row[Any]]:
    """Give the prefectures that were heard of, by their codes."""
    level = units.c.level == UnitLevel.PREFECTURE.value
    return await tx.rows(sa.select(units).where(level).order_by(units.c.division_code, units.c.unit_id))


async def of_year(tx: ReadTx, year: int) -> Sequence[sa.Row[Any]]:
    """Give the events that begin in a year, but for drafts and what was cancelled."""
    hidden = [FairState.DRAFT.value, FairState.CANCELLED.value]
    return await tx.rows(
        sa.select(fairs.c.fair_id, fairs.c.unit_path, fairs.c.state, fairs.c.name, fairs.c.begins_on)
        .where(fairs.c.begins_on.between(date(year, 1, 1), date(year, 12, 31)), fairs.c.state.not_in(hidden))
        .order_by(fairs.c.begins_on, fairs.c.fair_id)
        .limit(DUTY_FAIRS_MAX)
    )


def _of(fair_id: UUID, supplier_id: UUID) -> sa.ColumnElement[bool]:
    return (fair_suppliers.c.fair_id == fair_id) & (fair_suppliers.c.supplier_id == supplier_id)

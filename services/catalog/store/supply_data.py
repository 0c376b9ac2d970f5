"""The rows of the open data of supply, walked by their keys, and when something of each table last changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.domain.listings import ListingState
from services.catalog.domain.supply_data import Dataset
from services.catalog.store import listings as listing_store
from services.catalog.store import suppliers as supplier_store
from services.catalog.store.fair_tables import fairs
from services.catalog.store.filing_tables import supports
from services.catalog.store.filings import TABLES
from services.catalog.store.listings import Version
from services.catalog.store.suppliers import Supplier
from services.catalog.store.tables import listings, on_sale, suppliers
from shared.contracts.words import FairState, SupplierKind, SupplierState
from shared.db.unit_of_work import ReadTx

Key = tuple[UUID | str | int, ...]
_ADMITTED = suppliers.c.state == SupplierState.ADMITTED.value


@dataclass(frozen=True, slots=True)
class Mark:
    """How a table stands: when something of it last changed, and how many rows it has."""

    changed_at: datetime | None
    rows: int


def _after(columns: Sequence[sa.ColumnElement[Any]], key: Key | None) -> sa.ColumnElement[bool]:
    if key is None:
        return sa.true()
    return sa.tuple_(*columns) > sa.tuple_(
        *(sa.literal(part, column.type) for column, part in zip(columns, key, strict=True))
    )


async def suppliers_after(tx: ReadTx, key: Key | None, limit: int) -> list[Supplier]:
    """Give admitted suppliers after a key."""
    order = [suppliers.c.supplier_id]
    query = sa.select(*order).where(_ADMITTED, _after(order, key)).order_by(*order).limit(limit)
    ids = [row[0] for row in await tx.rows(query)]
    found = await supplier_store.find_all(tx, ids)
    return [found[one] for one in ids if one in found]


async def listings_after(tx: ReadTx, key: Key | None, limit: int) -> list[tuple[Version, Supplier]]:
    """Give what is on sale after a key, with who sells it."""
    order = [on_sale.c.listing_id]
    query = (
        sa.select(on_sale.c.listing_id, on_sale.c.version, on_sale.c.supplier_id)
        .join(suppliers, suppliers.c.supplier_id == on_sale.c.supplier_id)
        .where(_ADMITTED, _after(order, key))
        .order_by(*order)
        .limit(limit)
    )
    rows = await tx.rows(query)
    versions = await listing_store.find_versions(tx, [(row.listing_id, row.version) for row in rows])
    sellers = await supplier_store.find_all(tx, {row.supplier_id for row in rows})
    return [(versions[row.listing_id, row.version], sellers[row.supplier_id]) for row in rows]


async def filings_after(tx: ReadTx, subject: FilingSubject, key: Key | None, limit: int) -> Sequence[sa.Row[Any]]:
    """Give what is confirmed of admitted suppliers after a key, with their names."""
    table = TABLES[subject]
    order = [table.c.supplier_id, table.c.filing_id]
    return await tx.rows(
        sa.select(table, suppliers.c.name.label("supplier_name"), suppliers.c.kind.label("supplier_kind"))
        .join(suppliers, suppliers.c.supplier_id == table.c.supplier_id)
        .where(_ADMITTED, table.c.state == FilingState.CONFIRMED.value, _after(order, key))
        .order_by(*order)
        .limit(limit)
    )


async def supports_after(tx: ReadTx, key: Key | None, limit: int) -> Sequence[sa.Row[Any]]:
    """Give what admitted suppliers that are no household were given, by kind and year, after a key."""
    table = supports.c
    order = [table.supplier_id, table.kind, sa.extract("year", table.given_on).cast(sa.Integer)]
    query = (
        sa.select(
            table.supplier_id,
            suppliers.c.name.label("supplier_name"),
            table.kind,
            order[2].label("year"),
            sa.func.count().filter(table.reverses.is_(None)).label("entries"),
            sa.func.sum(table.amount_fen).cast(sa.BigInteger).label("amount_fen"),
        )
        .join(suppliers, suppliers.c.supplier_id == table.supplier_id)
        .where(_ADMITTED, suppliers.c.kind != SupplierKind.DEMONSTRATION_HOUSEHOLD.value, _after(order, key))
        .group_by(*order, suppliers.c.name)
        .order_by(*order)
        .limit(limit)
    )
    return await tx.rows(query if key is None else query.where(table.supplier_id >= key[0]))


async def fair_ids_after(tx: ReadTx, key: Key | None, limit: int) -> list[UUID]:
    """Give the events that anyone may see after a key."""
    order = [fairs.c.fair_id]
    seen = fairs.c.state != FairState.DRAFT.value
    return [
        row[0] for row in await tx.rows(sa.select(*order).where(seen, _after(order, key)).order_by(*order).limit(limit))
    ]


async def mark(tx: ReadTx, dataset: Dataset) -> Mark | None:
    """Tell how a table stands; None of events, whose results change with every acceptance and return."""
    found = _MARKS.get(dataset)
    row = None if found is None else await tx.first(found)
    return None if row is None else Mark(row.changed_at, row.rows)


def _newest_listing() -> sa.ScalarSelect[Any]:
    """Give the newest change of any listing: the end of the index of each state."""
    ends = [
        sa.select(sa.func.max(listings.c.changed_at).label("changed_at")).where(listings.c.state == state.value)
        for state in ListingState
    ]
    every = sa.union_all(*ends).subquery()
    return sa.select(sa.func.max(every.c.changed_at)).scalar_subquery()


def _marking(rows: sa.Select[Any], *newest: sa.ScalarSelect[Any]) -> sa.Select[Any]:
    supplier = sa.select(sa.func.max(suppliers.c.changed_at)).scalar_subquery()
    return sa.select(sa.func.greatest(supplier, *newest).label("changed_at"), rows.scalar_subquery().label("rows"))


def _filed(subject: FilingSubject) -> sa.Select[Any]:
    table = TABLES[subject]
    confirmed = table.c.state == FilingState.CONFIRMED.value
    newest = sa.select(sa.func.max(table.c.changed_at)).scalar_subquery()
    return _marking(sa.select(sa.func.count()).select_from(table).where(confirmed), newest)


_MARKS: dict[Dataset, sa.Select[Any]] = {
    Dataset.SUPPLIERS: _marking(sa.select(sa.func.count()).select_from(suppliers).where(_ADMITTED)),
    Dataset.LISTINGS: _marking(sa.select(sa.func.count()).select_from(on_sale), _newest_listing()),
    Dataset.RECOGNITIONS: _filed(FilingSubject.RECOGNITION),
    Dataset.FIGURES: _filed(FilingSubject.FIGURE),
    Dataset.SUPPORTS: _marking(
        sa.select(sa.func.count()).select_from(supports),
        sa.select(sa.func.max(supports.c.recorded_at)).scalar_subquery(),
    ),
}

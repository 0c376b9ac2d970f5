"""The copies of what others own: a row takes only a higher version of itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.fair_tables import fairs
from services.order.store.name_tables import former_names
from services.order.store.tables import canteens, listings, stock, suppliers, units
from services.order.store.terms import keep_terms
from shared.contracts.authority import Reach, Seat
from shared.contracts.catalog import FairChanged, ListingFacts, ListingPublished, ListingWithdrawn, SupplierChanged
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.db.unit_of_work import ReadTx, Tx


async def _upsert(tx: Tx, table: sa.Table, key: str, *rows: Mapping[str, object]) -> None:
    """Keep rows of the same columns, in the order given."""
    statement = insert(table)
    newer = {name: statement.excluded[name] for name in rows[0] if name != key}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[key], set_=newer, where=table.c.version < statement.excluded.version
        ),
        rows[0] if len(rows) == 1 else rows,
    )


def _renamed(table: sa.Table, key: str, *told: str) -> sa.Insert:
    """Write what one was called until now, where a later version tells otherwise."""
    changed = sa.or_(*(table.c[name] != sa.bindparam(f"new_{name}") for name in told))
    before = sa.select(
        table.c[key],
        table.c.version,
        sa.bindparam("now", type_=sa.DateTime(timezone=True)),
        *(table.c[x] for x in told),
    ).where(table.c[key] == sa.bindparam("of"), table.c.version < sa.bindparam("newer"), changed)
    return (
        insert(former_names)
        .from_select(["organisation_id", "version", "until", *told], before)
        .on_conflict_do_nothing()
    )


_RENAMED = {
    "unit_id": _renamed(units, "unit_id", "name"),
    "canteen_id": _renamed(canteens, "canteen_id", "name"),
    "supplier_id": _renamed(suppliers, "supplier_id", "name", "county_code"),
}


async def _keep_named(tx: Tx, table: sa.Table, key: str, row: Mapping[str, object]) -> None:
    """Keep one that has a name, and the name that it had."""
    told = {name: row[name] for name in ("name", "county_code") if name in table.c}
    of = {"of": row[key], "newer": row["version"], "now": tx.now}
    await tx.execute(_RENAMED[key], {**of, **{f"new_{name}": one for name, one in told.items()}})
    await _upsert(tx, table, key, row)


async def keep_unit(tx: Tx, event: UnitChanged) -> None:
    await _keep_named(
        tx,
        units,
        "unit_id",
        {
            "unit_id": event.unit_id,
            "version": event.version,
            "code": event.code,
            "name": event.name,
            "path": event.path,
            "approval_limit_fen": event.approval_limit_fen,
        },
    )


async def keep_canteen(tx: Tx, event: CanteenChanged) -> None:
    await _keep_named(
        tx,
        canteens,
        "canteen_id",
        {
            "canteen_id": event.canteen_id,
            "version": event.version,
            "unit_id": event.unit_id,
            "name": event.name,
            "kind": event.kind.value,
            "active": event.active,
        },
    )


async def keep_supplier(tx: Tx, event: SupplierChanged) -> None:
    await _keep_named(
        tx,
        suppliers,
        "supplier_id",
        {
            "supplier_id": event.supplier_id,
            "version": event.version,
            "name": event.name,
            "kind": event.kind.value,
            "county_code": event.county_code,
            "state": event.state.value,
            "recognised": None
            if event.recognised is None
            else [[span.valid_from, span.valid_to or date.max] for span in event.recognised],
        },
    )


async def keep_fair(tx: Tx, event: FairChanged) -> None:
    await _upsert(
        tx,
        fairs,
        "fair_id",
        {
            "fair_id": event.fair_id,
            "version": event.version,
            "begins_on": event.begins_on,
            "ends_on": event.ends_on,
            "state": event.state.value,
            "supplier_ids": list(event.supplier_ids),
            "kind": event.kind.value,
        },
    )


async def keep_listings(tx: Tx, events: Sequence[ListingPublished]) -> None:
    """Keep published versions, and their terms for ever; the first one that is heard brings the first stock, once."""
    await _upsert(tx, listings, "listing_id", *(_listing(event.listing) for event in events))
    await keep_terms(tx, [event.listing for event in events])
    first = [
        {
            "listing_id": event.listing.listing_id,
            "supplier_id": event.listing.supplier_id,
            "on_hand": event.on_hand_quantity or 0,
            "promised": 0,
            "version": 0,
        }
        for event in events
    ]
    await tx.execute(insert(stock).on_conflict_do_nothing(), first)


def _listing(facts: ListingFacts) -> dict[str, object]:
    return {
        "listing_id": facts.listing_id,
        "version": facts.listing_version,
        "on_sale": True,
        "supplier_id": facts.supplier_id,
        "supplier_name": facts.supplier_name,
        "supplier_kind": facts.supplier_kind.value,
        "name": facts.name,
        "category": facts.category,
        "measure": facts.measure.value,
        "unit_name": facts.unit_name,
        "unit_quantity": facts.unit_quantity,
        "piece_grams": facts.piece_grams,
        "price_fen": facts.price_fen,
        "minimum_quantity": facts.minimum_quantity,
        "step_quantity": facts.step_quantity,
        "origin_county_code": facts.origin_county_code,
        "price_tiers": [[one.from_quantity, one.price_fen] for one in facts.price_tiers] or None,
    }


async def take_off_sale(tx: Tx, event: ListingWithdrawn) -> None:
    """Take a listing off sale as of a version; a version published later stands. An unknown listing stays unknown."""
    await tx.execute(
        sa.update(listings)
        .where(listings.c.listing_id == event.listing_id, listings.c.version <= event.listing_version)
        .values(on_sale=False, version=event.listing_version)
    )


async def canteen_path(tx: ReadTx, canteen_id: UUID) -> str | None:
    """Give the path of a canteen's unit; None for a canteen that is not known."""
    path: str | None = await tx.value(
        sa.select(units.c.path)
        .join(canteens, canteens.c.unit_id == units.c.unit_id)
        .where(canteens.c.canteen_id == canteen_id)
    )
    return path


async def supplier_is_known(tx: ReadTx, supplier_id: UUID) -> bool:
    """Tell whether a supplier was ever heard of."""
    return bool(
        await tx.value(
            sa.select(
                sa.exists().where(suppliers.c.supplier_id == supplier_id)
                | sa.exists().where(listings.c.supplier_id == supplier_id)
            )
        )
    )


def reached(
    reach: Sequence[tuple[Reach, Seat]],
    canteen_id: sa.ColumnElement[Any],
    supplier_id: sa.ColumnElement[Any] | None,
) -> sa.ColumnElement[bool]:
    """Write the condition that some of these seats reaches a row; the statement joins `units`."""
    canteens_of = [seat.organisation_id for kind, seat in reach if kind is Reach.OWN_CANTEEN]
    suppliers_of = [seat.organisation_id for kind, seat in reach if kind is Reach.OWN_SUPPLIER]
    paths = sorted({seat.path for kind, seat in reach if kind is Reach.SUBTREE and seat.path})
    conditions: list[sa.ColumnElement[bool]] = [units.c.path.startswith(path, autoescape=True) for path in paths]
    if canteens_of:
        conditions.append(canteen_id.in_(canteens_of))
    if suppliers_of and supplier_id is not None:
        conditions.append(supplier_id.in_(suppliers_of))
    return sa.or_(sa.false(), *conditions)

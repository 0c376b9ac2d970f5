"""Listings, their versions, reviews and photos, as they are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.listings import ListingState
from services.catalog.store.rows import value_of
from services.catalog.store.tables import listing_photos, listing_reviews, listing_versions, listings
from shared.contracts.words import Measure
from shared.db.unit_of_work import ReadTx, Tx

REVIEWS_SHOWN_MAX = 50
VERSIONS_SHOWN_MAX = 50
_LISTING = {"state": ListingState}
_VERSION = {"measure": Measure}


@dataclass(frozen=True, slots=True)
class Listing:
    """Where one listing stands."""

    listing_id: UUID
    supplier_id: UUID
    state: ListingState
    version: int
    published_version: int | None
    last_published_version: int | None
    revision: int
    submitted_by: UUID | None
    submitted_at: datetime | None
    written_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a listing: what a buyer agrees to."""

    listing_id: UUID
    version: int
    name: str
    category: str
    description: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    minimum_quantity: int
    step_quantity: int
    origin_county_code: str
    harvest_months: list[int] | None
    first_stock_quantity: int | None
    written_by: UUID
    written_at: datetime
    photo_ids: list[UUID] | None
    published_at: datetime | None
    item_code: str
    specification: str
    price_tiers: list[dict[str, int]]
    shelf_life_days: int | None
    storage: str | None
    delivery_areas: list[str]
    lead_days: int | None
    main_ingredient: str
    origin_shares: list[dict[str, Any]]
    certificate_ids: list[UUID]
    explanation: str
    published_by: str | None


_OF_ID = listings.c.listing_id == sa.bindparam("of_id")
_OF_VERSION = (listing_versions.c.listing_id == sa.bindparam("of_id")) & (
    listing_versions.c.version == sa.bindparam("of_version")
)
_BY_ID = sa.select(listings).where(_OF_ID)
_LOCKED = _BY_ID.with_for_update(key_share=True)
_VERSION_BY_ID = sa.select(listing_versions).where(_OF_VERSION)
_INSERT = insert_or_not(listings).on_conflict_do_nothing().returning(*listings.c)
_INSERT_VERSION = sa.insert(listing_versions).returning(*listing_versions.c)
_INSERT_REVIEW = sa.insert(listing_reviews)
_ON_SALE_WITH = sa.select(
    sa.exists().where(
        listing_versions.c.listing_id == sa.bindparam("of_id"),
        listing_versions.c.published_at.is_not(None),
        sa.bindparam("of_photo", type_=sa.Uuid) == sa.any_(listing_versions.c.photo_ids),
    )
)
_LAST_REVIEWED_BY = (
    sa.select(listing_reviews.c.reviewed_by)
    .where(listing_reviews.c.listing_id == sa.bindparam("of_id"))
    .order_by(listing_reviews.c.review_id.desc())
    .limit(1)
)
_COUNT = sa.select(sa.func.count()).where(listings.c.supplier_id == sa.bindparam("of_supplier"))
_PHOTO_IDS = (
    sa.select(listing_photos.c.photo_id)
    .where(listing_photos.c.listing_id == sa.bindparam("of_id"))
    .order_by(listing_photos.c.position)
)


def _new(table: sa.Table, columns: Iterable[str]) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}


@cache
def _changing(columns: tuple[str, ...]) -> sa.Executable:
    return (
        sa.update(listings)
        .where(
            _OF_ID,
            listings.c.revision == sa.bindparam("of_revision"),
            listings.c.state == sa.bindparam("of_state"),
        )
        .values(**_new(listings, (*columns, "changed_at")), revision=listings.c.revision + 1)
        .returning(*listings.c)
    )


@cache
def _marking(columns: tuple[str, ...]) -> sa.Executable:
    return (
        sa.update(listing_versions)
        .where(_OF_VERSION)
        .values(**_new(listing_versions, columns))
        .returning(*listing_versions.c)
    )


async def find(tx: ReadTx, listing_id: UUID) -> Listing | None:
    """Give a listing, or None."""
    row = await tx.first(_BY_ID, {"of_id": listing_id})
    return None if row is None else value_of(Listing, row, _LISTING)


async def lock(tx: Tx, listing_id: UUID) -> Listing | None:
    """Give a listing and keep everyone else from changing it until this transaction ends."""
    row = await tx.first(_LOCKED, {"of_id": listing_id})
    return None if row is None else value_of(Listing, row, _LISTING)


async def find_version(tx: ReadTx, listing_id: UUID, version: int) -> Version | None:
    """Give one version of a listing, or None."""
    row = await tx.first(_VERSION_BY_ID, {"of_id": listing_id, "of_version": version})
    return None if row is None else value_of(Version, row, _VERSION)


async def find_versions(tx: ReadTx, wanted: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Version]:
    """Give versions by their listing and number."""
    numbered = sa.tuple_(listing_versions.c.listing_id, listing_versions.c.version)
    rows = await tx.rows(sa.select(listing_versions).where(numbered.in_(list(wanted))))
    return {(row.listing_id, row.version): value_of(Version, row, _VERSION) for row in rows}


async def explained(tx: ReadTx, versions: Iterable[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Give those of these versions of listings that say something of their price."""
    asked = sorted(versions)
    how = {"listings": [one for one, _ in asked], "versions": [number for _, number in asked]}
    return {(row.listing_id, row.version) for row in await tx.rows(_EXPLAINED, how)}


_EXPLAINED = sa.text(
    "SELECT listing_id, version FROM listing_versions JOIN unnest(CAST(:listings AS uuid[]),"
    " CAST(:versions AS integer[])) AS one (i, v) ON listing_id = i AND version = v WHERE explanation <> ''"
)


async def insert(tx: Tx, values: Mapping[str, Any]) -> Listing | None:
    """Write a new listing; None when another has this id by now."""
    row = await tx.first(_INSERT, values)
    return None if row is None else value_of(Listing, row, _LISTING)


async def insert_version(tx: Tx, values: Mapping[str, Any]) -> Version:
    """Write a version of a listing."""
    row = await tx.first(_INSERT_VERSION, values)
    assert row is not None
    return value_of(Version, row, _VERSION)


async def insert_again(tx: Tx, terms: Version, number: int, account_id: UUID, **other: Any) -> Version:
    """Write a version with the terms of another, as somebody writes it now; it has not been on sale yet."""
    now = {
        "version": number,
        "written_by": account_id,
        "written_at": tx.now,
        "published_at": None,
        "published_by": None,
    }
    return await insert_version(tx, {**{name: getattr(terms, name) for name in terms.__slots__}, **now, **other})


async def change(tx: Tx, known: Listing, values: Mapping[str, Any]) -> Listing | None:
    """Change a listing as it was looked at; None when it has moved on meanwhile."""
    row = await tx.first(
        _changing(tuple(values)),
        {
            "of_id": known.listing_id,
            "of_revision": known.revision,
            "of_state": known.state.value,
            "new_changed_at": tx.now,
            **{f"new_{name}": value for name, value in values.items()},
        },
    )
    return None if row is None else value_of(Listing, row, _LISTING)


async def mark_version(tx: Tx, listing_id: UUID, version: int, values: Mapping[str, Any]) -> Version:
    """Note on a version with which photos it was submitted, or when it was published; its terms stay."""
    row = await tx.first(
        _marking(tuple(values)),
        {"of_id": listing_id, "of_version": version, **{f"new_{name}": value for name, value in values.items()}},
    )
    assert row is not None
    return value_of(Version, row, _VERSION)


async def count_of_supplier(tx: ReadTx, supplier_id: UUID) -> int:
    """Count a supplier's listings."""
    count = await tx.value(_COUNT, {"of_supplier": supplier_id})
    return int(count)


async def ids_of_supplier(tx: ReadTx, supplier_id: UUID, among: Iterable[UUID]) -> set[UUID]:
    """Tell which of these listings are this supplier's."""
    rows = await tx.rows(
        sa.select(listings.c.listing_id).where(
            listings.c.supplier_id == supplier_id, listings.c.listing_id.in_(list(among))
        )
    )
    return {row.listing_id for row in rows}


async def withdraw_all(tx: Tx, supplier_id: UUID, open_from: Sequence[str], now: datetime) -> list[tuple[UUID, int]]:
    """Withdraw what a supplier has on sale or in the queue; gives (listing, version) of what was on sale."""
    table = listings.c
    locked = await tx.rows(
        sa.select(table.listing_id, table.published_version)
        .where(
            table.supplier_id == supplier_id,
            table.state.in_(open_from),
            sa.or_(table.published_version.is_not(None), table.state == ListingState.SUBMITTED.value),
        )
        .order_by(table.listing_id)
        .with_for_update(key_share=True)
    )
    if locked:
        await tx.execute(
            sa.update(listings)
            .where(table.listing_id.in_([row.listing_id for row in locked]))
            .values(
                state=ListingState.WITHDRAWN.value,
                published_version=None,
                revision=table.revision + 1,
                changed_at=now,
            )
        )
    return [(row.listing_id, row.published_version) for row in locked if row.published_version is not None]


async def insert_review(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a decision."""
    await tx.execute(_INSERT_REVIEW, values)


async def was_on_sale_with(tx: ReadTx, listing_id: UUID, photo_id: UUID) -> bool:
    """Tell whether some version of a listing came on sale with a photo."""
    return bool(await tx.value(_ON_SALE_WITH, {"of_id": listing_id, "of_photo": photo_id}))


async def last_outcomes(tx: ReadTx, listing_ids: Iterable[UUID], among: Iterable[str]) -> dict[UUID, str]:
    """Give by listing the last decision about it that is one of these; nothing where there was none."""
    table = listing_reviews.c
    query = (
        sa.select(table.listing_id, table.outcome)
        .ext(distinct_on(table.listing_id))
        .where(table.listing_id.in_(list(listing_ids)), table.outcome.in_(list(among)))
        .order_by(table.listing_id, table.review_id.desc())
    )
    return {row.listing_id: row.outcome for row in await tx.rows(query)}


async def last_reviewed_by(tx: ReadTx, listing_id: UUID) -> UUID | None:
    """Tell who decided last about a listing."""
    by: UUID | None = await tx.value(_LAST_REVIEWED_BY, {"of_id": listing_id})
    return by


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a listing: its photos, whether order has any left, its newest versions and decisions."""

    photo_ids: list[UUID]
    available: bool
    versions: list[dict[str, Any]]
    reviews: list[dict[str, Any]]


async def surroundings(tx: ReadTx, listing_id: UUID) -> Surroundings:
    """Give what stands around a listing, in one statement; versions newest first, decisions oldest first."""
    row = await tx.first(_SURROUNDINGS, {"id": listing_id})
    assert row is not None
    return Surroundings(row.photo_ids, row.available is not False, row.versions, row.reviews)


_SURROUNDINGS = sa.text(
    f"""
    SELECT ARRAY(SELECT photo_id FROM listing_photos WHERE listing_id = :id ORDER BY position) AS photo_ids,
           (SELECT available FROM stock WHERE listing_id = :id) AS available,
           (SELECT coalesce(json_agg(v), '[]') FROM (
               SELECT version, written_at, published_at, published_by FROM listing_versions
                WHERE listing_id = :id ORDER BY version DESC LIMIT {VERSIONS_SHOWN_MAX}) v) AS versions,
           (SELECT coalesce(json_agg(json_build_object(
                       'outcome', outcome, 'reason', reason, 'listing_version', listing_version,
                       'reviewer_name', reviewer_name, 'reviewed_at', reviewed_at) ORDER BY review_id), '[]') FROM (
               SELECT * FROM listing_reviews
                WHERE listing_id = :id ORDER BY review_id DESC LIMIT {REVIEWS_SHOWN_MAX}) r) AS reviews
    """  # noqa: S608 - two numbers of our own
).columns(photo_ids=ARRAY(sa.Uuid), available=sa.Boolean, versions=sa.JSON, reviews=sa.JSON)


async def photo_ids(tx: ReadTx, listing_id: UUID) -> list[UUID]:
    """Give a listing's photos in their order."""
    rows = await tx.rows(_PHOTO_IDS, {"of_id": listing_id})
    return [row.photo_id for row in rows]

"""A page of what is on sale takes a bounded time, whatever is asked: common words or rare, wide filters or narrow.

Decision: where a page asks for more than its order's index keeps, it is read along that index for a bounded way, or
gathered by the index of words and tags and then sorted; ways.py tells which. Filters stand in tags (domain/tags.py),
so any mix of them and of words is one look into one index.
Why: left free, at 300,000 listings the planner followed the order's index to its end for an absent word, 15 seconds;
handicraft of one county, by price, did the same.
Price: a page whose conditions are common alone and rare together reads both ways.
"""

from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.store.conditions import (
    NOTHING_ASKED,
    ByRow,
    Filters,
    Given,
    Place,
    fitting,
    in_range,
    not_in_name,
    wanted,
)
from services.catalog.store.frequencies import Known
from services.catalog.store.stretches import STRETCH_ROWS_MAX, Keys
from services.catalog.store.stretches import by_price as stretches_by_price
from services.catalog.store.stretches import by_time as stretches_by_time
from services.catalog.store.ways import gathered, way_to
from shared.db.unit_of_work import UnitOfWork

LOOKS_MAX = 24
"""After so many looks at stretches without a full page, all the rest is gathered whole: it lies far along the order."""


class Order(StrEnum):
    """An order that an index keeps."""

    NEWEST = "newest"
    PRICE = "price"


COUNTING = """
SELECT c.county_code,
       json_agg(json_build_object('rule_code', c.rule_code, 'name', c.rule_name) ORDER BY c.rule_code)::text AS rules
  FROM counting_counties c
 WHERE c.fund = $2 AND c.valid_from <= $3 AND (c.valid_to IS NULL OR c.valid_to > $3)
   AND EXISTS (SELECT FROM canteens k WHERE k.canteen_id = $1)
 GROUP BY c.county_code"""


async def counting(uow: UnitOfWork, canteen_id: UUID, fund: str, day: date) -> dict[str, str]:
    """Give, by county, the rules under which its goods count for a canteen's fund on a day, as JSON."""
    return {row["county_code"]: row["rules"] for row in await uow.statement(COUNTING, canteen_id, fund, day)}


async def page(
    uow: UnitOfWork, known: Known, filters: Filters, order: Order, after: Keys | None, limit: int
) -> list[Any]:
    """Give rows of (item, key, listing_id), with `origins` also origin_county_code, after the keys given."""
    if _kept_by_an_index(filters, order):
        return await _walk(uow, filters, order, after, limit)
    return await _sought(uow, known, filters, order, after, limit, Place.ANYWHERE)


async def by_relevance(
    uow: UnitOfWork, known: Known, filters: Filters, after: tuple[int, Keys] | None, limit: int
) -> list[tuple[int, Any]]:
    """Give (tier, row): tier 0 has all the words in its name, tier 1 does not; in each the newest come first.

    Tier 1 is looked at only when tier 0 leaves the page short: to tell the tiers apart row by row would read the words
    of thousands of rows, which takes two to three times as long.
    """
    tier, keys = (0, None) if after is None else after
    rows: list[tuple[int, Any]] = []
    if tier == 0:
        found = await _sought(uow, known, filters, Order.NEWEST, keys, limit, Place.IN_NAME)
        rows, keys = [(0, row) for row in found], None
    if len(rows) < limit:
        found = await _sought(uow, known, filters, Order.NEWEST, keys, limit - len(rows), Place.NOT_IN_NAME)
        rows += [(1, row) for row in found]
    return rows


async def _sought(
    uow: UnitOfWork, known: Known, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    first = replace(NOTHING_ASKED, **{name: getattr(filters, name) for name in _first_of(filters, order)})
    way = way_to(known, filters, first, place, limit)
    if way.looked_at:
        rows = await _walk_some(uow, filters, order, after, limit, place, way.looked_at)
        if len(rows) == limit:
            return rows
    if way.whole:
        return await _gather(uow, filters, order, after, limit, place, way.gathering.by_row)
    return await _by_stretches(uow, known, filters, order, after, limit, place)


async def _by_stretches(
    uow: UnitOfWork, known: Known, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    """Gather stretch after stretch of the order until a page is full, and after LOOKS_MAX of them all the rest."""
    begin = stretches_by_price if order is Order.PRICE else stretches_by_time
    stretches = await begin(uow, known, filters, after, place, limit)
    rows: list[Any] = []
    looks = 0
    while len(rows) < limit and (stretch := stretches.next()):
        within, after, left, looks = stretch.narrowed, stretch.after, limit - len(rows), looks + 1
        if looks > LOOKS_MAX:
            return rows + await _gather(uow, filters, order, after, left, place, gathered(known, filters, place).by_row)
        by_row = gathered(known, within, place).by_row
        found, fitting_rows = await _gather_some(uow, within, order, after, left, place, by_row)
        if fitting_rows > STRETCH_ROWS_MAX:
            if not stretch.single:
                stretches.shorten()
                continue
            found = await _gather(uow, within, order, after, left, place, by_row)
        rows += found
        stretches.done(len(found), limit - len(rows))
    return rows


async def _walk(uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int) -> list[Any]:
    """Follow the order's index, which keeps all that is asked for."""
    given = Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM on_sale s "  # noqa: S608 - our own words; a stranger's are parameters
        f"WHERE {indexed(filters, order, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order)} LIMIT {int(limit)}"
    )
    return await uow.statement(statement, *given)


async def _walk_some(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place, looked_at: int
) -> list[Any]:
    """Follow the order's index for a bounded way, and keep what fits."""
    every = ByRow(wanted(filters, place))
    given = Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM (SELECT * FROM on_sale s "  # noqa: S608 - as above
        f"WHERE {indexed(filters, order, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order)} LIMIT {int(looked_at)}) s "
        f"WHERE {fitting(filters, place, given, every)} ORDER BY {_ordered(order)} LIMIT {int(limit)}"
    )
    return await uow.statement(statement, *given)


async def _gather_some(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place, by_row: ByRow
) -> tuple[list[Any], int]:
    """Gather what fits, unless it is more than STRETCH_ROWS_MAX; gives the rows, and how many fit before that."""
    given = Given()
    anywhere = Place.ANYWHERE if place is Place.NOT_IN_NAME else place
    fit = f"SELECT * FROM on_sale s WHERE {fitting(filters, anywhere, given, by_row)}{_beyond(order, after, given)}"  # noqa: S608 - as above
    left = f" WHERE {not_in_name(filters.words, given)}" if place is Place.NOT_IN_NAME else ""
    # Planned for all that fits, and read only so far: planned for some, it would follow another index.
    statement = (
        f"WITH fit AS MATERIALIZED ({fit}), "  # noqa: S608 - as above
        f"few AS MATERIALIZED (SELECT * FROM fit LIMIT {STRETCH_ROWS_MAX + 1}), "
        f"page AS (SELECT {_shown(filters, order)} FROM few s{left} ORDER BY {_ordered(order)} LIMIT {int(limit)}) "
        "SELECT page.*, many.n AS fitting FROM (SELECT count(*) AS n FROM few) AS many LEFT JOIN page ON true"
    )
    rows = await uow.statement(statement, *given)
    return [row for row in rows if row["listing_id"] is not None], rows[0]["fitting"]


async def _gather(
    uow: UnitOfWork,
    filters: Filters,
    order: Order,
    after: Keys | None,
    limit: int,
    place: Place,
    by_row: ByRow,
) -> list[Any]:
    """Gather what fits, then put it in order; `+ 0` keeps the planner from following an index to its end.

    Whether the name has the words is asked last, row by row in order, since the words lie beside the row.
    """
    given = Given()
    anywhere = Place.ANYWHERE if place is Place.NOT_IN_NAME else place
    source = f"on_sale s WHERE {fitting(filters, anywhere, given, by_row)}{_beyond(order, after, given)}"
    ordered = _ordered(order, "+ 0")
    if place is Place.NOT_IN_NAME:
        source = (
            f"(SELECT s.*, s.published_us + 0 AS place FROM {source} ORDER BY place DESC, s.listing_id DESC OFFSET 0) s"  # noqa: S608 - as above
            f" WHERE {not_in_name(filters.words, given)}"
        )
        ordered = "s.place DESC, s.listing_id DESC"
    statement = f"SELECT {_shown(filters, order)} FROM {source} ORDER BY {ordered} LIMIT {int(limit)}"  # noqa: S608 - as above
    return await uow.statement(statement, *given)


def _shown(filters: Filters, order: Order) -> str:
    key = "price_rank" if order is Order.PRICE else "published_us"
    return f"s.item, s.{key} AS key, s.listing_id" + ("" if filters.origins is None else ", s.origin_county_code")


def _ordered(order: Order, plus: str = "") -> str:
    if order is Order.PRICE:
        return f"s.price_rank {plus}, s.listing_id"
    return f"s.published_us {plus} DESC, s.listing_id DESC"


def _beyond(order: Order, after: Keys | None, given: Given) -> str:
    if after is None:
        return ""
    keys = f"({given.put(after[0])}::bigint, {given.put(after[1])}::uuid)"
    if order is Order.PRICE:
        return f" AND (s.price_rank, s.listing_id) > {keys}"
    return f" AND (s.published_us, s.listing_id) < {keys}"


def _kept_by_an_index(filters: Filters, order: Order) -> bool:
    """Tell whether an index of this order begins with all that is asked for, so that its rows come one by one."""
    first = _first_of(filters, order)
    left = Filters(**{one.name: getattr(filters, one.name) for one in fields(Filters) if one.name not in first})
    return left == Filters()


def _first_of(filters: Filters, order: Order) -> tuple[str, ...]:
    """Name the conditions by which an index of this order begins: see on_sale's indexes in tables.py."""
    if order is Order.PRICE:
        return ("category", "price_from", "price_to")
    if filters.supplier_id is not None:
        return ("supplier_id",)
    if filters.county_code is not None and not filters.county_code.endswith("00"):
        return ("county_code",)
    return ("category",)


def indexed(filters: Filters, order: Order, given: Given) -> str:
    """Write the conditions by which an index of this order begins."""
    first = _first_of(filters, order)
    where = ["s.available"]
    if "category" in first and filters.category is not None:
        where.append(f"s.category = {given.put(filters.category)}")
    if "county_code" in first:
        where.append(f"s.origin_county_code = {given.put(filters.county_code)}")
    if "supplier_id" in first:
        where.append(f"s.supplier_id = {given.put(filters.supplier_id)}")
    if "price_from" in first:
        where += in_range(filters, given)
    return " AND ".join(where)

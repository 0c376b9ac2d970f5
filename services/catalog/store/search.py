"""A page of what is on sale takes a bounded time, whatever is asked: common words or rare, wide filters or narrow.

Decision: where a page asks for more than its order's index keeps, the planner's estimate chooses between following
that index for a bounded way (much fits: the page is full soon) and gathering by the index of words and tags, then
sorting (little fits: there is little to sort). Filters stand in tags (domain/tags.py), so any mix of them and of words
is one look into one index.
Why: left free, at 300,000 listings the planner followed the order's index to its end for an absent word, 15 seconds;
handicraft of one county, by price, did the same.
Price: a second round trip for a page that is not simply one category, county or supplier, or everything.
"""

from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from services.catalog.store.conditions import Filters, Given, Place, fitting, in_range
from shared.db.unit_of_work import UnitOfWork

Keys = tuple[int, UUID]

DENSE_ROWS = 5_000
WALK_ROWS_MAX = 5_000


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


async def page(uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int) -> list[Any]:
    """Give rows of (item, key, listing_id), with `origins` also origin_county_code, after the keys given."""
    if _kept_by_an_index(filters, order):
        return await _walk(uow, filters, order, after, limit)
    return await _sought(uow, filters, order, after, limit, Place.ANYWHERE)


async def by_relevance(
    uow: UnitOfWork, filters: Filters, after: tuple[int, Keys] | None, limit: int
) -> list[tuple[int, Any]]:
    """Give (tier, row): tier 0 has all the words in its name, tier 1 does not; in each the newest come first.

    Tier 1 is looked at only when tier 0 leaves the page short: to tell the tiers apart row by row would read the words
    of thousands of rows, which takes two to three times as long.
    """
    find = _gather if await expected(uow, filters, Place.ANYWHERE) < DENSE_ROWS else _sought
    tier, keys = (0, None) if after is None else after
    rows: list[tuple[int, Any]] = []
    if tier == 0:
        found = await find(uow, filters, Order.NEWEST, keys, limit, Place.IN_NAME)
        rows, keys = [(0, row) for row in found], None
    if len(rows) < limit:
        found = await find(uow, filters, Order.NEWEST, keys, limit - len(rows), Place.NOT_IN_NAME)
        rows += [(1, row) for row in found]
    return rows


async def _sought(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    if await expected(uow, filters, place) >= DENSE_ROWS:
        rows = await _walk_some(uow, filters, order, after, limit, place)
        if len(rows) == limit:
            return rows
    return await _gather(uow, filters, order, after, limit, place)


async def expected(uow: UnitOfWork, filters: Filters, place: Place) -> int:
    """Ask the planner how many rows it expects to fit; it knows the frequent words and tags."""
    given = Given()
    rows = await uow.statement(
        f"EXPLAIN (FORMAT JSON) SELECT FROM on_sale s WHERE {fitting(filters, place, given)}", *given
    )
    return int(orjson.loads(rows[0][0])[0]["Plan"]["Plan Rows"])


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
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    """Follow the order's index for a bounded way, and keep what fits."""
    given = Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM (SELECT * FROM on_sale s "  # noqa: S608 - as above
        f"WHERE {indexed(filters, order, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order)} LIMIT {WALK_ROWS_MAX}) s "
        f"WHERE {fitting(filters, place, given)} ORDER BY {_ordered(order)} LIMIT {int(limit)}"
    )
    return await uow.statement(statement, *given)


async def _gather(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    """Gather what fits, then put it in order; `+ 0` keeps the planner from following an index to its end."""
    given = Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM on_sale s "  # noqa: S608 - as above
        f"WHERE {fitting(filters, place, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order, '+ 0')} LIMIT {int(limit)}"
    )
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

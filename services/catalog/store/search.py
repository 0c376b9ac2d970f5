"""A page of what is on sale takes a bounded time, however common or rare its words are.

Decision: with words, the planner's estimate chooses between following the order's index for a bounded way (frequent
words: the page is full soon) and gathering by the words' index and sorting (rare words: there is little to sort).
Why: left free, at 300,000 listings the planner followed the order's index to its end for an absent word, 15 seconds.
Price: a second round trip for a search with words; a page without words is one statement.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum, auto
from typing import Any
from uuid import UUID

import orjson

from services.catalog.domain.grams import IN_NAME, NO_WORDS, QueryWords
from services.catalog.domain.sounds import AROUND
from shared.contracts.words import SupplierKind
from shared.db.unit_of_work import UnitOfWork

Keys = tuple[int, UUID]

DENSE_ROWS = 5_000
WALK_ROWS_MAX = 5_000


class Order(StrEnum):
    """An order that an index keeps."""

    NEWEST = "newest"
    PRICE = "price"


class Place(Enum):
    """Where the words stand."""

    ANYWHERE = auto()
    IN_NAME = auto()
    NOT_IN_NAME = auto()


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a page."""

    category: str | None = None
    county_code: str | None = None
    supplier_id: UUID | None = None
    kinds: tuple[SupplierKind, ...] = ()
    """Each of them is asked for; a supplier has one."""
    origins: tuple[str, ...] | None = None
    words: QueryWords = NO_WORDS


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
    if filters.words:
        return await _with_words(uow, filters, order, after, limit, Place.ANYWHERE)
    return await _walk(uow, filters, order, after, limit)


async def by_relevance(
    uow: UnitOfWork, filters: Filters, after: tuple[int, Keys] | None, limit: int
) -> list[tuple[int, Any]]:
    """Give (tier, row): tier 0 has all the words in its name, tier 1 does not; in each the newest come first.

    Tier 1 is looked at only when tier 0 leaves the page short: to tell the tiers apart row by row would read the words
    of thousands of rows, which takes two to three times as long.
    """
    find = _gather if await _expected(uow, filters, Place.ANYWHERE) < DENSE_ROWS else _with_words
    tier, keys = (0, None) if after is None else after
    rows: list[tuple[int, Any]] = []
    if tier == 0:
        found = await find(uow, filters, Order.NEWEST, keys, limit, Place.IN_NAME)
        rows, keys = [(0, row) for row in found], None
    if len(rows) < limit:
        found = await find(uow, filters, Order.NEWEST, keys, limit - len(rows), Place.NOT_IN_NAME)
        rows += [(1, row) for row in found]
    return rows


async def _with_words(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    if await _expected(uow, filters, place) >= DENSE_ROWS:
        rows = await _walk_some(uow, filters, order, after, limit, place)
        if len(rows) == limit:
            return rows
    return await _gather(uow, filters, order, after, limit, place)


class _Given(list[Any]):
    """The parameters of a statement; whatever a stranger said goes here."""

    def put(self, value: Any) -> str:
        self.append(value)
        return f"${len(self)}"


async def _expected(uow: UnitOfWork, filters: Filters, place: Place) -> int:
    """Ask the planner how many rows it expects to have the words; it knows the frequent ones."""
    given = _Given()
    where = f"{_narrowed(filters, given)} AND {_worded(filters, place, given)}"
    rows = await uow.statement(f"EXPLAIN (FORMAT JSON) SELECT FROM on_sale s WHERE {where}", *given)
    return int(orjson.loads(rows[0][0])[0]["Plan"]["Plan Rows"])


async def _walk(uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int) -> list[Any]:
    """Follow the order's index."""
    given = _Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM on_sale s "  # noqa: S608 - our own words; a stranger's are parameters
        f"WHERE {_narrowed(filters, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order)} LIMIT {int(limit)}"
    )
    return await uow.statement(statement, *given)


async def _walk_some(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    """Follow the order's index for a bounded way, and keep what has the words."""
    given = _Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM (SELECT * FROM on_sale s "  # noqa: S608 - as above
        f"WHERE {_narrowed(filters, given)}{_beyond(order, after, given)} "
        f"ORDER BY {_ordered(order)} LIMIT {WALK_ROWS_MAX}) s "
        f"WHERE {_worded(filters, place, given)} ORDER BY {_ordered(order)} LIMIT {int(limit)}"
    )
    return await uow.statement(statement, *given)


async def _gather(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, place: Place
) -> list[Any]:
    """Gather what has the words, then put it in order; `+ 0` keeps the planner from following an index to its end."""
    given = _Given()
    statement = (
        f"SELECT {_shown(filters, order)} FROM on_sale s "  # noqa: S608 - as above
        f"WHERE {_narrowed(filters, given)} AND {_worded(filters, place, given)}{_beyond(order, after, given)} "
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


def _beyond(order: Order, after: Keys | None, given: _Given) -> str:
    if after is None:
        return ""
    keys = f"({given.put(after[0])}::bigint, {given.put(after[1])}::uuid)"
    if order is Order.PRICE:
        return f" AND (s.price_rank, s.listing_id) > {keys}"
    return f" AND (s.published_us, s.listing_id) < {keys}"


def _narrowed(filters: Filters, given: _Given) -> str:
    where = ["s.available"]
    if filters.category is not None:
        where.append(f"s.category = {given.put(filters.category)}")
    if filters.county_code is not None:
        where.append(_from_division(filters.county_code, given))
    if filters.supplier_id is not None:
        where.append(f"s.supplier_id = {given.put(filters.supplier_id)}")
    if filters.origins is not None:
        where.append(f"s.origin_county_code = ANY({given.put(list(filters.origins))}::text[])")
    where += [f"s.supplier_kind = {given.put(kind.value)}" for kind in filters.kinds]
    return " AND ".join(where)


def _from_division(code: str, given: _Given) -> str:
    """A county's own code, or every code that begins as its prefecture's or province's does."""
    if not code.endswith("00"):
        return f"s.origin_county_code = {given.put(code)}"
    front = code[:2] if code.endswith("0000") else code[:4]
    return f"s.origin_county_code >= {given.put(front)} AND s.origin_county_code < {given.put(front + ':')}"


def _worded(filters: Filters, place: Place, given: _Given) -> str:
    """Each condition is one that an index on words answers by itself; a sound stands in the name, or marked, around."""
    words = filters.words
    if place is Place.IN_NAME:
        return _named(words, given)
    where = [f"s.grams @> {given.put(list(words.grams))}::text[]"] if words.grams else []
    where += [f"s.sounds && {given.put([sound, AROUND + sound])}::text[]" for sound in words.sounds]
    anywhere = " AND ".join(where)
    return anywhere if place is Place.ANYWHERE else f"{anywhere} AND NOT ({_named(words, given)})"


def _named(words: QueryWords, given: _Given) -> str:
    where = [f"s.grams @> {given.put([IN_NAME + gram for gram in words.grams])}::text[]"] if words.grams else []
    where += [f"s.sounds @> {given.put(list(words.sounds))}::text[]"] if words.sounds else []
    return " AND ".join(where)

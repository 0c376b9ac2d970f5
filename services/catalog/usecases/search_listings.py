"""A buyer finds what is on sale and available, page by page, in one statement that passes written JSON through.

Decision: each line's JSON is written when its version is published and kept in the row that search reads; a page is a
join of bytes.
Why: the list is the hottest page, and a row turned into objects and back costs more than its query. Price: a change of
the line's shape wants the next FOLDING, by which the rows are made anew (fold_again.py).
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from services.catalog.domain.listings import ListingState
from services.catalog.store import search
from services.catalog.store.conditions import Filters
from services.catalog.store.search import Order
from services.catalog.store.stretches import Keys
from services.catalog.usecases.asked_goods import GoodsAsked, filters_of
from services.catalog.usecases.cursors import bounded, tagged
from services.catalog.usecases.desk import Desk
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class Sort(StrEnum):
    """In which order a list comes."""

    RELEVANCE = "relevance"  # what is named so first, then the newest
    PRICE = "price"  # by the price of a kilogram, cheap first
    NEWEST = "newest"


class SearchListings(GoodsAsked):
    """What a buyer looks for, in which order, from where on."""

    state: ListingState | None = Field(
        default=None, description="listings at work in this state, for their suppliers and officers; sign in"
    )
    sort: Sort = Sort.RELEVANCE
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def search_listings(desk: Desk, query: SearchListings) -> bytes:
    """Give a page as JSON: `{"items": […], "next": cursor or null}`. Raises CanteenNotFound, InvalidFields."""
    filters, counting = await filters_of(desk, query)
    if filters is None:
        return _page([], None, counting)
    if filters.words and query.sort is Sort.RELEVANCE:
        page, following = await _by_relevance(desk, query, filters)
    else:
        page, following = await _in_order(desk, query, filters)
    return _page(page, following, counting)


async def _in_order(desk: Desk, query: SearchListings, filters: Filters) -> tuple[list[Any], str | None]:
    order = Order.PRICE if query.sort is Sort.PRICE else Order.NEWEST
    after: Keys | None = None
    if keys := decode_cursor(query.cursor, str, int, UUID):
        tagged(keys[0], order.value)
        after = (bounded(keys[1]), keys[2])
    known = await desk.frequencies.now(desk.uow)
    rows = await search.page(desk.uow, known, filters, order, after, query.limit + 1)
    if len(rows) <= query.limit:
        return rows, None
    last = rows[query.limit - 1]
    return rows[: query.limit], encode_cursor([order.value, last["key"], str(last["listing_id"])])


async def _by_relevance(desk: Desk, query: SearchListings, filters: Filters) -> tuple[list[Any], str | None]:
    after: tuple[int, Keys] | None = None
    if keys := decode_cursor(query.cursor, str, int, int, UUID):
        tagged(keys[0], Sort.RELEVANCE.value)
        after = min(abs(keys[1]), 1), (bounded(keys[2]), keys[3])
    known = await desk.frequencies.now(desk.uow)
    found = await search.by_relevance(desk.uow, known, filters, after, query.limit + 1)
    page = [row for _, row in found[: query.limit]]
    if len(found) <= query.limit:
        return page, None
    tier, last = found[query.limit - 1]
    return page, encode_cursor([Sort.RELEVANCE.value, tier, last["key"], str(last["listing_id"])])


def _page(rows: list[Any], following: str | None, counting: dict[str, str] | None) -> bytes:
    if counting is None:
        lines = ",".join([row["item"] for row in rows])
    else:
        lines = ",".join([_counted(row["item"], counting[row["origin_county_code"]]) for row in rows])
    end = "null" if following is None else f'"{following}"'
    return f'{{"items":[{lines}],"next":{end}}}'.encode()


def _counted(line: str, rules: str) -> str:
    return f'{line[:-1]},"counts_for_rules":{rules}}}'

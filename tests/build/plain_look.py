"""What a search should find is found by asking every row in turn, without an index and without a choice of ways."""

from typing import Any
from uuid import UUID

import orjson

from services.catalog.store.conditions import ByRow, Filters, Given, Place, fitting, not_in_name, wanted
from services.catalog.usecases.asked_goods import filters_of
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.search_listings import SearchListings, Sort, search_listings

PAGES_MAX = 4


async def pages_apart(desk: Desk, asked: dict[str, Any]) -> tuple[list[UUID], list[UUID]] | None:
    """Read the first pages of a search and what a plain look finds; gives both where they differ."""
    query = SearchListings(**asked)
    ids: list[UUID] = []
    cursor = None
    for _ in range(PAGES_MAX):
        page = orjson.loads(await search_listings(desk, query.model_copy(update={"cursor": cursor})))
        ids += [UUID(item["listing_id"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    plain = await plain_look(desk, query, PAGES_MAX * query.limit)
    return None if ids == plain else (ids, plain)


async def plain_look(desk: Desk, query: SearchListings, limit: int) -> list[UUID]:
    """Give the first ids of what fits, in the order asked for."""
    filters, _ = await filters_of(desk, query)
    if filters is None:
        return []
    given = Given()
    every = ByRow(wanted(filters, Place.ANYWHERE), price=True)
    where = f"({fitting(filters, Place.ANYWHERE, given, every)}) IS TRUE"
    statement = (
        f"SELECT listing_id FROM on_sale s WHERE {where} ORDER BY {_ordered(query, filters, given)} LIMIT {limit}"  # noqa: S608 - our own words
    )
    return [row["listing_id"] for row in await desk.uow.statement(statement, *given)]


def _ordered(query: SearchListings, filters: Filters, given: Given) -> str:
    if query.sort is Sort.PRICE:
        return "price_rank + 0, listing_id"
    newest = "published_us + 0 DESC, listing_id DESC"
    if filters.words and query.sort is Sort.RELEVANCE:
        return f"{not_in_name(filters.words, given)}, {newest}"
    return newest

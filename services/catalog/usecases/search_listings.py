"""A buyer finds what is on sale and available, page by page, in one statement that passes written JSON through.

Decision: each line's JSON is written when its version is published and kept in the row that search reads; a page is a
join of bytes.
Why: the list is the hottest page, and a row turned into objects and back costs more than its query. Price: a change of
the line's shape is a migration that writes the rows anew.
"""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.grams import QUERY_CHARACTERS_MAX, query_words
from services.catalog.domain.listings import ListingState
from services.catalog.domain.suppliers import division_problems
from services.catalog.store import copies, search
from services.catalog.store.search import Filters, Keys, Order
from services.catalog.usecases.cursors import bounded, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND, CodeOfSix
from shared.clock import today
from shared.contracts.words import Fund, SupplierKind
from shared.errors import InvalidFields, NotFound, field_problem
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.reference import CATEGORIES


class Sort(StrEnum):
    """In which order a list comes."""

    RELEVANCE = "relevance"  # what is named so first, then the newest
    PRICE = "price"  # by the price of a kilogram, cheap first
    NEWEST = "newest"


class CanteenNotFound(NotFound):
    """There is no such canteen.

    zh: 没有这个食堂。
    """


class SearchListings(BaseModel):
    """What a buyer looks for. Every filter narrows; the words of `q` are ANDed."""

    model_config = COMMAND

    q: Annotated[str, Field(max_length=QUERY_CHARACTERS_MAX)] = Field(
        default="",
        description="words: two Chinese characters do, so does one; simplified or traditional; pinyin (shengjiang) "
        "or its initials (sj); what goods are called elsewhere; Latin words whole; amounts (10斤) are left out",
    )
    category: Annotated[str, Field(max_length=40)] | None = Field(default=None, description="a category's code")
    county: CodeOfSix | None = Field(
        default=None, description="where goods come from: a county, or a prefecture (…00) or province (…0000) whole"
    )
    supplier: UUID | None = None
    counts_for: UUID | None = Field(
        default=None, description="a canteen: only goods that would count for its percentage today, bought here"
    )
    fund: Fund = Field(
        default=Fund.CANTEEN, description="whose money `counts_for` is about; with the union's, its listed counties"
    )
    base_run: bool = Field(default=False, description="only from bases run by disabled persons (残疾人就业帮扶基地)")
    supplier_kind: SupplierKind | None = Field(default=None, description="only from suppliers of this kind")
    state: ListingState | None = Field(
        default=None, description="listings at work in this state, for their suppliers and officers; sign in"
    )
    sort: Sort = Sort.RELEVANCE
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def search_listings(desk: Desk, query: SearchListings) -> bytes:
    """Give a page as JSON: `{"items": […], "next": cursor or null}`. Raises CanteenNotFound, InvalidFields."""
    _check(query)
    words = query_words(query.q)
    counting = None if query.counts_for is None else await _counting(desk, query.counts_for, query.fund)
    if (query.q and not words) or counting == {}:
        return _page([], None, counting)
    filters = Filters(
        category=query.category,
        county_code=query.county,
        supplier_id=query.supplier,
        kinds=_kinds(query),
        origins=None if counting is None else tuple(sorted(counting)),
        words=words,
    )
    if words and query.sort is Sort.RELEVANCE:
        page, following = await _by_relevance(desk, query, filters)
    else:
        page, following = await _in_order(desk, query, filters)
    return _page(page, following, counting)


def _kinds(query: SearchListings) -> tuple[SupplierKind, ...]:
    """Give the kinds of supplier that every filter asks for; none is any."""
    asked = (SupplierKind.DISABLED_BASE if query.base_run else None, query.supplier_kind)
    return tuple({kind for kind in asked if kind is not None})


async def _counting(desk: Desk, canteen_id: UUID, fund: Fund) -> dict[str, str]:
    """Give the counties that count for a canteen today. Raises CanteenNotFound."""
    found = await search.counting(desk.uow, canteen_id, fund.value, today(desk.clock))
    if not found:
        async with desk.uow.glance() as tx:
            if not await copies.canteen_known(tx, canteen_id):
                raise CanteenNotFound(canteen_id=canteen_id)
    return found


def _check(query: SearchListings) -> None:
    problems = []
    if query.category is not None and query.category not in CATEGORIES:
        problems.append(field_problem("category", "is not a category", "没有这个品类", known=sorted(CATEGORIES)))
    if query.county is not None:
        problems += division_problems("county", query.county)
    if problems:
        raise InvalidFields(*problems)


async def _in_order(desk: Desk, query: SearchListings, filters: Filters) -> tuple[list[Any], str | None]:
    order = Order.PRICE if query.sort is Sort.PRICE else Order.NEWEST
    after: Keys | None = None
    if keys := decode_cursor(query.cursor, str, int, UUID):
        tagged(keys[0], order.value)
        after = (bounded(keys[1]), keys[2])
    rows = await search.page(desk.uow, filters, order, after, query.limit + 1)
    if len(rows) <= query.limit:
        return rows, None
    last = rows[query.limit - 1]
    return rows[: query.limit], encode_cursor([order.value, last["key"], str(last["listing_id"])])


async def _by_relevance(desk: Desk, query: SearchListings, filters: Filters) -> tuple[list[Any], str | None]:
    after: tuple[int, Keys] | None = None
    if keys := decode_cursor(query.cursor, str, int, int, UUID):
        tagged(keys[0], Sort.RELEVANCE.value)
        after = min(abs(keys[1]), 1), (bounded(keys[2]), keys[3])
    found = await search.by_relevance(desk.uow, filters, after, query.limit + 1)
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

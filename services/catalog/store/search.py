"""A page of what is on sale is one statement, planned for its own words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.grams import IN_NAME, query_grams
from shared.contracts.words import SupplierKind
from shared.db.unit_of_work import UnitOfWork

Keys = tuple[int, UUID]


class Order(StrEnum):
    """An order that an index keeps."""

    NEWEST = "newest"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a page; `counts` is a canteen, its fund and the day."""

    category: str | None = None
    county_code: str | None = None
    supplier_id: UUID | None = None
    base_run: bool = False
    counts: tuple[UUID, str, date] | None = None
    grams: tuple[str, ...] = ()


def grams_of_query(text: str) -> tuple[str, ...]:
    """Give what every row must have to match the words of a query."""
    return tuple(query_grams(text)) if text else ()


async def page(
    uow: UnitOfWork, filters: Filters, order: Order, after: Keys | None, limit: int, *, named: bool | None = None
) -> list[Any]:
    """Give rows of (item, key, listing_id, counts) after the keys given.

    `named` True wants the words in the name itself, False somewhere but not all in the name.
    """
    given: list[Any] = []

    def put(value: Any) -> str:
        given.append(value)
        return f"${len(given)}"

    where = ["s.available", *_narrowed(filters, put), *_worded(filters.grams, named, put)]
    key, way, beyond = ("price_rank", "ASC", ">") if order is Order.PRICE else ("published_us", "DESC", "<")
    if after is not None:
        where.append(f"(s.{key}, s.listing_id) {beyond} ({put(after[0])}::bigint, {put(after[1])}::uuid)")
    counts = "NULL::text"
    if filters.counts is not None:
        counts, counting = _counting(filters.counts, put)
        where.append(counting)
    statement = (
        f"SELECT s.item, s.{key} AS key, s.listing_id, {counts} AS counts FROM on_sale s "  # noqa: S608 - our own words
        f"WHERE {' AND '.join(where)} ORDER BY s.{key} {way}, s.listing_id {way} LIMIT {put(limit)}"
    )
    return await uow.statement(statement, *given)


def _narrowed(filters: Filters, put: Any) -> list[str]:
    where = []
    if filters.category is not None:
        where.append(f"s.category = {put(filters.category)}")
    if filters.county_code is not None:
        where.append(_from_division(filters.county_code, put))
    if filters.supplier_id is not None:
        where.append(f"s.supplier_id = {put(filters.supplier_id)}")
    if filters.base_run:
        where.append(f"s.supplier_kind = {put(SupplierKind.DISABLED_BASE.value)}")
    return where


def _from_division(code: str, put: Any) -> str:
    """A county's own code, or every code that begins as its prefecture's or province's does."""
    if not code.endswith("00"):
        return f"s.origin_county_code = {put(code)}"
    front = code[:2] if code.endswith("0000") else code[:4]
    return f"s.origin_county_code >= {put(front)} AND s.origin_county_code < {put(front + ':')}"


def _worded(grams: tuple[str, ...], named: bool | None, put: Any) -> list[str]:
    if not grams:
        return []
    in_name = [IN_NAME + gram for gram in grams]
    if named:
        return [f"s.grams @> {put(in_name)}::text[]"]
    where = [f"s.grams @> {put(list(grams))}::text[]"]
    if named is False:
        where.append(f"NOT s.grams @> {put(in_name)}::text[]")
    return where


def _counting(counts: tuple[UUID, str, date], put: Any) -> tuple[str, str]:
    """The rules under which a row counts, as JSON, and the condition that there is one, for a known canteen."""
    canteen, fund, day = put(counts[0]), put(counts[1]), put(counts[2])
    in_force = f"c.fund = {fund} AND c.valid_from <= {day} AND (c.valid_to IS NULL OR c.valid_to > {day})"
    return _RULES_OF_ROW.replace("IN_FORCE", in_force), _ROW_COUNTS.replace("IN_FORCE", in_force).replace(
        "CANTEEN", canteen
    )


_RULES_OF_ROW = """
(SELECT json_agg(json_build_object('rule_code', c.rule_code, 'name', c.rule_name) ORDER BY c.rule_code)::text
 FROM counting_counties c WHERE c.county_code = s.origin_county_code AND IN_FORCE)"""
_ROW_COUNTS = """
EXISTS (SELECT FROM canteens k WHERE k.canteen_id = CANTEEN)
AND s.origin_county_code IN (SELECT c.county_code FROM counting_counties c WHERE IN_FORCE)"""

"""The open data of supply is read whole or from a key on, a page at a time, each row as the JSON API tells it."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.recognition import SupportKind
from services.catalog.domain.supply_data import FILES, Dataset, data_package
from services.catalog.store import supply_data
from services.catalog.store.supply_data import Key, Mark
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.listing_shapes import detail
from services.catalog.usecases.recent import Kind, Reading
from services.catalog.usecases.shapes import public_supplier
from services.catalog.usecases.texts import COMMAND
from shared.contracts.words import SupplierKind
from shared.errors import InvalidFields, field_problem

Row = dict[str, Any]
PAGE_ROWS = 500
LIMIT_MAX = 1_000
SETTLED = timedelta(seconds=60)
"""A change that is older than this has no other under way that began before it: so long no transaction lasts."""


class AskSupplyData(BaseModel):
    """Which rows; without a limit, all from there on."""

    model_config = COMMAND

    after: str | None = Field(default=None, max_length=80, description="the key of the last row that is not wanted")
    limit: int | None = Field(default=None, ge=1, le=LIMIT_MAX)

    @field_validator("after")
    @classmethod
    def _not_empty(cls, after: str | None) -> str | None:
        return after or None


def key_of(dataset: Dataset, after: str | None) -> Key | None:
    """Read the key of a row: the values of its key's columns, joined by ~. Raises InvalidFields."""
    if after is None:
        return None
    names, parts = FILES[dataset].key, after.split("~")
    with suppress(ValueError):
        if len(parts) == len(names):
            return tuple(_PARTS.get(name, UUID)(part) for name, part in zip(names, parts, strict=True))
    raise InvalidFields(field_problem("after", "is no key of this table", "不是此表的主键"))


def _year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text):
        raise ValueError(text)
    return int(text)


_PARTS: dict[str, Callable[[str], UUID | str | int]] = {"kind": SupportKind, "year": _year}
"""What a part of a key is, where it is no id."""


def key_text(dataset: Dataset, row: Row) -> str:
    """Write the key of a row."""
    return "~".join(str(row[name]) for name in FILES[dataset].key)


async def supply_schema(desk: Desk) -> dict[str, Any]:
    """Give the schema of the tables, and when something of each last changed."""
    modified: dict[Dataset, str | None] = {}
    for dataset in Dataset:
        found = (await table_mark(desk, dataset)).found
        modified[dataset] = None if found is None or found.changed_at is None else found.changed_at.isoformat()
    return data_package(modified)


async def table_mark(desk: Desk, dataset: Dataset) -> Reading[Mark | None]:
    """Tell how a table stands or stood less than a minute ago, if that is known."""

    async def read() -> Mark | None:
        async with desk.uow.glance() as tx:
            return await supply_data.mark(tx, dataset)

    return await desk.recent.of(Kind.MARK, dataset, read)


def settled(mark: Reading[Mark | None]) -> Mark | None:
    """Give the mark of a table if it cannot stand for two contents: as of when it was read, however old that is."""
    if mark.found is None or mark.found.changed_at is None:
        return mark.found
    return mark.found if mark.at - mark.found.changed_at > SETTLED else None


async def supply_rows(desk: Desk, dataset: Dataset, key: Key | None, limit: int | None) -> AsyncIterator[list[Row]]:
    """Give rows after a key, page by page; no connection is held while a reader takes its time over a page."""
    left = limit
    columns = FILES[dataset].columns
    while left is None or left > 0:
        async with desk.pages:
            rows = await _PAGES[dataset](desk, key, PAGE_ROWS if left is None else min(PAGE_ROWS, left))
        if not rows:
            return
        yield [{name: row[name] for name in columns} for row in rows]
        key = key_of(dataset, key_text(dataset, rows[-1]))
        left = None if left is None else left - len(rows)


async def _suppliers(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    async with desk.uow.read() as tx:
        found = await supply_data.suppliers_after(tx, key, limit)
    return [_unnamed(public_supplier(one), "name", one.kind) for one in found]


async def _listings(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    async with desk.uow.read() as tx:
        found = await supply_data.listings_after(tx, key, limit)
    return [
        _unnamed(
            detail(version, supplier, version.photo_ids or [], is_on_sale=True, available=True),
            "supplier_name",
            supplier.kind,
        )
        for version, supplier in found
    ]


async def _recognitions(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    return await _filed(desk, FilingSubject.RECOGNITION, "recognition_id", key, limit)


async def _figures(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    return await _filed(desk, FilingSubject.FIGURE, "figure_id", key, limit)


async def _supports(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    async with desk.uow.read() as tx:
        rows = await supply_data.supports_after(tx, key, limit)
    return [{**row._mapping, "supplier_id": str(row.supplier_id)} for row in rows]


async def _filed(desk: Desk, subject: FilingSubject, named: str, key: Key | None, limit: int) -> list[Row]:
    async with desk.uow.read() as tx:
        rows = await supply_data.filings_after(tx, subject, key, limit)
    return [
        _unnamed(
            {**row._mapping, "supplier_id": str(row.supplier_id), named: str(row.filing_id)},
            "supplier_name",
            row.supplier_kind,
        )
        for row in rows
    ]


def _unnamed(row: Row, name: str, kind: str) -> Row:
    """Leave a household's name out: it may be a person's."""
    return row | {name: None} if kind == SupplierKind.DEMONSTRATION_HOUSEHOLD else row


async def _fairs(desk: Desk, key: Key | None, limit: int) -> list[Row]:
    async with desk.uow.glance() as tx:
        ids = await supply_data.fair_ids_after(tx, key, limit)
    return [_fair(await get_fair_results(desk, None, fair_id)) for fair_id in ids]


def _fair(found: Row) -> Row:
    orders, walk_in = found["orders"], found["walk_in"]
    return found | {
        "acceptances": orders["acceptances"],
        "orders_fen": orders["amount_fen"],
        "walk_in_sales": walk_in["sales"],
        "walk_in_fen": walk_in["amount_fen"],
    }


_PAGES: dict[Dataset, Callable[[Desk, Key | None, int], Awaitable[list[Row]]]] = {
    Dataset.SUPPLIERS: _suppliers,
    Dataset.LISTINGS: _listings,
    Dataset.RECOGNITIONS: _recognitions,
    Dataset.FIGURES: _figures,
    Dataset.SUPPORTS: _supports,
    Dataset.FAIRS: _fairs,
}

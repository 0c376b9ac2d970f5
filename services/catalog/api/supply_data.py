"""The open data of supply by HTTP: six tables as CSV or JSON, written while they are read, and what they mean."""

import csv
import hashlib
import io
from collections.abc import AsyncIterator
from email.utils import format_datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.catalog.api.parse import desk_of
from services.catalog.api.window_answers import SupplyDataAnswer, SupplySchemaAnswer
from services.catalog.domain.supply_data import FILES, LICENCE, Dataset
from services.catalog.store.supply_data import Mark
from services.catalog.usecases.tell_supply_data import (
    AskSupplyData,
    Row,
    key_of,
    key_text,
    settled,
    supply_rows,
    supply_schema,
    table_mark,
)
from shared.http.answers import JSON, json_answer
from shared.http.problems import refusals
from shared.media import CSV
from shared.tables.harmless import harmless

router = APIRouter(tags=["shop window"])
KEPT = {"cache-control": "public, no-cache"}
"""A cache asks before it shows it: what is withdrawn is gone at once."""
BOM = "\ufeff"


class Format(StrEnum):
    """How a table is written."""

    JSON = "json"
    CSV = "csv"


class Ask(AskSupplyData):
    """Which rows, and how they are written."""

    format: Format = Format.JSON


@router.get(
    "/supply-data/schema",
    operation_id="get_supply_data_schema",
    summary="The schema of the open data of supply, in the terms of Frictionless: columns, licence, last changes",
    responses={200: {"model": SupplySchemaAnswer}, **refusals()},
)
async def schema(request: Request) -> Response:
    return json_answer(await supply_schema(desk_of(request)), headers=KEPT)


@router.get(
    "/supply-data/{dataset}",
    operation_id="get_supply_data",
    summary="A table of the open data of supply, whole or from a key on",
    response_class=Response,
    responses={
        200: {"model": SupplyDataAnswer, "content": {CSV: {"schema": {"type": "string"}}}},
        304: {"description": "The table that you have is still this one"},
        **refusals(),
    },
)
async def data(request: Request, dataset: Dataset, ask: Annotated[Ask, Query()]) -> Response:
    desk = desk_of(request)
    key = key_of(dataset, ask.after)
    mark = settled(await table_mark(desk, dataset))
    headers = {**KEPT, "content-disposition": f'attachment; filename="{dataset.value}.{ask.format.value}"'}
    if mark is not None:
        headers |= _tags(dataset, ask, mark)
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    pages = supply_rows(desk, dataset, key, ask.limit)
    if ask.format is Format.CSV:
        return StreamingResponse(_as_csv(dataset, pages), media_type=CSV, headers=headers)
    now = desk.clock.now().isoformat()
    return StreamingResponse(_as_json(dataset, pages, ask.limit, now), media_type=JSON, headers=headers)


def _tags(dataset: Dataset, ask: Ask, mark: Mark) -> dict[str, str]:
    said = repr((dataset.value, ask.format.value, ask.after, ask.limit, mark.changed_at, mark.rows))
    tags = {"etag": f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'}
    if mark.changed_at is not None:
        tags["last-modified"] = format_datetime(mark.changed_at, usegmt=True)
    return tags


async def _as_json(
    dataset: Dataset, pages: AsyncIterator[list[Row]], limit: int | None, now: str
) -> AsyncIterator[bytes]:
    head = {"dataset": dataset.value, "licence": LICENCE["path"], "issued_at": now}
    yield orjson.dumps(head)[:-1] + b',"items":['
    count, last = 0, None
    async for rows in pages:
        written = b",".join(orjson.dumps(row) for row in rows)
        yield b"," + written if count else written
        count, last = count + len(rows), rows[-1]
    following = key_text(dataset, last) if last is not None and count == limit else None
    yield b'],"next":' + orjson.dumps(following) + b"}"


async def _as_csv(dataset: Dataset, pages: AsyncIterator[list[Row]]) -> AsyncIterator[bytes]:
    columns = FILES[dataset].columns
    yield (BOM + ",".join(columns) + "\r\n").encode()
    async for rows in pages:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([_cell(row[name]) for name in columns] for row in rows)
        yield text.getvalue().encode()


def _cell(value: Any) -> str:
    """Write a cell: nothing as empty, a list as JSON, and a text so that no spreadsheet computes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return str(value) if isinstance(value, int) else harmless(str(value))

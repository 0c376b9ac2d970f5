"""Tables go in and out by HTTP in one way, whatever is in them: published, empty or filled, brought, looked at."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn, Refusal
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.paging import LIMIT_MAX
from shared.http.problems import language_of, refusals
from shared.imports.taking import ImportDiffers, TooManyImports
from shared.media import CSV, XLSX, FileTooLarge
from shared.tables.opening import ImportUnreadable
from shared.tables.schema import TableSchema
from shared.tables.template import template

Format = Literal["xlsx", "csv"]
TYPES: dict[Format, str] = {"xlsx": XLSX, "csv": CSV}
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Cursor = Annotated[str | None, Query(max_length=300)]
Which = Annotated[Literal["wrong", "all"], Query(description="those that were not done, or every row")]
ROWS_OF = Query(description="rows of this state; else those with an error or a note")
BRINGING: tuple[type[Refusal], ...] = (
    NotSignedIn,
    NotAllowed,
    ImportDiffers,
    TooManyImports,
    ImportUnreadable,
    FileTooLarge,
    FilesUnavailable,
)
"""How a table that is brought may be refused, whatever is in it."""
_BYTES = bytes_of((XLSX, CSV))
BROUGHT: dict[str, Any] = {"requestBody": {"required": True, "content": _BYTES}}
"""A table as the body of a request, for OpenAPI."""


def a_table(*refused: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Describe a table as the answer, for OpenAPI, and how it may be refused."""
    return {200: {"content": _BYTES}, **refusals(*refused)}


def table_answer(body: bytes, format: Format, name: str) -> Response:  # noqa: A002
    """Answer a table to be saved."""
    return file_answer(body, TYPES[format], f"{name}.{format}")


class TableSchemaAnswer(BaseModel):
    """A table by its columns, in the terms of the Frictionless Table Schema."""

    name: str
    title: str
    description: str
    fields: list[dict[str, Any]]
    missingValues: list[str]
    rows_max: int


class SheetAnswer(BaseModel):
    """A sheet that a supplier's people brought, and how far it is."""

    import_id: UUID
    supplier_id: UUID
    name: str
    state: str
    sha256: str
    rows_read: int
    problems: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    put_at: datetime
    accepted_at: datetime | None
    accepted_as: str | None
    next: str | None


class SheetRow(BaseModel):
    """What one row of it names, and what is wrong with it."""

    row: int
    state: str
    listing_id: UUID | None
    name: str
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]


def publish_table(
    router: APIRouter, path: str, schema: TableSchema, *, operations: tuple[str, str], holds: str, file: str
) -> None:
    """Add the routes by which a table is published: its schema, and a file to fill in with one example row.

    `operations` name the two, `holds` says what stands in the table, and `file` is what the file is called.
    """

    @router.get(
        f"{path}/schema",
        operation_id=operations[0],
        summary=f"The table schema of {holds}, in the terms of Frictionless",
        responses={200: {"model": TableSchemaAnswer}, **refusals()},
    )
    async def published() -> Response:
        return json_answer(schema.published(), headers={"cache-control": "public, max-age=3600"})

    @router.get(
        f"{path}/template",
        operation_id=operations[1],
        summary=f"An empty table of {holds} to fill in, with one example row",
        response_class=Response,
        responses=a_table(),
    )
    async def empty(request: Request, format: Format = "xlsx") -> Response:  # noqa: A002
        body = await asyncio.to_thread(template, schema, TYPES[format], language_of(request.headers))
        return table_answer(body, format, file)

"""What the routes of sheets of counted stock answer with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.authority import Role


class TableSchemaView(BaseModel):
    """A table by its columns, in the terms of Frictionless."""

    name: str
    fields: list[dict[str, Any]]


class StockImportCounts(BaseModel):
    """Rows by state: before they are accepted `good`, then what became of each."""

    bad: int
    good: int
    unchanged: int
    done: int
    refused: int


class StockImportRow(BaseModel):
    """One row: what lay there as the sheet says and what was counted, in grams or pieces."""

    row: int
    state: str
    listing_id: UUID | None
    name: str
    unit: str
    on_hand: int | None
    counted: int | None
    reason: str
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]


class StockImportView(BaseModel):
    """A sheet of counted stock: how far it is, and a page of its rows."""

    import_id: UUID
    supplier_id: UUID
    name: str
    state: str
    sha256: str
    rows_read: int
    counts: StockImportCounts
    problems: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    put_at: datetime
    accepted_at: datetime | None
    accepted_as: Role | None
    rows: list[StockImportRow]
    next: str | None

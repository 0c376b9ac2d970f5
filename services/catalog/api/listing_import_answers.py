"""How a sheet of new prices is answered: how far it is, and its rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.catalog.api.answers import Answer


class ListingImportCounts(Answer):
    """Rows by state: before they are accepted `good`, then what became of each."""

    bad: int
    good: int
    unchanged: int
    published: int
    submitted: int
    refused: int


class ListingImportRow(Answer):
    row: int
    state: str
    listing_id: UUID | None
    name: str
    unit_name: str
    price_fen: int | None
    new_price_fen: int | None
    foreseen: str | None
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]


class ListingImportAnswer(Answer):
    """A sheet of new prices: how far it is, and a page of its rows."""

    import_id: UUID
    supplier_id: UUID
    name: str
    state: str
    sha256: str
    rows_read: int
    counts: ListingImportCounts
    problems: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    put_at: datetime
    accepted_at: datetime | None
    accepted_as: str | None
    rows: list[ListingImportRow]
    next: str | None

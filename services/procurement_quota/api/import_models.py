"""The shapes of what this service answers about imports, for OpenAPI."""

from typing import Literal

from services.procurement_quota.api.models import Id, Moment, Shape


class BothLanguages(Shape):
    zh: str
    en: str


class ImportProgress(Shape):
    """Rows by what became of them; `rows` is a guess until all were read."""

    rows: int
    checked: int
    good: int
    bad: int
    posted: int
    refused: int
    undone: int


class ImportProblem(Shape):
    """What is wrong with the whole file."""

    row: int | None
    column: str
    rule: str
    says: BothLanguages


class RowError(Shape):
    """What is wrong with a cell, and how to mend it; `column` is its letter in the file."""

    row: int
    column: str
    field: str
    title: str
    value: str
    rule: str
    says: BothLanguages
    mend: BothLanguages


class RowNote(Shape):
    """What was read otherwise than it is written."""

    row: int
    column: str
    field: str
    value: str
    says: BothLanguages


class ImportRow(Shape):
    row: int
    state: Literal["good", "bad", "posted", "refused", "undone"]
    purchase_id: str | None
    errors: list[RowError]
    notes: list[RowNote]


class ImportRows(Shape):
    items: list[ImportRow]
    next: str | None


class ImportAnswer(Shape):
    """An import with a page of its rows."""

    id: str = Id
    unit_id: str = Id
    canteen_id: str | None
    name: str
    format: Literal["xlsx", "csv"]
    encoding: str | None
    separator: str | None
    sheet: str | None
    sha256: str
    size_bytes: int
    state: Literal["checking", "checked", "accepting", "accepted", "undoing", "undone", "unreadable"]
    progress: ImportProgress
    problems: list[ImportProblem]
    notes: list[BothLanguages]
    put_by: str = Id
    put_at: str = Moment
    accepted_by: str | None
    accepted_at: str | None
    undone_by: str | None
    undone_at: str | None
    rows: ImportRows

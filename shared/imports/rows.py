"""A row of an import is told as it was written, and a problem with it at the column that it is about."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.errors import InvalidFields, Refusal
from shared.money import yuan
from shared.tables.cells import RowReading, Wrong, letter_of, problem
from shared.tables.opening import Table
from shared.tables.outcome import PROBLEM, RESULT
from shared.tables.schema import Column, Holds

Mends = Mapping[type[Refusal], tuple[str, str]]


def texts_of(reading: RowReading, table: Table) -> dict[str, str]:
    """Give a row's cells by column as texts: as they were read, or as they stand where they could not be."""
    texts = {name: _text(value, table.schema.by_name[name]) for name, value in reading.values.items()}
    bad = {error["field"]: error["value"] for error in reading.errors if error["field"] and error["value"]}
    return {name: text for name, text in (texts | bad).items() if name not in (RESULT, PROBLEM)}


def say(reading: RowReading, table: Table, name: str, wrong: Wrong) -> None:
    """Add a problem to a row, at the column that it is about."""
    letter, title, value = _place(reading, table, name)
    reading.errors.append(problem(reading.number, letter, name, title, value, wrong))


def note(reading: RowReading, table: Table, name: str, zh: str, en: str) -> None:
    """Add to a row what whoever brought it should see before it is done, at the column that it is about."""
    letter, _, value = _place(reading, table, name)
    says = {"zh": zh, "en": en}
    reading.notes.append({"row": reading.number, "column": letter, "field": name, "value": value, "says": says})


def _place(reading: RowReading, table: Table, name: str) -> tuple[str, str, str]:
    """Give the letter and the title of a column, and what a row says there."""
    column = table.schema.by_name[name]
    value = _text(reading.values[name], column) if name in reading.values else ""
    if name not in table.header:
        return "", column.zh, value
    at = table.header.index(name)
    return letter_of(at), table.titles[at], value


def wrong_of(refusal: Refusal, mends: Mends) -> Wrong:
    """Say what a use case refused as what is wrong with a row; `mends` say how to mend it."""
    mend = mends.get(type(refusal), ("核对该行", "check this row"))
    if isinstance(refusal, InvalidFields):
        errors = refusal.facts["errors"]
        return Wrong(
            "value", "；".join(one["says_zh"] for one in errors), "; ".join(one["says"] for one in errors), *mend
        )
    return Wrong(refusal.slug(), refusal.title("zh").rstrip("。"), refusal.title().rstrip("."), *mend)


def row_of(reading: RowReading, state: str, given: dict[str, Any], listing_id: UUID | None) -> dict[str, Any]:
    """Write a row that was read: in that state, or bad where anything is wrong with it."""
    return {
        "row": reading.number,
        "state": "bad" if reading.errors else state,
        "given": given,
        "errors": reading.errors,
        "notes": reading.notes,
        "listing_id": listing_id,
    }


def outcome(row: Mapping[str, Any], column: Column, done: str | Wrong) -> tuple[str, list[dict[str, Any]]]:
    """Give the state of a row that was done, or refused with what is wrong, at the column that it is about."""
    if not isinstance(done, Wrong):
        return done, []
    text = row["given"]["texts"].get(column.name, "")
    return "refused", [problem(row["row"], "", column.name, column.zh, text, done)]


def _text(value: Any, column: Column) -> str:
    if column.holds is Holds.YUAN:
        return yuan(value)
    if column.holds is Holds.WORD:
        return column.words[value][0]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)

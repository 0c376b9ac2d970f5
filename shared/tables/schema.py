"""A table that people fill in is one published value: its columns, what each holds, its words and its examples.

The schema is written in the terms of the Frictionless Table Schema (https://specs.frictionlessdata.io/table-schema/).
A file's header may use the Chinese titles, the English ones or the names, in any order.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

ROWS_MAX = 20_000
COLUMNS_MAX = 40
CELL_CHARACTERS_MAX = 500


class Holds(StrEnum):
    """What the cells of a column hold, which is how they are read."""

    TEXT = "text"
    DIGITS = "digits"  # a number that nobody computes with; a spreadsheet must not have kept it as one
    DAY = "day"
    YUAN = "yuan"  # read as whole fen
    WORD = "word"  # of a closed list
    QUANTITY = "quantity"  # read as a decimal that is not negative


_TYPES = {Holds.DAY: "date", Holds.YUAN: "number", Holds.QUANTITY: "number"}


@dataclass(frozen=True)
class Column:
    """One column: `words` are its closed list by code, `mends` says better than the readers how to mend a rule."""

    name: str
    zh: str
    en: str
    holds: Holds
    example: str
    about_zh: str
    about_en: str
    required: bool = False
    pattern: str = ""
    also: tuple[str, ...] = ()
    characters_max: int = CELL_CHARACTERS_MAX
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    words_also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By code, what else a word is called; where that is another's own word, it is the other's."""

    @property
    def titles(self) -> list[str]:
        """List what a header may call it, folded."""
        return [plain(word) for word in (self.name, self.zh, self.en, *self.also)]

    @cached_property
    def _codes(self) -> dict[str, str]:
        also = {plain(word): code for code, more in self.words_also.items() for word in more}
        return also | {plain(word): code for code, both in self.words.items() for word in (code, *both)}

    def word_of(self, text: str) -> str | None:
        """Give the code of a word from the closed list, by code or name in either language."""
        return self._codes.get(plain(text))

    def published(self) -> dict[str, Any]:
        """Write it as a field of the schema."""
        constraints: dict[str, Any] = {"required": self.required}
        if self.pattern:
            constraints["pattern"] = self.pattern
        if self.words:
            constraints["enum"] = [word for code, both in self.words.items() for word in (code, *both)]
        if self.holds is Holds.YUAN:
            constraints["minimum"] = "0.01"
        if self.holds is Holds.QUANTITY:
            constraints["minimum"] = "0"
        said: dict[str, Any] = {
            "name": self.name,
            "type": _TYPES.get(self.holds, "string"),
            "title": self.zh,
            "title_en": self.en,
            "description": f"{self.about_zh} · {self.about_en}",
            "constraints": constraints,
        }
        if self.holds is Holds.DAY:
            said["format"] = "%Y-%m-%d"
        if self.example:
            said["example"] = self.example
        return said


@dataclass(frozen=True)
class TableSchema:
    """One table by its columns; `sheet` is what the sheet of a workbook is called in Chinese and English."""

    name: str
    title: str
    sheet: tuple[str, str]
    columns: tuple[Column, ...]
    sheets_also: tuple[str, ...] = ()
    rows_max: int = ROWS_MAX

    def __post_init__(self) -> None:
        if len(self.headers) < sum(len(set(one.titles)) for one in self.columns):
            raise ValueError(f"two columns of {self.name} answer to one title")

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def headers(self) -> dict[str, str]:
        """Name the columns by whatever a header may call them."""
        return {title: one.name for one in self.columns for title in one.titles}

    @cached_property
    def sheets(self) -> frozenset[str]:
        return frozenset(plain(word) for word in (*self.sheet, *self.sheets_also))

    def published(self) -> dict[str, Any]:
        """Write the schema that is published."""
        return {
            "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
            "name": self.name,
            "title": self.title,
            "description": "xlsx 或 csv（UTF-8、GB18030；逗号、分号或制表符）· xlsx, or csv in UTF-8 or GB18030",
            "fields": [column.published() for column in self.columns],
            "missingValues": [""],
            "rows_max": self.rows_max,
        }


def plain(text: str) -> str:
    """Fold a word for comparing: full width becomes half, no spaces, no case, no marks of what is needed."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold().strip("*")

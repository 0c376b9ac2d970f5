"""A table that is published says of each column its name, type, unit and meaning, in both languages.

It is written in the terms of the Frictionless Data Package (https://datapackage.org): one resource a file, with a Table
Schema.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@dataclass(frozen=True, slots=True)
class Field:
    """One column; `unit` is a key of the package's units, `words` are all that it may hold, `labels` say them."""

    name: str
    kind: str
    zh: str
    en: str
    unit: str = ""
    words: tuple[str, ...] = ()
    may_be_empty: bool = False
    labels: Mapping[Any, tuple[str, str]] = field(default_factory=dict, hash=False)

    def written(self, units: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """Write it as a field of a Table Schema."""
        told: dict[str, Any] = {"name": self.name, "type": self.kind, "title": self.zh, "title_en": self.en}
        if self.unit:
            told |= {"unit": self.unit, "unit_title": units[self.unit][0], "unit_title_en": units[self.unit][1]}
        constraints: dict[str, Any] = {} if self.may_be_empty else {"required": True}
        if self.words:
            constraints["enum"] = [str(word) for word in self.words]
        if self.labels:
            told["categories"] = [
                {"value": str(word), "label": zh, "label_en": en} for word, (zh, en) in self.labels.items()
            ]
        return told | ({"constraints": constraints} if constraints else {})


@dataclass(frozen=True, slots=True)
class File:
    """One file of a package."""

    name: str
    zh: str
    en: str
    fields: Sequence[Field]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(one.name for one in self.fields)

    def resource(self, units: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """Write it as a resource of a package."""
        schema: dict[str, Any] = {"fields": [one.written(units) for one in self.fields], "missingValues": [""]}
        if self.key:
            schema["primaryKey"] = list(self.key)
        return {
            "name": self.name.removesuffix(".csv"),
            "path": self.name,
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "title": self.zh,
            "title_en": self.en,
            "schema": schema,
        }

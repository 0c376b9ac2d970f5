"""A row of a table becomes a frozen value whose fields are its columns."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


def value_of(kind: type[T], row: sa.Row[Any] | Mapping[str, Any], words: Mapping[str, type[StrEnum]]) -> T:
    """Make a dataclass from a row, its columns of closed words read as their enums."""
    mapping = row if isinstance(row, Mapping) else row._mapping
    given = {item.name: mapping[item.name] for item in fields(kind)}  # type: ignore[arg-type]
    for name, word in words.items():
        given[name] = word(given[name])
    return kind(**given)

"""A row of a sheet names its listing by its id, or without one by its exact name, and no sheet names one twice."""

from collections.abc import Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from shared.imports.rows import say
from shared.tables.cells import RowReading, Wrong
from shared.tables.opening import Table
from shared.tables.schema import plain

UNKNOWN = Wrong(
    "listing-not-found",
    "没有这个商品",
    "is no listing of this supplier",
    "核对商品编号；只能修改本供应方的商品",
    "check its id; only your own listings are changed",
)
_MEND = ("填写商品编号，或在售商品的准确名称", "give its id, or the exact name of what is on sale")


class Listed(Protocol):
    """A listing as a sheet of either service shows it."""

    @property
    def listing_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def on_sale(self) -> bool: ...


L = TypeVar("L", bound=Listed)


class Shelf(Generic[L]):
    """What a supplier has, to be looked up by id and by name; it is read through once for a batch of rows."""

    def __init__(self, lines: Sequence[L]) -> None:
        self._lines = lines
        self.by_id = {line.listing_id: line for line in lines}

    @cached_property
    def on_sale(self) -> dict[str, list[L]]:
        """All that is on sale, by its plain name."""
        found: dict[str, list[L]] = {}
        for line in self._lines:
            if line.on_sale:
                found.setdefault(plain(line.name), []).append(line)
        return found


def listing_of(reading: RowReading, table: Table, shelf: Shelf[L], seen: dict[UUID, int]) -> L | None:
    """Find the listing that a row names on a supplier's shelf, or say why there is none; `seen` are first rows."""
    code = reading.values.get("listing")
    if code is None and any(error["field"] == "listing" for error in reading.errors):
        return None
    line = _by_name(reading, table, shelf) if code is None else _by_id(reading, table, shelf, UUID(code))
    if line is not None and (first := seen.setdefault(line.listing_id, reading.number)) != reading.number:
        zh, en = f"与第{first}行是同一商品", f"is the listing of row {first}"
        say(reading, table, "listing", Wrong("twice", zh, en, "只保留一行", "keep one of them"))
    return line


def _by_id(reading: RowReading, table: Table, shelf: Shelf[L], listing_id: UUID) -> L | None:
    line = shelf.by_id.get(listing_id)
    if line is None:
        say(reading, table, "listing", UNKNOWN)
    return line


def _by_name(reading: RowReading, table: Table, shelf: Shelf[L]) -> L | None:
    name = plain(reading.values.get("name", ""))
    found = shelf.on_sale.get(name, []) if name else []
    if len(found) == 1:
        return found[0]
    if not name:
        wrong = Wrong("missing", "必填", "is needed", *_MEND)
    elif not found:
        wrong = Wrong("not_on_sale", "没有这个名称的在售商品", "is the name of nothing on sale", *_MEND)
    else:
        zh, en = f"有{len(found)}个同名商品", f"is the name of {len(found)} listings"
        wrong = Wrong("several", zh, en, "填写商品编号", "give its id")
    say(reading, table, "name" if name else "listing", wrong)
    return None

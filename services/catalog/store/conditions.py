"""What goods must be is written as conditions that the one index of words and tags answers by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any
from uuid import UUID

from services.catalog.domain.grams import IN_NAME, NO_WORDS, QueryWords
from services.catalog.domain.listings import PRICE_UNKNOWN
from services.catalog.domain.sounds import AROUND
from services.catalog.domain.tags import (
    BAND,
    CATEGORY,
    CERTIFICATE,
    FAR_OFF_YEAR,
    HARVEST,
    ITEM,
    KIND,
    LABEL,
    ORIGIN,
    delivered_to,
    from_division,
    front_of,
    recognised_until,
)
from shared.contracts.words import SupplierKind


class Place(Enum):
    """Where the words stand."""

    ANYWHERE = auto()
    IN_NAME = auto()
    NOT_IN_NAME = auto()


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a page; each condition that is given must hold."""

    category: str | None = None
    county_code: str | None = None
    """A county, or a prefecture (…00) or province (…0000) whole."""
    supplier_id: UUID | None = None
    kind: SupplierKind | None = None
    base_run: bool = False
    """From whoever may be called a base run by disabled persons today."""
    recognised_to: date | None = None
    """From whoever is recognised, with a date, until this day at least."""
    origins: tuple[str, ...] | None = None
    """Counties, of which the goods come from one."""
    item: str | None = None
    harvest_month: int | None = None
    delivers_to: str | None = None
    certificate: str | None = None
    band: str | None = None
    """How the price stands to the band that binds."""
    price_from: int | None = None
    price_to: int | None = None
    """In fen per kilogram, both ends included; goods of unknown weight are in no range."""
    steps: tuple[tuple[str, ...], ...] = ()
    """Tags of steps of an order; of each of these goods have one."""
    words: QueryWords = NO_WORDS

    @property
    def tags(self) -> list[str]:
        """The tags that goods have all of; a division is narrowed down to its `origins` where these are given."""
        return [
            *([CATEGORY + self.category] if self.category is not None else []),
            *([from_division(self.county_code)] if self.county_code is not None and self.origins is None else []),
            *([KIND + self.kind.value] if self.kind is not None else []),
            *([LABEL + SupplierKind.DISABLED_BASE.value] if self.base_run else []),
            *([BAND + self.band] if self.band is not None else []),
            *([ITEM + self.item] if self.item is not None else []),
            *([f"{HARVEST}{self.harvest_month}"] if self.harvest_month is not None else []),
            *([CERTIFICATE + self.certificate] if self.certificate is not None else []),
        ]

    @property
    def priced(self) -> bool:
        """Tell whether a price is asked for."""
        return self.price_from is not None or self.price_to is not None


NOTHING_ASKED = Filters()


class Given(list[Any]):
    """The parameters of a statement; whatever a stranger said goes here."""

    def put(self, value: Any) -> str:
        self.append(value)
        return f"${len(self)}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words or tags, all or one of which a row has: one look into the index of words and tags."""

    column: str
    values: tuple[str, ...]
    any_of: bool = False
    origins: tuple[str, ...] = ()
    """The counties that the tags name: to ask a row for one of many is one look at its own column."""
    recognised_to: date | None = None
    """The day that the tags begin with, of which the same is true."""

    def written(self, given: Given) -> str:
        return f"s.{self.column} {'&&' if self.any_of else '@>'} {given.put(list(self.values))}::text[]"

    def by_row(self, given: Given) -> str:
        """Write it so that no index answers it."""
        if self.origins:
            return f"(s.origin_county_code = ANY ({given.put(list(self.origins))}::text[])) IS TRUE"
        if self.recognised_to is not None:
            return f"(s.recognised_to >= {given.put(self.recognised_to)}) IS TRUE"
        return f"({self.written(given)}) IS TRUE"


def wanted(filters: Filters, place: Place) -> list[Wanted]:
    """Give all that is asked of words and tags; a sound stands in the name, or marked, around."""
    words = filters.words
    found = [Wanted("tags", (tag,)) for tag in filters.tags]
    if filters.origins is not None:
        front = "" if filters.county_code is None else front_of(filters.county_code)
        within = tuple(code for code in filters.origins if code.startswith(front))
        tags = tuple(ORIGIN + code for code in within)
        found.append(Wanted("tags", tags, any_of=True, origins=within))
    if (day := filters.recognised_to) is not None:
        found.append(Wanted("tags", recognised_until(day), any_of=True, recognised_to=day))
    if filters.delivers_to is not None:
        found.append(Wanted("tags", delivered_to(filters.delivers_to), any_of=True))
    found += [Wanted("tags", tags, any_of=True) for tags in filters.steps]
    if place is Place.IN_NAME:
        return found + in_name(words)
    if words.grams:
        found.append(Wanted("grams", words.grams))
    return found + [Wanted("sounds", (sound, AROUND + sound), any_of=True) for sound in words.sounds]


def in_name(words: QueryWords) -> list[Wanted]:
    """Give what is asked of a name that has all the words."""
    found = [Wanted("grams", tuple(IN_NAME + gram for gram in words.grams))] if words.grams else []
    return found + ([Wanted("sounds", words.sounds)] if words.sounds else [])


@dataclass(frozen=True, slots=True)
class ByRow:
    """What is asked of each row, so that no index answers it."""

    wanted: Collection[Wanted] = ()
    price: bool = False


BY_INDEX = ByRow()


def fitting(filters: Filters, place: Place, given: Given, by_row: ByRow = BY_INDEX) -> str:
    """Write every condition."""
    where = ["s.available"]
    for one in wanted(filters, Place.ANYWHERE if place is Place.NOT_IN_NAME else place):
        where.append(one.by_row(given) if one in by_row.wanted else one.written(given))
    if filters.supplier_id is not None:
        where.append(f"s.supplier_id = {given.put(filters.supplier_id)}")
    if filters.recognised_to is not None and filters.recognised_to.year >= FAR_OFF_YEAR:
        where.append(f"s.recognised_to >= {given.put(filters.recognised_to)}")
    where += [f"({one}) IS TRUE" if by_row.price else one for one in in_range(filters, given)]
    if place is Place.NOT_IN_NAME:
        where.append(not_in_name(filters.words, given))
    return " AND ".join(where)


def not_in_name(words: QueryWords, given: Given) -> str:
    """Write that the name has not all the words."""
    return "NOT (" + " AND ".join(one.written(given) for one in in_name(words)) + ")"


def in_range(filters: Filters, given: Given) -> list[str]:
    """A price of a kilogram is the rank by which goods are ordered; ranks of unknown weights stand above all prices."""
    if not filters.priced:
        return []
    lowest, highest = filters.price_from or 0, filters.price_to
    bound = PRICE_UNKNOWN - 1 if highest is None else min(highest, PRICE_UNKNOWN - 1)
    return [f"s.price_rank BETWEEN {given.put(lowest)} AND {given.put(bound)}"]

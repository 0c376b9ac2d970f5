"""What goods must be is written as conditions that the one index of words and tags answers by itself."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from uuid import UUID

from services.catalog.domain.grams import IN_NAME, NO_WORDS, QueryWords
from services.catalog.domain.listings import PRICE_UNKNOWN
from services.catalog.domain.sounds import AROUND
from services.catalog.domain.tags import (
    CATEGORY,
    CERTIFICATE,
    HARVEST,
    ITEM,
    KIND,
    ORIGIN,
    delivered_to,
    from_division,
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
    kinds: tuple[SupplierKind, ...] = ()
    """Each of them is asked for; a supplier has one."""
    origins: tuple[str, ...] | None = None
    """Counties, of which the goods come from one."""
    item: str | None = None
    harvest_month: int | None = None
    delivers_to: str | None = None
    certificate: str | None = None
    price_from: int | None = None
    price_to: int | None = None
    """In fen per kilogram, both ends included; goods of unknown weight are in no range."""
    words: QueryWords = NO_WORDS

    @property
    def tags(self) -> list[str]:
        """The tags that goods have all of."""
        return [
            *([CATEGORY + self.category] if self.category is not None else []),
            *([from_division(self.county_code)] if self.county_code is not None else []),
            *(KIND + kind.value for kind in self.kinds),
            *([ITEM + self.item] if self.item is not None else []),
            *([f"{HARVEST}{self.harvest_month}"] if self.harvest_month is not None else []),
            *([CERTIFICATE + self.certificate] if self.certificate is not None else []),
        ]

    @property
    def priced(self) -> bool:
        """Tell whether a price is asked for."""
        return self.price_from is not None or self.price_to is not None

    @property
    def choices(self) -> list[list[str]]:
        """Lists of tags, of each of which goods have one."""
        found = []
        if self.origins is not None:
            found.append([ORIGIN + code for code in self.origins])
        if self.delivers_to is not None:
            found.append(list(delivered_to(self.delivers_to)))
        return found


class Given(list[Any]):
    """The parameters of a statement; whatever a stranger said goes here."""

    def put(self, value: Any) -> str:
        self.append(value)
        return f"${len(self)}"


def fitting(filters: Filters, place: Place, given: Given) -> str:
    """Write every condition, each as the index of words and tags answers it, but for price and supplier."""
    where = ["s.available"]
    if filters.tags:
        where.append(f"s.tags @> {given.put(filters.tags)}::text[]")
    where += [f"s.tags && {given.put(choice)}::text[]" for choice in filters.choices]
    if filters.supplier_id is not None:
        where.append(f"s.supplier_id = {given.put(filters.supplier_id)}")
    where += in_range(filters, given)
    if filters.words:
        where.append(_worded(filters, place, given))
    return " AND ".join(where)


def in_range(filters: Filters, given: Given) -> list[str]:
    """A price of a kilogram is the rank by which goods are ordered; ranks of unknown weights stand above all prices."""
    if not filters.priced:
        return []
    lowest, highest = filters.price_from or 0, filters.price_to
    bound = PRICE_UNKNOWN - 1 if highest is None else min(highest, PRICE_UNKNOWN - 1)
    return [f"s.price_rank BETWEEN {given.put(lowest)} AND {given.put(bound)}"]


def _worded(filters: Filters, place: Place, given: Given) -> str:
    """Each condition is one that an index on words answers by itself; a sound stands in the name, or marked, around."""
    words = filters.words
    if place is Place.IN_NAME:
        return _named(words, given)
    where = [f"s.grams @> {given.put(list(words.grams))}::text[]"] if words.grams else []
    where += [f"s.sounds && {given.put([sound, AROUND + sound])}::text[]" for sound in words.sounds]
    anywhere = " AND ".join(where)
    return anywhere if place is Place.ANYWHERE else f"{anywhere} AND NOT ({_named(words, given)})"


def _named(words: QueryWords, given: Given) -> str:
    where = [f"s.grams @> {given.put([IN_NAME + gram for gram in words.grams])}::text[]"] if words.grams else []
    where += [f"s.sounds @> {given.put(list(words.sounds))}::text[]"] if words.sounds else []
    return " AND ".join(where)

"""What search engines may find is told in parts of a bounded size, and which part a thing is in follows from its id.

Decision: a part is a range of the last two bytes of the id, and its name says of how many: `listings-3-of-64`. Why:
those bytes are random whoever made the id, so parts are alike in size; a thing stays in its part while others come and
go, nothing is kept about parts, and each is one walk along an index, at a thousand listings as at a million. Price: the
parts change their names whenever the shelf doubles; a name of before still answers with what is in it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import NotFound

BUCKETS = 65_536
URLS_WANTED = 20_000
URLS_MAX = 50_000
"""What a part may hold by https://www.sitemaps.org/protocol.html; it is split long before."""
PARTS_MAX = 4_096
PART_NAME = "^(listings|suppliers)-([1-9][0-9]{0,3})-of-([1-9][0-9]{0,3})$"


class SitemapPartNotFound(NotFound):
    """There is no such part of the sitemap.

    zh: 站点地图中没有此分卷。
    """


class Kind(StrEnum):
    """What has a page of its own."""

    LISTINGS = "listings"
    SUPPLIERS = "suppliers"


@dataclass(frozen=True, slots=True)
class Part:
    """The `number`th of `of` parts of what is of a kind."""

    kind: Kind
    number: int
    of: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}-of-{self.of}"

    @property
    def buckets(self) -> tuple[int, int]:
        """Give the first and the last bucket that it holds."""
        size = BUCKETS // self.of
        return (self.number - 1) * size, self.number * size - 1


def parts_of(kind: Kind, count: int) -> list[Part]:
    """Cut so many things into parts of at most `URLS_WANTED` on average, a power of two of them."""
    of = 1
    while count > of * URLS_WANTED and of < PARTS_MAX:
        of *= 2
    return [Part(kind, number, of) for number in range(1, of + 1)]


def part_named(name: str) -> Part:
    """Read a part's name. Raises SitemapPartNotFound."""
    found = re.fullmatch(PART_NAME, name)
    if found is not None:
        number, of = int(found[2]), int(found[3])
        if number <= of <= PARTS_MAX and BUCKETS % of == 0:
            return Part(Kind(found[1]), number, of)
    raise SitemapPartNotFound(part=name)

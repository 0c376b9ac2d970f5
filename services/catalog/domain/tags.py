"""What goods are, whose, from where, whither and when stands in tags, so that filters in any mix are one look.

Decision: every filter that is a closed word is also a tag of the row, in one `text[]` under the GIN index of the words.
Why: an index for each mix of filters would be hundreds, and one for each filter meets the others row by row: of two
that are frequent alone and never together, every row of one was read. Price: some twenty short words a row.
What holds only until a day (a certificate, a recognition) is a tag while it holds: see domain/standing.py.
"""

from collections.abc import Iterable
from datetime import date

from services.catalog.domain.steps import NEWEST_STEP, PRICE_STEP, newest_step, price_step

CATEGORY, ITEM, KIND, ORIGIN, DELIVERED, HARVEST, CERTIFICATE = "g:", "i:", "k:", "o:", "d:", "h:", "c:"
BAND, LABEL, RECOGNISED = "b:", "l:", "r:"
EVERYWHERE, FAR_OFF = DELIVERED + "*", RECOGNISED + "*"
LONG_AGO, FAR_OFF_YEAR = date(2000, 1, 1), 2100
"""No recognition ends before; ends from that year on are one tag."""


def row_tags(
    *,
    category: str,
    kind: str,
    origin: str,
    price_rank: int | None = None,
    published_us: int | None = None,
    item: str = "",
    harvest_months: Iterable[int] = (),
    delivery_areas: Iterable[str] = (),
    certificates: Iterable[str] = (),
    band: str = "",
    labelled: bool = True,
    recognised_to: date | None = None,
) -> list[str]:
    """Give the tags of a listing, sorted. Goods that name no delivery area are delivered everywhere.

    `labelled` tells whether its supplier may be called what it is, `recognised_to` its last day of a
    dated recognition.
    """
    areas = [DELIVERED + front_of(area) for area in delivery_areas]
    return sorted(
        {
            CATEGORY + category,
            KIND + kind,
            *(within(ORIGIN, origin) if origin else ()),
            *([ITEM + item] if item else ()),
            *(f"{HARVEST}{month}" for month in harvest_months),
            *(areas or [EVERYWHERE]),
            *(CERTIFICATE + certificate for certificate in certificates),
            *([BAND + band] if band else ()),
            *([LABEL + kind] if labelled else ()),
            *(_ends(recognised_to) if recognised_to is not None else ()),
            *([f"{PRICE_STEP}{price_step(price_rank)}"] if price_rank is not None else []),
            *([f"{NEWEST_STEP}{newest_step(published_us)}"] if published_us is not None else []),
        }
    )


def from_division(code: str) -> str:
    """Give the tag of what comes from a county, or from anywhere in a prefecture (…00) or province (…0000)."""
    return ORIGIN + front_of(code)


def delivered_to(code: str) -> tuple[str, ...]:
    """Give the tags of which what is delivered to a division has one: of itself, of what it lies in, of everywhere."""
    return (EVERYWHERE, *within(DELIVERED, code))


def recognised_until(day: date) -> tuple[str, ...]:
    """Give the tags of which what is recognised until a day, or longer, has one; of a far off day, at least.

    A day stands for itself, then months, years and decades for all of theirs, so that some forty tags are enough.
    """
    day = max(day, LONG_AGO)
    if day.year >= FAR_OFF_YEAR:
        return (FAR_OFF,)
    begins = date(day.year, day.month, 1)
    days = (date.fromordinal(n) for n in range(day.toordinal(), begins.toordinal() + 31))
    return (
        *(f"{RECOGNISED}{one}" for one in days if one.month == day.month),
        *(f"{RECOGNISED}{day.year}-{month:02}" for month in range(day.month + 1, 13)),
        *(f"{RECOGNISED}{year}" for year in range(day.year + 1, day.year // 10 * 10 + 10)),
        *(f"{RECOGNISED}{decade}" for decade in range(day.year // 10 + 1, FAR_OFF_YEAR // 10)),
        FAR_OFF,
    )


def _ends(day: date) -> tuple[str, ...]:
    """Give the tags of a last day: its decade, year, month and itself."""
    text = day.isoformat()
    return (FAR_OFF,) if day.year >= FAR_OFF_YEAR else tuple(RECOGNISED + text[:length] for length in (3, 4, 7, 10))


def within(mark: str, code: str) -> tuple[str, ...]:
    """Give the tags of a division and of those that it lies in."""
    front = front_of(code)
    return tuple(mark + front[:length] for length in (2, 4, 6) if length <= len(front))


def front_of(code: str) -> str:
    """Give the digits by which every code below a division begins: two of a province's, four of a prefecture's."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def code_of(tag: str) -> str:
    """Give the code of the division that a tag names."""
    return tag.partition(":")[2].ljust(6, "0")

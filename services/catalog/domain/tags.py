"""What goods are, whose, from where, whither and when stands in tags, so that filters in any mix are one look.

Decision: every filter that is a closed word is also a tag of the row, in one `text[]` under the GIN index of the words.
Why: an index for each mix of filters would be hundreds, and one for each filter meets the others row by row: of two
that are frequent alone and never together, every row of one was read. Price: some fifteen short words a row.
What holds only until a day (a certificate, a recognition) is a tag while it holds: see domain/standing.py.
"""

from collections.abc import Iterable

CATEGORY, ITEM, KIND, ORIGIN, DELIVERED, HARVEST, CERTIFICATE = "g:", "i:", "k:", "o:", "d:", "h:", "c:"
BAND, LABEL, RECOGNISED = "b:", "l:", "r:"
EVERYWHERE = DELIVERED + "*"


def row_tags(
    *,
    category: str,
    kind: str,
    origin: str,
    item: str = "",
    harvest_months: Iterable[int] = (),
    delivery_areas: Iterable[str] = (),
    certificates: Iterable[str] = (),
    band: str = "",
    labelled: bool = True,
    recognised: bool = False,
) -> list[str]:
    """Give the tags of a listing, sorted. Goods that name no delivery area are delivered everywhere.

    `labelled` tells whether its supplier may be called what it is, `recognised` whether it is recognised with a date.
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
            *([RECOGNISED] if recognised else ()),
        }
    )


def from_division(code: str) -> str:
    """Give the tag of what comes from a county, or from anywhere in a prefecture (…00) or province (…0000)."""
    return ORIGIN + front_of(code)


def delivered_to(code: str) -> tuple[str, ...]:
    """Give the tags of which what is delivered to a division has one: of itself, of what it lies in, of everywhere."""
    return (EVERYWHERE, *within(DELIVERED, code))


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

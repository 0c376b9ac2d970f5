"""Beside what is found stands how much of it each filter would leave, counted as far as a page's time allows.

Decision: each facet is counted without its own filter, among at most 10,000 goods; beyond that the counts say
`at_least`. What is asked most, everything, is counted whole by category and county once a minute.
Why: exact counts cost as much as there are goods; a buyer chooses between some, many and none.
Price: of a wide search the counts are of 10,000 goods that fit, not of all.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.catalog.domain.certificates import NAMED, CertificateKind
from services.catalog.domain.standing import BandStanding
from services.catalog.domain.tags import BAND, CERTIFICATE, EVERYWHERE, LABEL, code_of, delivered_to
from services.catalog.store import facets
from services.catalog.store.conditions import Filters
from services.catalog.store.facets import EVERYTHING, Counts
from services.catalog.usecases.asked_goods import GoodsAsked, filters_of
from services.catalog.usecases.desk import Desk
from shared.clock import today
from shared.contracts.words import SupplierKind
from shared.reference import category_name, county_name, divisions

VALUES_SHOWN_MAX = 60
NOTHING = Counts(False, 0)
BASES = ("残疾人就业帮扶基地", "Bases run by disabled persons")
SEASON = ("当季", "In season")
SHARE = ("计入采购份额", "Counts for the share")
BANDS = {
    BandStanding.WITHIN: ("参考价区间内", "Within the price band"),
    BandStanding.OUTSIDE: ("参考价区间外", "Outside the price band"),
    BandStanding.NONE: ("无参考价区间", "No price band"),
}
FacetValue = dict[str, Any]


class FacetListings(GoodsAsked):
    """What the counts stand beside: the filters of a search, without its order and its page."""


async def facet_listings(desk: Desk, asked: FacetListings) -> dict[str, Any]:
    """Give the counts of every facet for a search. Raises CanteenNotFound, InvalidFields."""
    filters, _ = await filters_of(desk, asked)
    known = await desk.frequencies.now(desk.uow)
    seen: dict[Filters, Counts] = {}

    async def counts(**without: Any) -> Counts:
        if filters is None:
            return NOTHING
        wider = replace(filters, **without)
        if wider not in seen:
            seen[wider] = await facets.counted(desk.uow, known, wider)
        return seen[wider]

    async def how_many(**with_it: Any) -> Counts:
        return NOTHING if filters is None else await facets.how_many(desk.uow, known, replace(filters, **with_it))

    found = await counts()
    by_category, by_county = await counts(category=None), await counts(county_code=None)
    if filters is not None and replace(filters, category=None, county_code=None) == EVERYTHING:
        whole = await desk.totals.now(desk.uow)
        by_category = whole if filters.county_code is None else by_category
        by_county = whole if filters.category is None else by_county
        found = whole if filters == EVERYTHING else found
    by_area, by_kind = await counts(delivers_to=None), await counts(base_run=False)
    by_paper, by_band = await counts(certificate=None), await counts(band=None)
    by_end = await counts(recognised_to=None)
    in_season = found if asked.harvest_now else await how_many(harvest_month=today(desk.clock).month)
    bases = _tagged(by_kind, LABEL).get(SupplierKind.DISABLED_BASE.value, 0)
    shown: dict[str, list[FacetValue]] = {
        "category": _values(by_category, by_category.by.get("category", {}), _category),
        "county": _values(by_county, by_county.by.get("county", {}), _county),
        "base_run": _values(by_kind, {"true": bases}, lambda _: BASES),
        "harvest_now": _values(in_season, {"true": in_season.total}, lambda _: SEASON),
        "delivers_to": _values(by_area, _delivered(by_area.by.get("delivers_to", {})), _area),
        "certificate": _values(by_paper, _tagged(by_paper, CERTIFICATE), lambda kind: NAMED[CertificateKind(kind)]),
        "price_band": _values(by_band, _tagged(by_band, BAND), lambda band: BANDS[BandStanding(band)]),
        "recognised_to": _values(by_end, _recognised(by_end, today(desk.clock)), _until),
        "counts_for": [],
    }
    if asked.counts_for is not None:
        shown["counts_for"] = _values(found, {str(asked.counts_for): found.total}, lambda _: SHARE)
    return {
        "total": {"count": found.total, "at_least": found.at_least},
        "facets": [{"facet": name, "values": values} for name, values in shown.items()],
    }


def _tagged(counts: Counts, mark: str) -> dict[str, int]:
    """Give the counts of the tags of one mark, without it."""
    return {tag[len(mark) :]: n for tag, n in counts.by.get("tag", {}).items() if tag.startswith(mark)}


def _recognised(counts: Counts, day: date) -> dict[str, int]:
    """Count whose recognition holds today, to the end of this year, and of the next."""
    ends = counts.by.get("recognised_to", {})
    days = (day, date(day.year, 12, 31), date(day.year + 1, 12, 31))
    until = {one.isoformat(): sum(n for end, n in ends.items() if end >= one.isoformat()) for one in days}
    return {one: n for one, n in until.items() if n}


def _until(day: str) -> tuple[str, str]:
    return f"认定有效至{day}", f"Recognised until {day}"


def _values(counts: Counts, by_value: Mapping[str, int], named: Callable[[str], tuple[str, str]]) -> list[FacetValue]:
    """Show the values that most goods have, most first."""
    shown = []
    for value, count in sorted(by_value.items(), key=lambda one: (-one[1], one[0]))[:VALUES_SHOWN_MAX]:
        name, name_en = named(value)
        shown.append({"value": value, "name": name, "name_en": name_en, "count": count, "at_least": counts.at_least})
    return shown


def _delivered(by_areas: Mapping[str, int]) -> dict[str, int]:
    """Count, for each area that goods name, what is delivered there: to itself, to what it lies in, everywhere."""
    sets = [(areas.split(), count) for areas, count in by_areas.items()]
    naming: dict[str, set[int]] = {}
    for place, (tags, _) in enumerate(sets):
        for tag in tags:
            naming.setdefault(tag, set()).add(place)
    named = {code_of(tag) for tag in naming if tag != EVERYWHERE}
    reached = {code: set[int]().union(*(naming.get(tag, ()) for tag in delivered_to(code))) for code in named}
    return {code: sum(sets[place][1] for place in places) for code, places in reached.items()}


def _category(code: str) -> tuple[str, str]:
    return category_name(code), category_name(code, "en")


def _county(code: str) -> tuple[str, str]:
    return county_name(code), county_name(code)


def _area(code: str) -> tuple[str, str]:
    known = divisions()
    levels = ("province",) if code.endswith("0000") else ("prefecture",) if code.endswith("00") else ()
    name = next((known[code, level].name for level in levels if (code, level) in known), county_name(code))
    return name, name

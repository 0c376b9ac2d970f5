"""A canteen's rate follows from its unit's jurisdiction at the start of the year: never from an address or the goods.

Source: Hunan notice of 2020-02-27, item 17: the county-level federations of the 51 counties and their subordinate
units have the higher rate; prefecture and provincial federations have the general one, wherever their offices stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.procurement_quota.domain.rules import CountyList, Rule
from shared.contracts.words import UnitLevel


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """What a unit was from a day on."""

    unit_id: UUID
    level: UnitLevel
    path: str
    division_code: str
    valid_from: date


def at_start_of(year: int, versions: Sequence[Jurisdiction]) -> Jurisdiction:
    """Choose among a unit's versions, by `valid_from`, the one in force on 1 January; the first for a later unit."""
    held = [one for one in versions if one.valid_from <= date(year, 1, 1)]
    return held[-1] if held else versions[0]


def paths_above(path: str) -> list[str]:
    """List a path and every path above it: `/430000/430100/` gives `/430000/`, `/430000/430100/`."""
    codes = [code for code in path.split("/") if code]
    return ["/" + "/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def rate_of(
    rule: Rule, path: str, units: Mapping[str, Jurisdiction], counties: CountyList | None, year: int
) -> int | None:
    """Give the rate in basis points of a unit's canteens in a year; None for a rule that has no percentage.

    `units` are the units at the start of the year by path; `counties` is the rule's `designated_list_code`.
    """
    if rule.rate_bp is None or rule.designated_unit_rate_bp is None or counties is None:
        return rule.rate_bp
    for above in paths_above(path):
        unit = units.get(above)
        if unit is not None and unit.level is UnitLevel.COUNTY and counties.names(unit.division_code, date(year, 1, 1)):
            return rule.designated_unit_rate_bp
    return rule.rate_bp

"""A canteen's rate follows from its unit's jurisdiction at the start of the year: never from an address or the goods.

Source: Hunan notice of 2020-02-27, item 17: the county-level federations of the 51 counties and their subordinate
units have the higher rate; prefecture and provincial federations have the general one, wherever their offices stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.procurement_quota.domain.rules import CountyList, Rule
from shared.contracts.words import UnitLevel


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """What a unit was from a day on; its path ends in its own code."""

    unit_id: UUID
    level: UnitLevel
    path: str
    division_code: str
    valid_from: date


def in_force_on(day: date, versions: Sequence[Jurisdiction]) -> Jurisdiction:
    """Choose among a unit's versions, by `valid_from`, the one in force on a day; the first for a later unit."""
    held = [one for one in versions if one.valid_from <= day]
    return held[-1] if held else versions[0]


def at_start_of(year: int, versions: Sequence[Jurisdiction]) -> Jurisdiction:
    """Choose the version in force on 1 January."""
    return in_force_on(date(year, 1, 1), versions)


@dataclass(frozen=True)
class Stood:
    """Where units stood on a day, as known by a moment: those that stand elsewhere now, each with both paths."""

    now: Mapping[UUID, str] = field(default_factory=dict)
    then: Mapping[UUID, str] = field(default_factory=dict)

    def path(self, unit_id: UUID, path: str) -> str:
        """Tell where a unit stood that stands at a path now."""
        return self.then.get(unit_id, path)

    def below(self, path: str) -> list[UUID]:
        """List the units that stood at a path, or below it, and stand elsewhere now."""
        return [unit_id for unit_id, stood in self.then.items() if stood.startswith(path)]


AS_NOW = Stood()
"""The tree as it stands."""


@dataclass(frozen=True)
class Tree:
    """The units as they were at the start of a year, found by where they stand now.

    A unit that moved since is asked for by its present path (or that of the day that is asked about) and answers for
    the place that it had on 1 January: its rate is of that place until the year is over. An ancestor is known by its
    code, wherever it stood.
    """

    by_code: Mapping[str, Jurisdiction] = field(default_factory=dict)
    then: Mapping[str, str] = field(default_factory=dict)
    """By present path, the path at the start of the year, where the two differ."""

    def place(self, path: str) -> str:
        """Tell where the unit that stands at a path now stood at the start of the year."""
        return self.then.get(path, path)


def tree_of(year: int, held: Iterable[tuple[str, Sequence[Jurisdiction]]]) -> Tree:
    """Build the tree of a year's start from each unit's present path and its versions, by `valid_from`."""
    starts = [(path, at_start_of(year, versions)) for path, versions in held]
    return Tree(
        {code_of(path): start for path, start in starts},
        {path: start.path for path, start in starts if start.path != path},
    )


def code_of(path: str) -> str:
    """Give the code that a path ends in."""
    return path.rstrip("/").rpartition("/")[2]


def codes_of(path: str) -> list[str]:
    """List the codes of a path, from the top: `/430000/430100/` gives `430000`, `430100`."""
    return [code for code in path.split("/") if code]


def paths_above(path: str) -> list[str]:
    """List a path and every path above it: `/430000/430100/` gives `/430000/`, `/430000/430100/`."""
    codes = codes_of(path)
    return ["/" + "/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def rate_of(rule: Rule, path: str, tree: Tree, counties: CountyList | None, year: int) -> int | None:
    """Give the rate in basis points of a unit's canteens in a year; None for a rule that has no percentage.

    `path` is the unit's present one, `tree` that of the year's start; `counties` is the rule's `designated_list_code`.
    """
    if rule.rate_bp is None or rule.designated_unit_rate_bp is None or counties is None:
        return rule.rate_bp
    for code in codes_of(tree.place(path)):
        unit = tree.by_code.get(code)
        if unit is not None and unit.level is UnitLevel.COUNTY and counties.names(unit.division_code, date(year, 1, 1)):
            return rule.designated_unit_rate_bp
    return rule.rate_bp

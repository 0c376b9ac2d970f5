"""Rules and county lists are data, dated and versioned; what binds on a day is found here and nowhere else.

Days are half-open: a stretch holds from `valid_from` up to, not including, `valid_to`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, datetime
from functools import cached_property
from typing import Any

from shared.contracts.words import Channel, Fund
from shared.errors import NotFound, field_problem


class RuleUnknown(NotFound):
    """There is no such rule.

    zh: 没有这条规则。
    """


class RuleNotInForce(NotFound):
    """No such rule binds here in this year.

    zh: 该年度此处没有生效的相应规则。
    """


class RuleNotKnownYet(NotFound):
    """By that moment nothing was known of a rule that binds here in this year.

    zh: 截至该时刻，尚无已知的规则在该年度适用于此处。
    """


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule (规则); it never changes once written."""

    code: str
    version: int
    name: str
    name_en: str
    fund: Fund
    scope_path: str
    rate_bp: int | None
    designated_unit_rate_bp: int | None
    designated_list_code: str | None
    list_codes: tuple[str, ...]
    channels: tuple[Channel, ...]
    order_number_required: bool
    preference: tuple[str, ...]
    categories: frozenset[str]
    """What is farm produce (农副产品); empty when any goods are."""
    reading: str
    reading_en: str
    defaults: tuple[Mapping[str, str], ...]
    source: str
    reservation_days: int = 31
    """On which day of the year, or after opening, a reservation under it is due."""
    union_apart: bool = False
    """Whether its statistics show what was bought with union money, apart from its share."""
    holds_flagged: bool = False
    """Whether goods on which a flag (疑点) stands count under it only once the flag is set aside."""

    def covers(self, category: str) -> bool:
        """Tell whether goods of a category enter the base."""
        return not self.categories or category in self.categories

    def binds_path(self, path: str) -> bool:
        return path.startswith(self.scope_path)

    def days_problems(self, since: date, until: date | None) -> list[dict[str, Any]]:
        """Tell what is wrong with days in which this rule shall bind; `until` is the day after the last, None is open.

        A share is of whole calendar years, so a percentage binds from a 1 January up to one. Within a year, finance's
        attestation year to date would hold what was bought before the rule bound, and the base would take it for
        purchases of which nobody told; a new version within a year would judge one year by two tables.
        """
        if until is not None and until <= since:
            return [field_problem("valid_to", "is after the first day", "止期须晚于起期")]
        if self.rate_bp is None:
            return []
        asked = {"valid_from": since, "valid_to": until}
        return [
            field_problem(
                name,
                "is a 1 January: a percentage is of whole calendar years",
                "须为1月1日：比例按整个自然年度计算",
                **_next_new_year(day),
            )
            for name, day in asked.items()
            if day is not None and (day.month, day.day) != (1, 1)
        ]


def _next_new_year(day: date) -> dict[str, str]:
    """Name the 1 January after a day; after the last year of the calendar (9999-12-31, typed for "open") is none."""
    return {"next": date(day.year + 1, 1, 1).isoformat()} if day.year < MAXYEAR else {}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A version of a rule in force for some days, and the document that says so."""

    rule_code: str
    rule_version: int
    valid_from: date
    valid_to: date | None
    document: str
    recorded_at: datetime

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def touches_year(self, year: int) -> bool:
        return self.valid_from <= date(year, 12, 31) and (self.valid_to is None or self.valid_to > date(year, 1, 1))


@dataclass(frozen=True, slots=True)
class CountyList:
    """One version of a list of counties (名单)."""

    code: str
    version: int
    name: str
    source: str
    recorded_at: datetime
    counties: Mapping[str, tuple[tuple[date, date | None], ...]]

    def names(self, county_code: str, day: date) -> bool:
        """Tell whether a county is on the list on a day, by its code alone."""
        for since, until in self.counties.get(county_code, ()):
            if since <= day and (until is None or day < until):
                return True
        return False


@dataclass(frozen=True)
class Reference:
    """Every rule and list, with all their versions; immutable, shared by whoever asks."""

    rules: Mapping[tuple[str, int], Rule]
    stretches: tuple[Stretch, ...]
    """As they were recorded, the stretches of one rule in their order; what holds of them is `in_force`."""
    lists: Mapping[str, Sequence[CountyList]]
    """By code, oldest version first."""
    _binding: dict[tuple[Fund, str, date], tuple[Rule, ...]] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[int, "Reference"] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def in_force(self) -> tuple[Stretch, ...]:
        """Give the stretches as they hold: where a later record begins, an earlier one of the same rule ends.

        What was recorded is never edited; a version that takes over says from when, and the one before it does not
        come back by itself.
        """
        held: list[Stretch] = []
        for at, one in enumerate(self.stretches):
            later = [
                other.valid_from
                for other in self.stretches[at + 1 :]
                if other.rule_code == one.rule_code and other.valid_from > one.valid_from
            ]
            ends = [day for day in (one.valid_to, *later) if day is not None]
            held.append(replace(one, valid_to=min(ends, default=None)))
        return tuple(held)

    def with_stretch(self, one: Stretch) -> "Reference":
        """Give these rules and lists with one more stretch recorded."""
        return Reference(self.rules, (*self.stretches, one), self.lists)

    def with_rule(self, rule: Rule) -> "Reference":
        """Give these rules and lists with one more version of a rule, which binds nobody."""
        return Reference({**self.rules, (rule.code, rule.version): rule}, self.stretches, self.lists)

    @cached_property
    def _moments(self) -> list[datetime]:
        versions = (one.recorded_at for held in self.lists.values() for one in held)
        return sorted({*versions, *(one.recorded_at for one in self.stretches)})

    def as_known(self, moment: datetime | None) -> "Reference":
        """Give what was known by a moment; None is all. Of a list that nobody knew yet there is the oldest version."""
        if moment is None:
            return self
        number = bisect_right(self._moments, moment)
        if number == len(self._moments):
            return self
        if number not in self._known:
            self._known[number] = Reference(
                rules=self.rules,
                stretches=tuple(one for one in self.stretches if one.recorded_at <= moment),
                lists={
                    code: [one for one in held if one.recorded_at <= moment] or held[:1]
                    for code, held in self.lists.items()
                },
            )
        return self._known[number]

    def binding(self, fund: Fund, path: str, day: date) -> tuple[Rule, ...]:
        """Give the rules that bind a unit's purchases with a fund on a day, by code."""
        key = (fund, path, day)
        if key not in self._binding:
            if len(self._binding) > 20_000:
                self._binding.clear()
            self._binding[key] = tuple(
                rule
                for stretch in sorted(self.in_force, key=lambda s: s.rule_code)
                if stretch.holds_on(day)
                for rule in (self.rules[stretch.rule_code, stretch.rule_version],)
                if rule.fund == fund and rule.binds_path(path)
            )
        return self._binding[key]

    def judging(self, fund: Fund, path: str, day: date) -> tuple[Rule, ...]:
        """Give the rules that a purchase is judged under: those that bind, and those that show union goods apart."""
        rules = self.binding(fund, path, day)
        if fund is not Fund.UNION:
            return rules
        return (*rules, *(rule for rule in self.binding(Fund.CANTEEN, path, day) if rule.union_apart))

    def rule_of_year(self, code: str, year: int) -> Rule:
        """Give the version that a year goes by: the one in force on its first bound day. Raises RuleNotInForce."""
        if not any(known == code for known, _ in self.rules):
            raise RuleUnknown(rule=code)
        held = [s for s in self.in_force if s.rule_code == code and s.touches_year(year)]
        if not held:
            raise RuleNotInForce(rule=code, year=year)
        first = min(held, key=lambda s: s.valid_from)
        return self.rules[code, first.rule_version]

    def rules_of_year(self, path: str, year: int, fund: Fund | None = None) -> list[Rule]:
        """Give the rules that bind a unit in a year: percentages first, the most local first, then by code."""
        codes = {s.rule_code for s in self.in_force if s.touches_year(year)}
        found = [self.rule_of_year(code, year) for code in codes]
        found = [rule for rule in found if rule.binds_path(path) and fund in (None, rule.fund)]
        return sorted(found, key=lambda rule: (rule.rate_bp is None, -len(rule.scope_path), rule.code))

    def documents_of_year(self, code: str, year: int) -> list[Stretch]:
        """Give the documents by which a rule binds in a year."""
        return sorted(
            (s for s in self.in_force if s.rule_code == code and s.touches_year(year)), key=lambda s: s.valid_from
        )

    def list_as_known(self, code: str, known_by: datetime | None = None) -> CountyList | None:
        """Give a list's newest version that was known by a moment; the oldest when none was known yet."""
        versions = self.lists.get(code, ())
        if known_by is None:
            return versions[-1] if versions else None
        known = [one for one in versions if one.recorded_at <= known_by]
        return known[-1] if known else (versions[0] if versions else None)

    def listing(self, codes: Iterable[str], county_code: str, day: date) -> CountyList | None:
        """Give the first of these lists that names a county on a day, as now known."""
        for code in codes:
            found = self.list_as_known(code)
            if found is not None and found.names(county_code, day):
                return found
        return None

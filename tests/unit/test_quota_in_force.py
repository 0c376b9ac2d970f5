"""What of the rules and lists holds on a day, and what was known of them by a moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement_quota.domain.rules import (
    CountyList,
    Reference,
    RuleNotInForce,
    RuleNotKnownYet,
    RuleUnknown,
    Stretch,
)
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, SEEDED
from services.procurement_quota.usecases.get_statement import rule_as_known
from shared.contracts.words import Fund

FIRST = next(one.rule for one in SEEDED if one.rule.code == HUNAN_CANTEEN)
SECOND = replace(FIRST, version=2, rate_bp=3_000)
THIRD = replace(FIRST, version=3, rate_bp=1_500)
RULES = {(HUNAN_CANTEEN, one.version): one for one in (FIRST, SECOND, THIRD)}
PATH = "/430000/430100/"


def recorded(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def stretch(version: int, since: date, until: date | None, known: date) -> Stretch:
    return Stretch(HUNAN_CANTEEN, version, since, until, f"文件{version}", recorded(known))


OPEN = stretch(1, date(2025, 1, 1), None, date(2024, 12, 1))
TAKES_OVER = stretch(2, date(2026, 7, 1), None, date(2026, 6, 1))


class TestWhatTakesOver:
    def test_ends_what_was_open_the_day_it_begins(self) -> None:
        reference = Reference(RULES, (OPEN, TAKES_OVER), {})
        days = {(2026, 6, 30): 1, (2026, 7, 1): 2, (2030, 1, 1): 2}
        found = {day: [one.version for one in reference.binding(Fund.CANTEEN, PATH, date(*day))] for day in days}
        assert found == {day: [version] for day, version in days.items()}
        assert [one.valid_to for one in reference.in_force] == [date(2026, 7, 1), None]
        assert reference.stretches == (OPEN, TAKES_OVER)

    def test_leaves_the_year_to_the_version_that_it_began_with(self) -> None:
        reference = Reference(RULES, (OPEN, TAKES_OVER), {})
        versions = {year: reference.rule_of_year(HUNAN_CANTEEN, year).version for year in (2025, 2026, 2027)}
        assert versions == {2025: 1, 2026: 1, 2027: 2}

    def test_ends_for_good_what_came_before_it(self) -> None:
        for_a_year = stretch(2, date(2026, 7, 1), date(2027, 1, 1), date(2026, 6, 1))
        reference = Reference(RULES, (OPEN, for_a_year), {})
        assert reference.binding(Fund.CANTEEN, PATH, date(2027, 1, 1)) == ()

    @given(st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(1, 60))), min_size=1, max_size=6))
    def test_one_version_at_most_holds_on_any_day(self, drawn: list[tuple[int, int | None]]) -> None:
        begin = date(2025, 1, 1)
        begins = sorted({since for since, _ in drawn})
        lasting = dict(drawn)
        stretches = tuple(
            stretch(
                1 + at % 3,
                begin + timedelta(since),
                None if (n := lasting[since]) is None else begin + timedelta(since + n),
                begin,
            )
            for at, since in enumerate(begins)
        )
        reference = Reference(RULES, stretches, {})
        for number in range(130):
            day = begin + timedelta(number)
            newest = [one for one in stretches if one.valid_from <= day][-1:]
            held = [one.rule_version for one in newest if one.holds_on(day)]
            assert [one.version for one in reference.binding(Fund.CANTEEN, PATH, day)] == held


class TestAsKnown:
    REFERENCE = Reference(
        RULES,
        (OPEN, TAKES_OVER),
        {
            HUNAN_51: [
                CountyList(HUNAN_51, number, "名单", "文件", recorded(day), {})
                for number, day in ((1, date(2024, 12, 1)), (2, date(2026, 3, 1)))
            ]
        },
    )

    def test_a_later_version_was_not_known(self) -> None:
        then = self.REFERENCE.as_known(recorded(date(2026, 5, 31)))
        assert [one.version for one in then.binding(Fund.CANTEEN, PATH, date(2027, 1, 1))] == [1]
        assert then.in_force == (OPEN,)
        assert self.REFERENCE.as_known(recorded(date(2026, 6, 1))).stretches == (OPEN, TAKES_OVER)
        assert self.REFERENCE.as_known(None) is self.REFERENCE

    def test_a_list_is_the_version_that_was_known_or_the_oldest(self) -> None:
        versions = []
        for day in (date(2024, 1, 1), date(2026, 2, 28), date(2026, 3, 1)):
            found = self.REFERENCE.as_known(recorded(day)).list_as_known(HUNAN_51)
            versions.append(found.version if found else None)
        assert versions == [1, 1, 2]

    def test_before_any_was_recorded_there_is_none_and_that_is_said(self) -> None:
        before = recorded(date(2024, 11, 30))
        for code in (HUNAN_CANTEEN, None):
            with pytest.raises(RuleNotKnownYet) as refused:
                rule_as_known(self.REFERENCE, PATH, 2025, code, before)
            assert refused.value.facts["known_by"].startswith("2024-11-30")
        with pytest.raises(RuleUnknown):
            rule_as_known(self.REFERENCE, PATH, 2025, "nothing", before)
        with pytest.raises(RuleNotInForce):
            rule_as_known(self.REFERENCE, PATH, 2024, HUNAN_CANTEEN, before)

    def test_gives_the_version_that_was_known(self) -> None:
        early, rule = rule_as_known(self.REFERENCE, PATH, 2027, HUNAN_CANTEEN, recorded(date(2026, 5, 1)))
        assert (rule.version, early.rule_of_year(HUNAN_CANTEEN, 2027).version) == (1, 1)
        _, rule = rule_as_known(self.REFERENCE, PATH, 2027, HUNAN_CANTEEN, recorded(date(2026, 6, 2)))
        assert rule.version == 2

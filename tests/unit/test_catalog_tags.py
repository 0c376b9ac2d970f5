"""A last day is told by its tags, so that `until a day, or longer` is one look for any of some."""

from datetime import date, timedelta

import pytest

from services.catalog.domain.tags import FAR_OFF, recognised_until, row_tags


def tags_of(recognised_to: date | None) -> set[str]:
    return {
        tag
        for tag in row_tags(category="tea", kind="farm", origin="430224", recognised_to=recognised_to)
        if tag.startswith("r:")
    }


class TestRecognisedUntil:
    @pytest.mark.parametrize("asked", [date(2027, 5, 14), date(2028, 2, 29), date(2029, 12, 31), date(2099, 12, 31)])
    def test_finds_exactly_what_ends_on_that_day_or_later(self, asked: date) -> None:
        wanted = set(recognised_until(asked))
        for days in (-12_000, -3_000, -366, -31, -1, 0, 1, 17, 31, 250, 366, 900, 3_653, 12_000):
            ends = asked + timedelta(days=days)
            assert bool(wanted & tags_of(ends)) == (ends >= asked), ends
        assert wanted & tags_of(date(9999, 12, 31))
        assert not wanted & tags_of(None)

    def test_asks_for_few_tags_whatever_the_day(self) -> None:
        for asked in (date.min, date(2000, 1, 1), date(2026, 3, 2), date(2100, 1, 1), date.max):
            assert len(recognised_until(asked)) <= 65
        assert recognised_until(date.min) == recognised_until(date(2000, 1, 1))
        assert recognised_until(date.max) == (FAR_OFF,)

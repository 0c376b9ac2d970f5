"""A price is held against a band only where enough stand behind it, and a demo's band asks nothing of anybody."""

import random
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.catalog.domain.bands import (
    Band,
    BandSource,
    Observation,
    Verdict,
    accepted_band,
    accepted_since,
    band_of_others,
    may_be_far,
    reference_problems,
    verdict_of,
    wants_explanation,
    weighted_at,
)
from services.catalog.domain.price_table import per_kg_fen, price_table

BAND = Band("ginger", BandSource.IMPORTED, "周报", 800, 1_000, 1_300, date(2026, 3, 1), 1)


def seen(*prices: int, suppliers: int = 3, canteens: int = 3, grams: int = 1_000) -> list[Observation]:
    """Make lines at these prices, by suppliers and to canteens in turn."""
    return [
        Observation(
            acceptance_id=UUID(int=place),
            line_id=UUID(int=grams),
            per_kg_fen=fen,
            grams=grams,
            supplier_id=UUID(int=place % suppliers),
            canteen_id=UUID(int=place % canteens),
            accepted_on=date(2026, 2, 1 + place),
        )
        for place, fen in enumerate(prices)
    ]


class TestVerdict:
    @pytest.mark.parametrize(
        ("fen", "verdict"),
        [
            (399, Verdict.FAR),
            (400, Verdict.BELOW),
            (799, Verdict.BELOW),
            (800, Verdict.WITHIN),
            (1_300, Verdict.WITHIN),
            (1_301, Verdict.ABOVE),
            (2_600, Verdict.ABOVE),
            (2_601, Verdict.FAR),
            (None, Verdict.NONE),
        ],
    )
    def test_is_by_the_ends_of_the_band(self, fen: int | None, verdict: Verdict) -> None:
        assert verdict_of(BAND, fen) is verdict

    def test_without_a_band_is_none(self) -> None:
        assert verdict_of(None, 1_000) is Verdict.NONE
        assert not wants_explanation(None, Verdict.NONE)

    @pytest.mark.parametrize("verdict", Verdict)
    def test_asks_for_an_explanation_only_outside_and_never_by_a_demo(self, verdict: Verdict) -> None:
        outside = verdict in (Verdict.BELOW, Verdict.ABOVE, Verdict.FAR)
        assert wants_explanation(BAND, verdict) is outside
        assert not wants_explanation(replace(BAND, demo=True), verdict)


class TestAccepted:
    def test_is_by_grams(self) -> None:
        lines = [*seen(100, 200, 300, 400), *seen(900, grams=100_000)]
        assert [weighted_at(lines, percent) for percent in (1, 10, 50)] == [200, 900, 900]

    def test_takes_five_lines_of_three_to_three(self) -> None:
        band = accepted_band("ginger", seen(900, 1_000, 1_100, 1_000, 1_000))
        assert band is not None
        assert (band.low, band.mid, band.high, band.observations) == (900, 1_000, 1_100, 5)
        assert band.newest_on == date(2026, 2, 5)

    @pytest.mark.parametrize(
        "lines",
        [seen(1, 2, 3, 4), seen(1, 2, 3, 4, 5, suppliers=2), seen(1, 2, 3, 4, 5, canteens=2), []],
        ids=["four lines", "two suppliers", "two canteens", "nothing"],
    )
    def test_is_none_of_fewer(self, lines: list[Observation]) -> None:
        assert accepted_band("ginger", lines) is None


class TestOthers:
    """Six lines, the last of which alone weighs more than all others: it is its own ninetieth percent."""

    LINES = (*seen(900, 1_000, 1_100, 1_000, 1_000), *seen(9_000, grams=100_000))

    def _verdict(self, band: Band | None, line: Observation) -> Verdict:
        assert band is not None
        others = band_of_others(band, self.LINES, line.acceptance_id, line.line_id, line.per_kg_fen)
        return verdict_of(others, line.per_kg_fen)

    def test_a_line_does_not_judge_itself(self) -> None:
        band = accepted_band("ginger", self.LINES)
        assert verdict_of(band, 9_000) is Verdict.WITHIN
        assert self._verdict(band, self.LINES[-1]) is Verdict.FAR

    def test_a_reference_is_as_it_is(self) -> None:
        line = self.LINES[-1]
        assert band_of_others(BAND, [], line.acceptance_id, line.line_id, line.per_kg_fen) is BAND

    def test_nobody_judges_where_the_others_are_too_few(self) -> None:
        lines = seen(900, 1_000, 1_100, 1_000, 9_000)
        band, line = accepted_band("ginger", lines), lines[-1]
        assert band is not None
        assert band_of_others(band, lines, line.acceptance_id, line.line_id, line.per_kg_fen) is None

    def test_a_line_between_the_ends_stays_between_them(self) -> None:
        """So it need not be held against the others alone; tried on a thousand small markets."""
        dice = random.Random(7)
        for _ in range(1_000):
            prices = [dice.randint(1, 9) for _ in range(dice.randint(6, 9))]
            lines = [line for fen in prices for line in seen(fen, grams=dice.choice((1, 10, 100)))]
            lines = [replace(line, acceptance_id=UUID(int=place)) for place, line in enumerate(lines)]
            lines = [
                replace(line, supplier_id=UUID(int=place % 4), canteen_id=UUID(int=place % 4))
                for place, line in enumerate(lines)
            ]
            band = accepted_band("ginger", lines)
            assert band is not None
            for line in lines:
                others = accepted_band("ginger", [one for one in lines if one is not line])
                if band.low < line.per_kg_fen < band.high and others is not None:
                    assert others.low <= line.per_kg_fen <= others.high

    def test_a_price_that_is_far_lies_far_from_an_end_of_all_prices(self) -> None:
        """So lines need not be read where no price does; tried on a thousand small markets."""
        dice, far = random.Random(8), 0
        for _ in range(1_000):
            prices = [dice.randint(1, 9) for _ in range(dice.randint(5, 9))]
            others = [line for fen in prices for line in seen(fen, grams=dice.choice((1, 10, 100)))]
            others = [
                replace(line, supplier_id=UUID(int=place % 3), canteen_id=UUID(int=place % 3))
                for place, line in enumerate(others)
            ]
            band = accepted_band("ginger", others)
            for price in range(1, 20):
                if verdict_of(band, price) is Verdict.FAR:
                    far += 1
                    assert may_be_far(min(prices), max(prices), price)
                    assert may_be_far(min(*prices, price), max(*prices, price), price)
        assert far > 1_000


class TestDays:
    def test_accepted_prices_are_of_this_month_and_three_before(self) -> None:
        assert accepted_since(date(2026, 3, 2)) == date(2025, 12, 1)
        assert accepted_since(date(2026, 12, 31)) == date(2026, 9, 1)

    def test_a_band_has_an_age(self) -> None:
        assert BAND.age_days(date(2026, 3, 11)) == 10


class TestTable:
    def test_prices_of_a_jin_are_doubled(self) -> None:
        assert (per_kg_fen(650, "jin"), per_kg_fen(650, "kg")) == (1_300, 650)

    def test_names_items_in_both_languages(self) -> None:
        item = price_table().by_name["item"]
        assert (item.word_of("姜"), item.word_of("Ginger"), item.word_of("ginger")) == ("ginger",) * 3
        assert item.word_of("洋芋") == item.word_of("土豆") == "potato"
        assert item.word_of("独角兽") is None

    def test_the_median_lies_between(self) -> None:
        assert reference_problems(1, 1, 1) == []
        assert [one["field"] for one in reference_problems(2, 1, 3)] == ["median"]

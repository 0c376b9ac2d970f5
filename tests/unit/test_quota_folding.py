"""Steps of what is owed sum to what is owed as of any two dates, and a cut leaves no day out and takes none twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.procurement_quota.domain.chain import month_of
from services.procurement_quota.domain.folding import Cut, Kept, Paid, Step, added, cut_at, difference, owed_steps
from services.procurement_quota.store.as_of import whole_days
from shared.clock import end_of_day

CANTEENS = (UUID(int=1), UUID(int=2))
DAYS = st.dates(date(2024, 12, 28), date(2025, 1, 3))
KEPT = st.builds(
    Kept,
    canteen_id=st.sampled_from(CANTEENS),
    fund=st.sampled_from(["canteen", "union"]),
    year=st.sampled_from([2024, 2025]),
    happened_on=DAYS,
    recorded_on=DAYS,
    amount_fen=st.integers(-500, 1000),
)
PAID = st.builds(Paid, happened_on=DAYS, recorded_on=DAYS, amount_fen=st.integers(-300, 900))


def _owed(kept: list[Kept], paid: list[Paid], year: int, happened_by: date, known_by: date) -> dict[UUID, int]:
    """Say what each canteen owes of the canteens' fund, straight from the rule."""
    owed = {}
    for canteen in CANTEENS:
        seen = [
            one
            for one in kept
            if (one.canteen_id, one.fund) == (canteen, "canteen")
            and one.year <= year
            and one.happened_on <= happened_by
            and one.recorded_on <= known_by
        ]
        if seen and min(one.year for one in seen) == year:
            went = sum(one.amount_fen for one in paid if one.happened_on <= happened_by and one.recorded_on <= known_by)
            owed[canteen] = max(0, sum(one.amount_fen for one in seen) - went)
    return {canteen: fen for canteen, fen in owed.items() if fen}


class TestStepsOfWhatIsOwed:
    @given(st.lists(KEPT, max_size=5), st.lists(PAID, max_size=4), st.sampled_from([2024, 2025]), DAYS, DAYS)
    def test_sum_to_what_is_owed_as_of_any_two_dates(
        self, kept: list[Kept], paid: list[Paid], year: int, happened_by: date, known_by: date
    ) -> None:
        found = dict.fromkeys(CANTEENS, 0)
        for step, fen in owed_steps(kept, paid).items():
            if (step.fund, step.year) == ("canteen", year):
                found[step.canteen_id] += fen * (step.happened_on <= happened_by and step.recorded_on <= known_by)
        assert {canteen: fen for canteen, fen in found.items() if fen} == _owed(kept, paid, year, happened_by, known_by)

    @given(st.lists(KEPT, max_size=4), st.lists(PAID, max_size=3), st.integers(0, 4), st.integers(0, 3))
    def test_grow_by_the_difference_when_more_is_known(
        self, kept: list[Kept], paid: list[Paid], first: int, second: int
    ) -> None:
        before, after = owed_steps(kept[:first], paid[:second]), owed_steps(kept, paid)
        assert added([before, difference(before, after)]) == after

    def test_of_an_order_that_is_paid_later_are_two(self) -> None:
        bought, settled = date(2025, 3, 1), date(2025, 3, 26)
        steps = owed_steps([Kept(CANTEENS[0], "canteen", 2025, bought, bought, 500)], [Paid(settled, settled, 500)])
        assert steps == {
            Step(CANTEENS[0], "canteen", 2025, bought, bought): 500,
            Step(CANTEENS[0], "canteen", 2025, settled, settled): -500,
        }


class TestCut:
    @given(st.dates(date(2024, 11, 28), date(2025, 3, 3)), st.dates(date(2024, 11, 28), date(2025, 3, 3)))
    def test_takes_each_day_up_to_two_dates_once(self, happened_by: date, recorded_by: date) -> None:
        cut = cut_at(happened_by, recorded_by)
        days = [date(2024, 11, 1) + timedelta(days=at) for at in range(150)]
        for happened in days:
            for recorded in days[::3]:
                taken = self._taken(cut, happened_by, happened, recorded)
                assert taken == (happened <= happened_by and recorded <= recorded_by)

    @staticmethod
    def _taken(cut: Cut, happened_by: date, happened: date, recorded: date) -> int:
        """Count in how many parts a day is, as the statements say them."""
        return (
            (month_of(happened) < cut.posting_month and month_of(recorded) < cut.recorded_month)
            + (
                cut.recorded_from is not None
                and cut.recorded_from <= recorded <= cut.recorded_by
                and happened <= happened_by
            )
            + (
                cut.happened_from is not None
                and cut.happened_from <= happened <= happened_by
                and recorded < cut.recorded_before
            )
        )

    def test_of_months_ends_takes_no_days(self) -> None:
        cut = cut_at(date(2025, 6, 30), date.max)
        assert (cut.happened_from, cut.recorded_from, cut.recorded_before) == (None, None, date.max)


class TestWholeDays:
    LATER = datetime(2025, 9, 1, tzinfo=UTC)

    def test_are_those_up_to_the_one_that_the_moment_ends(self) -> None:
        moment = end_of_day(date(2025, 6, 30))
        assert whole_days(moment, self.LATER) == (date(2025, 6, 30), moment)

    def test_are_those_before_another_moment(self) -> None:
        moment = datetime(2025, 6, 30, 3, tzinfo=UTC)
        assert whole_days(moment, self.LATER) == (date(2025, 6, 29), end_of_day(date(2025, 6, 29)))

    def test_are_all_where_everything_folded_was_known_by_then(self) -> None:
        moment = datetime(2025, 6, 30, 3, tzinfo=UTC)
        assert whole_days(moment, moment) == (date.max, moment)
        assert whole_days(moment, None) == (date.max, moment)

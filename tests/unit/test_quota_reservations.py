"""A reservation goes from draft to review, is due when its rule says, and is less than last year's only with a word."""

from datetime import date

import pytest

from services.procurement_quota.domain.reservations import (
    RESERVATION,
    Filed,
    Reminder,
    ReservationState,
    due_on,
    lower_than,
    reminder_of,
    state_of,
)
from shared.states import WrongState

DRAFT, SUBMITTED, RETURNED, ACCEPTED = ReservationState


class TestStates:
    @pytest.mark.parametrize("verb", ["submit", "accept", "return"])
    @pytest.mark.parametrize("state", list(ReservationState))
    def test_lead_where_the_table_says_and_nowhere_else(self, state: ReservationState, verb: str) -> None:
        leads = {
            (DRAFT, "submit"): SUBMITTED,
            (SUBMITTED, "accept"): ACCEPTED,
            (SUBMITTED, "return"): RETURNED,
        }
        if (state, verb) in leads:
            assert RESERVATION.check(state, verb) is leads[state, verb]
        else:
            with pytest.raises(WrongState):
                RESERVATION.check(state, verb)

    @pytest.mark.parametrize(
        ("draft", "outcome", "state"),
        [(True, None, DRAFT), (False, None, SUBMITTED), (False, "accept", ACCEPTED), (False, "return", RETURNED)],
    )
    def test_follow_from_what_was_written(self, draft: bool, outcome: str | None, state: ReservationState) -> None:
        assert state_of(draft=draft, outcome=outcome) is state


class TestLowerThanLastYear:
    LAST = Filed(1_000, {"a": 200, "b": 100, "nothing": 0})

    @pytest.mark.parametrize(
        ("new", "lower"),
        [
            (Filed(1_000, {"a": 200, "b": 100}), {}),
            (Filed(1_001, {"a": 201, "b": 100}), {}),
            (Filed(1_001, {"a": 201}), {"b": 100}),
            (Filed(999, {"a": 200, "b": 100}), {"": 1_000}),
            (Filed(1_000, {"a": 199, "b": 99}), {"a": 200, "b": 100}),
            (Filed(1_000, {"c": 1, "a": 200, "b": 100}), {}),
            (Filed(1, {"a": 0}), {"": 1_000, "a": 200, "b": 100}),
        ],
    )
    def test_names_each_figure_that_is(self, new: Filed, lower: dict[str, int]) -> None:
        assert lower_than(self.LAST, new) == lower


class TestDue:
    @pytest.mark.parametrize(
        ("opened_on", "days", "due"),
        [
            (None, 31, date(2025, 1, 31)),
            (date(2020, 1, 1), 31, date(2025, 1, 31)),
            (date(2025, 1, 1), 1, date(2025, 1, 1)),
            (date(2025, 6, 1), 31, date(2025, 7, 1)),
            (date(2020, 1, 1), 366, date(2026, 1, 1)),
        ],
    )
    def test_is_so_many_days_into_the_year_or_after_opening(self, opened_on: date | None, days: int, due: date) -> None:
        assert due_on(2025, days, opened_on) == due

    @pytest.mark.parametrize(
        ("day", "filed", "returned_on", "reminder"),
        [
            (date(2025, 1, 31), False, None, Reminder()),
            (date(2025, 2, 1), False, None, Reminder(unfiled_days=1)),
            (date(2025, 3, 1), True, None, Reminder()),
            (date(2025, 1, 20), False, date(2025, 1, 18), Reminder(returned_days=2)),
            (date(2025, 3, 1), True, date(2025, 2, 1), Reminder(returned_days=28)),
        ],
    )
    def test_nobody_is_reminded_before_it(
        self, day: date, filed: bool, returned_on: date | None, reminder: Reminder
    ) -> None:
        assert reminder_of(day, date(2025, 1, 31), filed=filed, returned_on=returned_on) == reminder

"""An appeal is decided or taken back once, and says by which step it sets a supplier back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.catalog.domain.appeals import (
    APPEAL,
    APPEAL_DAYS,
    LEFT_BY,
    UPHELD_BY,
    AppealOutcome,
    AppealState,
    is_late,
)
from services.catalog.domain.suppliers import SUPPLIER, SupplierOutcome
from shared.contracts.words import SupplierState
from shared.states import WrongState

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ENDS = {"uphold": AppealState.UPHELD, "dismiss": AppealState.DISMISSED, "withdraw": AppealState.WITHDRAWN}


class TestStates:
    @pytest.mark.parametrize("state", list(AppealState))
    @pytest.mark.parametrize("verb", ENDS)
    def test_every_pair_is_open_or_refused(self, state: AppealState, verb: str) -> None:
        if state is AppealState.FILED:
            assert APPEAL.check(state, verb) is ENDS[verb]
        else:
            with pytest.raises(WrongState):
                APPEAL.check(state, verb)

    def test_has_no_other_step_and_every_outcome_is_one(self) -> None:
        assert APPEAL.edges.keys() == ENDS.keys()
        assert {outcome.value for outcome in AppealOutcome} < APPEAL.edges.keys()


class TestSettingBack:
    def test_each_review_that_may_be_appealed_leads_where_it_is_set_back_from(self) -> None:
        assert LEFT_BY.keys() == UPHELD_BY.keys()
        for outcome, left in LEFT_BY.items():
            assert SUPPLIER.edges[outcome.value][1] is left
        back = {outcome: SUPPLIER.check(left, UPHELD_BY[outcome]) for outcome, left in LEFT_BY.items()}
        assert back == {
            SupplierOutcome.RETURN: SupplierState.APPLIED,
            SupplierOutcome.SUSPEND: SupplierState.ADMITTED,
            SupplierOutcome.REVOKE: SupplierState.ADMITTED,
        }

    def test_reinstating_is_no_review(self) -> None:
        assert "reinstate" not in {outcome.value for outcome in SupplierOutcome}


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (1, True), (-1, False)])
def test_sixty_days_are_sixty_days(seconds: int, late: bool) -> None:
    assert is_late(NOW, NOW + timedelta(days=APPEAL_DAYS, seconds=seconds)) is late

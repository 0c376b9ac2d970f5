"""A flag's states are one square, and it grows only by what is news."""

from datetime import date
from uuid import UUID

import pytest

from services.catalog.domain.capacity import Excess
from services.catalog.domain.flags import FLAG, flag_id_of, grows, may_appeal_until, price_reason_of, reason_of
from shared.contracts.words import FlagKind, FlagState
from shared.states import WrongState

O, A, C, U, P, F = (  # noqa: E741 - by their first letters, appealed by its second
    FlagState.OPEN,
    FlagState.ANSWERED,
    FlagState.CLEARED,
    FlagState.UPHELD,
    FlagState.APPEALED,
    FlagState.FINAL,
)


class TestSquare:
    """The whole square of states and verbs."""

    LEADS = {
        "raise": {C: O},
        "answer": {O: A, A: A},
        "clear": {O: C, A: C, P: C},
        "uphold": {O: U, A: U},
        "appeal": {U: P},
        "confirm": {P: F},
    }

    def test_has_these_verbs_and_no_other(self) -> None:
        assert FLAG.edges.keys() == self.LEADS.keys()

    @pytest.mark.parametrize("state", FlagState)
    @pytest.mark.parametrize("verb", LEADS)
    def test_every_step_leads_where_it_is_drawn_or_nowhere(self, verb: str, state: FlagState) -> None:
        if state in self.LEADS[verb]:
            assert FLAG.check(state, verb) is self.LEADS[verb][state]
        else:
            with pytest.raises(WrongState):
                FLAG.check(state, verb)

    def test_what_is_final_stays(self) -> None:
        assert FLAG.open_verbs(F) == []


class TestGrows:
    def test_by_more_than_stands_in_it(self) -> None:
        assert grows(Excess(1, 3, 100, 201), 100, None)
        assert not grows(Excess(1, 3, 100, 200), 100, None)

    def test_once_cleared_by_clearly_more_than_was_cleared(self) -> None:
        assert not grows(Excess(1, 3, 100, 220), 100, 200)
        assert grows(Excess(1, 3, 100, 221), 100, 200)


class TestWords:
    def test_one_flag_a_kind_supplier_item_and_year(self) -> None:
        supplier = UUID(int=7)
        names = [flag_id_of(kind, supplier, item, y) for kind in FlagKind for item in ("a", "b") for y in (2025, 2026)]
        assert len(set(names)) == 8
        assert flag_id_of(FlagKind.CAPACITY, supplier, "a", 2025) == names[0]

    def test_says_what_was_found_in_kilograms(self) -> None:
        said = reason_of("姜", 2026, Excess(3, 8, 6_670_999, 23_000_000))
        assert said == "2026年3—8月姜各渠道共售出23,000公斤，核实产能为6,670公斤"
        assert reason_of("姜", 2026, Excess(3, 3, 0, 5_000)).startswith("2026年3月姜")

    def test_says_which_price_does_not_fit(self) -> None:
        said = price_reason_of("姜", 2026, 2_605, 800, 1_200)
        assert said == "2026年姜成交价每公斤26.05元，远离参考区间8.00—12.00元，且未作说明"

    def test_an_appeal_has_sixty_days(self) -> None:
        assert may_appeal_until(date(2026, 3, 2)) == date(2026, 5, 1)

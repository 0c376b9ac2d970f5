"""Worked by hand: what a meal costs, what its peers' meals cost, and from where on it is a finding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.meal_costs import (
    PEERS_MIN,
    Peers,
    cost_fen,
    finding_of,
    finding_texts,
    peers_of,
)

COSTS = st.lists(st.integers(0, 10**7), min_size=PEERS_MIN, max_size=40)


class TestCost:
    @pytest.mark.parametrize(
        ("purchases_fen", "meals", "cost"),
        [(120_000, 100, 1_200), (120_099, 100, 1_200), (99, 100, 0), (0, 100, 0), (-5_000, 100, 0), (1, 0, None)],
    )
    def test_is_whole_fen_rounded_down(self, purchases_fen: int, meals: int, cost: int | None) -> None:
        assert cost_fen(purchases_fen, meals) == cost


class TestPeers:
    @pytest.mark.parametrize(
        ("costs", "quartiles", "fence"),
        [
            ([500, 600, 700, 800, 900], (600, 700, 800), 350),
            ([700, 690, 710, 705, 695], (695, 700, 705), 680),
            ([700, 690, 710, 705, 695, 100], (690, 695, 705), 667),
            ([1, 1, 1, 1, 1], (1, 1, 1), 1),
            ([0, 0, 0, 0, 0, 0, 0, 0], (0, 0, 0), 0),
            ([100, 200, 300, 400, 500, 600, 700, 800], (200, 400, 600), 200),
        ],
    )
    def test_are_told_by_what_some_of_them_pay(
        self, costs: list[int], quartiles: tuple[int, int, int], fence: int
    ) -> None:
        peers = peers_of(costs)
        assert peers is not None
        assert (peers.q1_fen, peers.median_fen, peers.q3_fen) == quartiles
        assert (peers.compared, peers.fence_fen) == (len(costs), fence)

    def test_of_fewer_than_five_are_not_compared(self) -> None:
        assert peers_of([1, 2, 3, 4]) is None
        assert finding_of(0, 1_000, None) is None

    @settings(deadline=None)
    @given(COSTS)
    def test_lie_in_order_and_no_fence_is_above_the_lower_quartile_or_half_the_median(self, costs: list[int]) -> None:
        peers = peers_of(costs)
        assert peers is not None
        assert min(costs) <= peers.q1_fen <= peers.median_fen <= peers.q3_fen <= max(costs)
        assert sum(cost <= peers.median_fen for cost in costs) * 2 >= len(costs)
        assert 0 <= peers.fence_fen <= max(peers.q1_fen, peers.median_fen // 2)


class TestFinding:
    PEERS = Peers(5, 690, 700, 710)

    def test_has_its_arithmetic(self) -> None:
        finding = finding_of(500_000, 1_000, self.PEERS)
        assert finding is not None
        assert (finding.below_fence_fen, finding.at_median_fen, finding.apart_fen) == (160, 700_000, 200_000)
        texts = finding_texts(1_000, 500_000, self.PEERS, finding)
        assert "中位数7.00元" in texts["text_zh"]
        assert "相差2000.00元" in texts["text_zh"]
        assert "not a verdict" in texts["text_en"]

    @pytest.mark.parametrize(("purchases_fen", "found"), [(659_999, True), (660_000, False), (700_000, False)])
    def test_begins_one_fen_below_the_fence(self, purchases_fen: int, found: bool) -> None:
        assert self.PEERS.fence_fen == 660
        assert (finding_of(purchases_fen, 1_000, self.PEERS) is not None) == found

    def test_is_no_finding_where_no_meal_was_served(self) -> None:
        assert finding_of(0, 0, self.PEERS) is None

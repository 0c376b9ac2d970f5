"""What is ordered fixes its price: the tier that the ordered quantity reaches, and no step afterwards moves it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.order.domain.goods import AskedLine, Goods, line_facts, plan_orders, terms_of, total_fen, what_changed
from services.order.domain.refusals import AmountTooLarge
from services.order.domain.weights import Kept
from shared.contracts.words import Measure
from shared.ids import new_id
from shared.money import AMOUNT_FEN_MAX, line_amount_fen, tier_price_fen

TIERS = [[25_000, 600], [50_000, 520]]


def ginger(tiers: list[list[int]] | None = None, **other: object) -> Goods:
    """Ginger by the jin at 6.50 yuan, from five kilograms on, unless told."""
    goods = Goods(
        listing_id=new_id(),
        version=1,
        supplier_id=new_id(),
        supplier_name="云阳残疾人帮扶基地",
        supplier_kind="disabled_base",
        name="茶陵生姜",
        category="vegetables",
        measure=Measure.WEIGHT,
        unit_name="斤",
        unit_quantity=500,
        piece_grams=None,
        price_fen=650,
        minimum_quantity=5_000,
        step_quantity=500,
        origin_county_code="430224",
        price_tiers=tiers,
    )
    return goods._replace(**other)  # type: ignore[arg-type]


def asked(goods: Goods, quantity: int) -> AskedLine:
    return AskedLine(1, quantity, goods, True, True, goods.amount_fen(quantity), 1_000)


class TestPriceAt:
    @pytest.mark.parametrize(
        ("quantity", "price_fen", "amount_fen"),
        [
            (5_000, 650, 6_500),
            (24_500, 650, 31_850),
            (25_000, 600, 30_000),
            (49_500, 600, 59_400),
            (50_000, 520, 52_000),
            (10**9, 520, 1_040_000_000),
        ],
    )
    def test_is_of_the_tier_that_is_reached_for_the_whole_line(
        self, quantity: int, price_fen: int, amount_fen: int
    ) -> None:
        line = asked(ginger(TIERS), quantity)
        assert (line.price_fen, line.amount_fen) == (price_fen, amount_fen)
        assert (line_facts(line)["price_fen"], line_facts(line)["amount_fen"]) == (price_fen, amount_fen)
        (order,) = plan_orders(new_id(), [line])
        assert order.amount_fen == total_fen([line]) == amount_fen

    @pytest.mark.parametrize("tiers", [None, []])
    def test_without_tiers_is_the_price(self, tiers: list[list[int]] | None) -> None:
        assert asked(ginger(tiers), 10**6).price_fen == 650

    @given(
        st.lists(st.integers(1, 10**9), unique=True, max_size=5).map(sorted),
        st.integers(1, 10**9),
    )
    def test_is_the_lowest_of_what_begins_at_or_below(self, begins: list[int], quantity: int) -> None:
        tiers = [(one, 10_000 - place) for place, one in enumerate(begins, 1)]
        reached = [price for one, price in tiers if one <= quantity]
        assert tier_price_fen(quantity, 10_000, tiers) == min([10_000, *reached])

    def test_less_that_is_accepted_keeps_the_price_agreed(self) -> None:
        line = asked(ginger(TIERS), 50_000)
        kept = Kept(20_000, line.price_fen, line.goods.unit_quantity)
        assert kept.gross_fen == line_amount_fen(20_000, 520, 500) == 20_800
        assert kept.less(20_000).gross_fen == 0

    def test_stays_within_what_one_order_can_be(self) -> None:
        much = ginger([[10**9, AMOUNT_FEN_MAX]], price_fen=AMOUNT_FEN_MAX, unit_quantity=1)
        with pytest.raises(AmountTooLarge):
            total_fen([asked(much, 10**9)])


class TestWhatChanged:
    def test_names_each_term_with_both_values(self) -> None:
        seen = terms_of(ginger(TIERS))
        now = terms_of(ginger([[25_000, 590]], price_fen=700, listing_id=UUID(int=1), version=2))
        assert what_changed(seen, now) == [
            {"field": "price_fen", "seen": 650, "now": 700},
            {
                "field": "price_tiers",
                "seen": [{"from_quantity": 25_000, "price_fen": 600}, {"from_quantity": 50_000, "price_fen": 520}],
                "now": [{"from_quantity": 25_000, "price_fen": 590}],
            },
        ]

    def test_is_nothing_between_the_same_terms(self) -> None:
        assert what_changed(terms_of(ginger(TIERS)), terms_of(ginger(TIERS, version=9))) == []
        assert what_changed(terms_of(ginger()), terms_of(ginger([]))) == []

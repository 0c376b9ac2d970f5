"""A basket splits into one order a supplier, sums to the fen, and says what stands in its way."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.order.domain.goods import AskedLine, Goods, line_facts, plan_orders, total_fen
from services.order.domain.refusals import AmountTooLarge
from shared.contracts.words import Measure
from shared.ids import new_id, order_id
from shared.money import AMOUNT_FEN_MAX

SUPPLIERS = [new_id() for _ in range(3)]


def a_line(supplier_id: UUID = SUPPLIERS[0], quantity: int = 5_000, price_fen: int = 650) -> AskedLine:
    goods = Goods(
        listing_id=new_id(),
        version=2,
        supplier_id=supplier_id,
        supplier_name="云阳残疾人帮扶基地",
        supplier_kind="disabled_base",
        name="茶陵生姜",
        category="vegetables",
        measure=Measure.WEIGHT,
        unit_name="斤",
        unit_quantity=500,
        piece_grams=None,
        price_fen=price_fen,
        minimum_quantity=1_000,
        step_quantity=500,
        origin_county_code="430224",
    )
    return AskedLine(2, quantity, goods, True, True, goods.amount_fen(quantity))


class TestPlanOrders:
    @given(st.lists(st.tuples(st.sampled_from(SUPPLIERS), st.integers(1, 10**6)), min_size=1, max_size=20))
    def test_keeps_every_line_once_and_sums_to_the_whole(self, asked: list[tuple[UUID, int]]) -> None:
        lines = [a_line(supplier_id, quantity) for supplier_id, quantity in asked]
        requisition_id = new_id()
        orders = plan_orders(requisition_id, lines)
        assert sorted(position for order in orders for position, _ in order.lines) == list(range(1, len(lines) + 1))
        assert sum(order.amount_fen for order in orders) == total_fen(lines)
        assert [order.order_id for order in orders] == [
            order_id(requisition_id, supplier_id) for supplier_id in dict.fromkeys(supplier for supplier, _ in asked)
        ]


class TestAskedLine:
    @pytest.mark.parametrize(
        ("changed", "warnings"),
        [
            ({}, []),
            ({"version": 1}, ["stale_version"]),
            ({"on_sale": False}, ["off_sale"]),
            ({"quantity": 1_250}, ["wrong_quantity"]),
            ({"quantity": 500}, ["wrong_quantity"]),
            ({"selling": False}, ["supplier_not_selling"]),
            ({"available": 4_999}, ["short_stock"]),
            ({"available": 5_000}, []),
        ],
    )
    def test_warns_of_what_stands_in_its_way(self, changed: dict[str, object], warnings: list[str]) -> None:
        assert a_line()._replace(**changed).warnings() == warnings  # type: ignore[arg-type]

    def test_shows_its_facts_and_nothing_of_other_suppliers(self) -> None:
        line = a_line()
        facts = line_facts(line)
        assert (facts["amount_fen"], facts["supplier_id"]) == (6_500, str(SUPPLIERS[0]))
        assert "supplier_kind" not in facts


class TestTotal:
    def test_is_bounded_by_what_one_order_can_be(self) -> None:
        most = a_line(quantity=500, price_fen=AMOUNT_FEN_MAX)
        assert total_fen([most]) == AMOUNT_FEN_MAX
        with pytest.raises(AmountTooLarge):
            total_fen([most, a_line()])

    def test_is_bounded_by_what_the_database_can_multiply(self) -> None:
        with pytest.raises(AmountTooLarge):
            total_fen([a_line(quantity=10**9, price_fen=5 * 10**9)._replace(amount_fen=1)])

"""A basket splits into one order a supplier, sums to the fen, and says what stands in its way."""

from datetime import date
from uuid import UUID

import orjson
import pytest
from asyncpg.pgproto.pgproto import UUID as IdAsRead
from hypothesis import given
from hypothesis import strategies as st

from services.order.domain.goods import AskedLine, Goods, line_facts, plan_orders, total_fen
from services.order.domain.refusals import AmountTooLarge
from services.order.domain.states import RequisitionState
from services.order.store.requisitions import Requisition
from services.order.usecases.place_orders import order_facts
from shared.contracts.envelope import seal_facts, unseal
from shared.contracts.order import OrderLineFacts, OrderPlaced
from shared.contracts.words import Fund, Measure
from shared.ids import new_id, order_id
from shared.money import AMOUNT_FEN_MAX
from tests.unit.test_shared import NOW

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
    return AskedLine(2, quantity, goods, True, True, goods.amount_fen(quantity), 1_000)


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


class TestOrderFacts:
    def test_are_what_the_event_says_and_all_of_it(self) -> None:
        weighed, by_piece = a_line(), a_line(quantity=3)
        by_piece = by_piece._replace(goods=by_piece.goods._replace(measure=Measure.PIECE, piece_grams=2_500))
        asked = Requisition(
            requisition_id=new_id(),
            basket_id=new_id(),
            canteen_id=IdAsRead(new_id().bytes),
            canteen_name="食堂",
            unit_id=new_id(),
            unit_path="/430000/",
            fund=Fund.UNION,
            state=RequisitionState.PLACED,
            wanted_on=date(2026, 3, 9),
            amount_fen=0,
            requested_by=new_id(),
            requested_by_name="采购员",
            requested_at=NOW,
        )
        (order,) = plan_orders(asked.requisition_id, [weighed, by_piece])
        line_ids = {position: new_id() for position, _ in order.lines}
        written = order_facts(asked, order, line_ids, NOW)
        event_id, body = seal_facts(OrderPlaced, str(order.order_id), written, source="order", at=NOW, request_id="r-1")
        said = unseal(body)
        event = OrderPlaced.model_validate_json(orjson.dumps(said.data), strict=True)
        assert said.data | {"placed_at": event.placed_at} == event.model_dump(mode="json") | {"placed_at": NOW}
        assert (said.id, said.type, said.key, said.at) == (event_id, event.type, event.key, NOW)
        assert event == OrderPlaced(
            order_id=order.order_id,
            requisition_id=asked.requisition_id,
            canteen_id=asked.canteen_id,
            unit_id=asked.unit_id,
            supplier_id=order.supplier_id,
            fund=Fund.UNION,
            placed_at=NOW,
            wanted_on=date(2026, 3, 9),
            amount_fen=order.amount_fen,
            lines=tuple(
                OrderLineFacts(
                    line_id=line_ids[position],
                    listing_id=line.goods.listing_id,
                    listing_version=2,
                    name="茶陵生姜",
                    category="vegetables",
                    measure=line.goods.measure,
                    unit_quantity=500,
                    piece_grams=line.goods.piece_grams,
                    price_fen=650,
                    quantity=line.quantity,
                    amount_fen=line.amount_fen,
                    origin_county_code="430224",
                )
                for position, line in order.lines
            ),
        )


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

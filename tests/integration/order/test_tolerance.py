"""How far a weight may be off is agreed with its price, line by line, and holds whatever is usual later."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.words import Measure
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import WANTED, Town, basket_of, untouched


class TestTolerance:
    @pytest.mark.parametrize(
        ("agreed", "tolerance_bp", "most"), [(None, 1_000, 11_000), (500, 500, 10_500), (0, 0, 10_000)]
    )
    async def test_is_what_was_agreed_or_else_what_is_usual(
        self, desk: Desk, town: Town, agreed: int | None, tolerance_bp: int, most: int
    ) -> None:
        walk = await town.an_order((await town.goods(), 10_000), tolerance_bp=agreed)
        assert (await walk.confirm())["lines"][0]["tolerance_bp"] == tolerance_bp
        town.desk = replace(desk, tolerance_bp=2_000)
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await walk.pack(most + 1)
        assert refused.value.facts["errors"][0]["most"] == most
        assert (await walk.pack(most))["lines"][0]["packed_quantity"] == most

    async def test_of_a_basket_is_shown_as_it_will_be_ordered(self, desk: Desk, town: Town) -> None:
        apples = await town.goods(measure=Measure.PIECE, unit_quantity=1, minimum_quantity=1, step_quantity=1)
        told = await town.basket((await town.goods(), 10_000), tolerance_bp=700)
        usual, counted = await town.basket((await town.goods(), 10_000)), await town.basket((apples, 3))
        baskets = [await get_basket(desk, town.buyer, one) for one in (told, usual, counted)]
        assert [basket["lines"][0]["tolerance_bp"] for basket in baskets] == [700, 1_000, 0]

    async def test_is_for_goods_by_weight_alone(self, desk: Desk, town: Town) -> None:
        apples = await town.goods(measure=Measure.PIECE, unit_quantity=1, minimum_quantity=1, step_quantity=1)
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await put_basket(desk, town.buyer, new_id(), basket_of(town.canteen_id, (apples, 3), tolerance_bp=1))
        assert [one["field"] for one in refused.value.facts["errors"]] == ["lines.0.tolerance_bp"]

    async def test_goes_through_an_approval(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        basket_id, requisition_id = await town.basket((await town.goods(), 10_000), tolerance_bp=250), new_id()
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        waits = await put_requisition(desk, town.buyer, requisition_id, asked)
        placed = await decide_requisition(
            replace(desk, tolerance_bp=0), town.approver, requisition_id, DecideRequisition(outcome=Decision.APPROVE)
        )
        kept = await get_requisition(desk, town.buyer, requisition_id)
        assert [one["lines"][0]["tolerance_bp"] for one in (waits, placed, kept)] == [250, 250, 250]
        assert UUID(placed["orders"][0]["order_id"])

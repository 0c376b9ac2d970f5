"""What was ordered before is ordered again in the newest versions, and the buyer reads what is otherwise."""

from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import (
    AmountTooLarge,
    BasketTaken,
    BasketUsed,
    NoSuchOrder,
    NoSuchRequisition,
    NothingToRepeat,
)
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition, RepeatOrder
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.repeat_order import repeat_order
from shared.contracts.authority import NotAllowed
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import Fund, Measure, SupplierState
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.on_site import Stall
from tests.build.order import WANTED, Town, an_identity, untouched


async def anew(town: Town, facts: ListingFacts, **terms: Any) -> None:
    await town.publish(facts.model_copy(update={"listing_version": facts.listing_version + 1, **terms}))


async def ordered(town: Town, *lines: tuple[ListingFacts, int], **other: Any) -> RepeatOrder:
    """Order, and ask for the same order once more."""
    placed = await town.order(*lines, **other)
    return RepeatOrder(order_id=UUID(placed["orders"][0]["order_id"]))


class TestRepeating:
    async def test_gives_the_same_basket_where_nothing_has_changed(self, desk: Desk, town: Town) -> None:
        supplier_id = await town.a_supplier()
        ginger, garlic = await town.goods(supplier_id), await town.goods(supplier_id, name="大蒜")
        again = await ordered(town, (ginger, 5_000), (garlic, 2_500), fund=Fund.UNION, tolerance_bp=300)
        basket_id = new_id()
        view = await repeat_order(desk, town.buyer, basket_id, again)
        assert view.pop("told") == []
        assert view == await get_basket(desk, town.buyer, basket_id)
        assert (view["fund"], view["orderable"], view["requisition_id"]) == ("union", True, None)
        assert [(one["quantity"], one["tolerance_bp"]) for one in view["lines"]] == [(5_000, 300), (2_500, 300)]
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        assert (await put_requisition(desk, town.buyer, new_id(), asked))["state"] == "placed"

    async def test_takes_the_newest_version_and_tells_each_term_that_changed(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        again = await ordered(town, (ginger, 5_000))
        await anew(town, ginger, price_fen=700, minimum_quantity=2_000, step_quantity=2_000)
        view = await repeat_order(desk, town.buyer, new_id(), again)
        (line,) = view["lines"]
        assert (line["listing_version"], line["quantity"], line["amount_fen"], line["warnings"]) == (
            2,
            6_000,
            8_400,
            [],
        )
        assert view["told"] == [
            {
                "listing_id": str(ginger.listing_id),
                "name": "茶陵生姜",
                "in_basket": True,
                "reasons": [],
                "asked_quantity": 5_000,
                "quantity": 6_000,
                "changed": [
                    {"field": "price_fen", "seen": 650, "now": 700},
                    {"field": "minimum_quantity", "seen": 1_000, "now": 2_000},
                    {"field": "step_quantity", "seen": 500, "now": 2_000},
                ],
            }
        ]
        assert view["orderable"]

    async def test_leaves_out_what_is_gone_and_says_why(self, desk: Desk, town: Town) -> None:
        there, gone, counted = await town.goods(), await town.goods(name="大蒜"), await town.goods(name="鸡蛋")
        closed, scarce = await town.goods(name="大葱"), await town.goods(name="香菇", stock=6_000)
        placed = await town.order((there, 1_000), (gone, 1_000), (counted, 1_000), (closed, 1_000), (scarce, 5_000))
        await town.withdraw(gone)
        await anew(town, counted, measure=Measure.PIECE, unit_quantity=1, minimum_quantity=1, step_quantity=1)
        await town.a_supplier(SupplierState.SUSPENDED, version=2, supplier_id=closed.supplier_id)
        again = RepeatOrder(requisition_id=UUID(placed["requisition_id"]))
        view = await repeat_order(desk, town.buyer, new_id(), again)
        assert [one["name"] for one in view["lines"]] == ["茶陵生姜", "香菇"]
        assert [(one["name"], one["in_basket"], one["reasons"], one["quantity"]) for one in view["told"]] == [
            ("大蒜", False, ["off_sale"], 0),
            ("鸡蛋", False, ["other_measure"], 0),
            ("大葱", False, ["supplier_not_selling"], 0),
            ("香菇", True, ["short_stock"], 5_000),
        ]
        assert (view["lines"][1]["left_quantity"], view["orderable"]) == (1_000, False)

    async def test_of_nothing_that_is_on_sale_is_refused(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        again = await ordered(town, (ginger, 5_000))
        await town.withdraw(ginger)
        async with untouched(desk):
            with pytest.raises(NothingToRepeat) as refused:
                await repeat_order(desk, town.buyer, new_id(), again)
        assert [one["reasons"] for one in refused.value.facts["told"]] == [["off_sale"]]

    @pytest.mark.parametrize("state", ["awaiting", "refused"])
    async def test_takes_what_was_asked_for_and_never_placed(self, desk: Desk, state: str) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        waits = await town.order((await town.goods(), 5_000), (await town.goods(), 1_500), tolerance_bp=0)
        requisition_id = UUID(waits["requisition_id"])
        if state == "refused":
            no = DecideRequisition(outcome=Decision.REFUSE, reason="本月已超预算")
            await decide_requisition(desk, town.approver, requisition_id, no)
        view = await repeat_order(desk, town.buyer, new_id(), RepeatOrder(requisition_id=requisition_id))
        assert [(one["quantity"], one["tolerance_bp"]) for one in view["lines"]] == [(5_000, 0), (1_500, 0)]

    async def test_of_what_was_sold_at_a_stall_is_delivered_with_the_usual_tolerance(
        self, desk: Desk, town: Town
    ) -> None:
        stall = await Stall.open(town)
        sold = await stall.confirm(await stall.tell())
        waits = await stall.confirm(await stall.tell(stall.line(900_000)))
        for told in (
            {"order_id": sold["order_id"]},
            {"requisition_id": sold["requisition_id"]},
            {"requisition_id": waits["requisition_id"]},
        ):
            basket = await repeat_order(desk, town.buyer, new_id(), RepeatOrder.model_validate(told))
            assert [line["tolerance_bp"] for line in basket["lines"]] == [desk.tolerance_bp]

    async def test_again_writes_the_same_basket_until_it_is_ordered_from(self, desk: Desk, town: Town) -> None:
        again = await ordered(town, (await town.goods(), 5_000))
        basket_id = new_id()
        first = await repeat_order(desk, town.buyer, basket_id, again)
        second = await repeat_order(desk, town.buyer, basket_id, again)
        assert second | {"filled_at": None} == first | {"filled_at": None}
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        await put_requisition(desk, town.buyer, new_id(), asked)
        async with untouched(desk):
            with pytest.raises(BasketUsed):
                await repeat_order(desk, town.buyer, basket_id, again)

    async def test_is_of_ones_own_canteen_alone(self, desk: Desk, town: Town) -> None:
        placed = await town.order((await town.goods(), 5_000))
        order_id, requisition_id = UUID(placed["orders"][0]["order_id"]), UUID(placed["requisition_id"])
        other = await Town(desk).heard_of()
        theirs = await other.basket((await other.goods(), 1_000))
        both = an_identity(*town.buyer.seats, *other.buyer.seats)
        subjects = (RepeatOrder(order_id=order_id), RepeatOrder(requisition_id=requisition_id))
        async with untouched(desk):
            for again in subjects:
                for who in (other.buyer, town.approver, town.finance, *town.suppliers.values()):
                    with pytest.raises(NotAllowed):
                        await repeat_order(desk, who, new_id(), again)
                with pytest.raises(NotAllowed):
                    await repeat_order(desk, town.buyer, theirs, again)
                with pytest.raises(BasketTaken):
                    await repeat_order(desk, both, theirs, again)
            with pytest.raises(NoSuchOrder):
                await repeat_order(desk, town.buyer, new_id(), RepeatOrder(order_id=new_id()))
            with pytest.raises(NoSuchRequisition):
                await repeat_order(desk, town.buyer, new_id(), RepeatOrder(requisition_id=new_id()))
            for wrong in (RepeatOrder(), RepeatOrder(order_id=order_id, requisition_id=requisition_id)):
                with pytest.raises(InvalidFields):
                    await repeat_order(desk, town.buyer, new_id(), wrong)

    async def test_is_bounded_by_what_one_order_can_be(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=10**9)
        again = await ordered(town, (ginger, 500_000))
        await anew(town, ginger, price_fen=10**9, unit_quantity=1, minimum_quantity=10**9)
        async with untouched(desk):
            with pytest.raises(AmountTooLarge):
                await repeat_order(desk, town.buyer, new_id(), again)

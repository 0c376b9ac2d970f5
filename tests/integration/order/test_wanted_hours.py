"""Goods are wanted on a day within hours: told once, they stand on the requisition, its orders and what is said."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from pydantic import ValidationError

from services.order.domain.refusals import RequisitionDiffers
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.list_orders import list_orders
from services.order.usecases.put_requisition import put_requisition
from shared.clock import business_date
from shared.contracts.order import OrderPlaced
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, said, untouched

MORNING = {"wanted_from": "07:30", "wanted_until": "09:00"}
ANY_HOUR = {"wanted_from": None, "wanted_until": None}
TODAY = business_date(START)


def hours(view: dict[str, Any]) -> dict[str, Any]:
    return {name: view[name] for name in MORNING}


async def told_of(desk: Desk, town: Town, placed: dict[str, Any]) -> list[dict[str, Any]]:
    """Read the hours wherever they are told: the requisition, the order, and the list of both."""
    order_id = UUID(placed["orders"][0]["order_id"])
    (listed,) = (await _page(desk, town))["items"]
    requisition = await get_requisition(desk, town.buyer, UUID(placed["requisition_id"]))
    return [hours(one) for one in (requisition, await get_order(desk, town.buyer, order_id), listed)]


async def _page(desk: Desk, town: Town) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await list_orders(desk, town.buyer, town.canteen_id, None, None, 5, None))
    return found


class TestWantedHours:
    async def test_stand_wherever_the_day_does(self, desk: Desk, town: Town) -> None:
        placed = await town.order((await town.goods(), 5_000), wanted=MORNING)
        assert hours(placed) == MORNING
        assert await told_of(desk, town, placed) == [MORNING] * 3
        (event,) = await said(desk, UUID(placed["orders"][0]["order_id"]), "order.placed")
        event.pop("type")
        heard = OrderPlaced.model_validate(event)
        assert [str(one) for one in (heard.wanted_from, heard.wanted_until)] == ["07:30:00", "09:00:00"]

    async def test_are_any_where_none_are_told(self, desk: Desk, town: Town) -> None:
        placed = await town.order((await town.goods(), 5_000))
        assert hours(placed) == ANY_HOUR
        assert await told_of(desk, town, placed) == [ANY_HOUR] * 3

    async def test_go_through_an_approval_and_through_every_step(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        waits = await town.order((await town.goods(), 5_000), wanted=MORNING)
        assert (waits["state"], hours(waits)) == ("awaiting", MORNING)
        approve = DecideRequisition(outcome=Decision.APPROVE)
        placed = await decide_requisition(desk, town.approver, UUID(waits["requisition_id"]), approve)
        assert hours(placed) == MORNING
        assert await told_of(desk, town, placed) == [MORNING] * 3

    async def test_stay_as_an_order_moves_on(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="accepted", wanted=MORNING)
        assert hours(walk.view) == MORNING

    async def test_are_part_of_what_a_requisition_is(self, desk: Desk, town: Town) -> None:
        basket_id, requisition_id = await town.basket((await town.goods(), 5_000)), new_id()
        asked = {"basket_id": basket_id, "wanted_on": WANTED, **MORNING}
        first = await put_requisition(desk, town.buyer, requisition_id, PutRequisition.model_validate(asked))
        async with untouched(desk):
            again = await put_requisition(desk, town.buyer, requisition_id, PutRequisition.model_validate(asked))
            for other in (ANY_HOUR, {"wanted_until": "09:30"}):
                later = PutRequisition.model_validate({**asked, **other})
                with pytest.raises(RequisitionDiffers):
                    await put_requisition(desk, town.buyer, requisition_id, later)
        assert again == first

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"wanted_from": "07:30"}, "wanted_until"),
            ({"wanted_until": "07:30"}, "wanted_from"),
            ({"wanted_from": "09:00", "wanted_until": "09:00"}, "wanted_until"),
            ({"wanted_from": "22:00", "wanted_until": "06:00"}, "wanted_until"),
            ({"wanted_on": TODAY, "wanted_from": "07:00", "wanted_until": "09:00"}, "wanted_until"),
            ({"wanted_on": TODAY - timedelta(days=1), **MORNING}, "wanted_on"),
        ],
        ids=["no end", "no beginning", "no length", "over midnight", "over already", "a day that is over"],
    )
    async def test_that_are_none_are_refused_by_name(
        self, desk: Desk, town: Town, told: dict[str, Any], field: str
    ) -> None:
        basket_id = await town.basket((await town.goods(), 5_000))
        asked = PutRequisition.model_validate({"basket_id": basket_id, "wanted_on": WANTED, **told})
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await put_requisition(desk, town.buyer, new_id(), asked)
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_of_today_may_have_begun(self, town: Town) -> None:
        """It is nine in the morning."""
        today = {"wanted_on": TODAY, "wanted_from": "07:00", "wanted_until": "09:01"}
        assert hours(await town.order((await town.goods(), 5_000), wanted=today))["wanted_until"] == "09:01"

    @pytest.mark.parametrize("hour", ["24:00", "7:30", "07:60", "07:30:00", "07:30Z", "٠٧:30", "", "07:30\n", 730])
    def test_are_written_in_one_way(self, hour: Any) -> None:
        with pytest.raises(ValidationError):
            PutRequisition.model_validate(
                {"basket_id": new_id(), "wanted_on": WANTED, "wanted_from": hour, "wanted_until": "23:00"}
            )

"""An order keeps whether its supplier was recognised on the day it was placed, and at which fair; its events say so."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.order.domain.refusals import NoSuchFair
from services.order.usecases.commands import BasketLine, DecideRequisition, Decision, PutBasket, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_order import get_order
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.list_open_lines import list_open_lines
from services.order.usecases.list_orders import list_orders
from services.order.usecases.look_at_goods import LookAtGoods, look_at_goods
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_requisition import put_requisition
from shared.clock import business_date
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.contracts.catalog import FairChanged, ListingFacts, RecognisedSpan, SupplierChanged
from shared.contracts.words import FairKind, FairState, Fund, SupplierKind, SupplierState
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, an_identity, basket_of, heard, said, untouched

TODAY = business_date(START)
DAY = timedelta(days=1)


async def recognise(town: Town, facts: ListingFacts, version: int, *spans: tuple[date, date | None]) -> None:
    """Let order hear for which days a supplier is recognised."""
    event = SupplierChanged(
        supplier_id=facts.supplier_id,
        version=version,
        name="云阳残疾人帮扶基地",
        kind=SupplierKind.DISABLED_BASE,
        county_code="430224",
        state=SupplierState.ADMITTED,
        applicant_account_id=new_id(),
        recognised=tuple(RecognisedSpan(valid_from=since, valid_to=until) for since, until in spans),
    )
    await keep_copies(town.desk, heard(event))


async def a_fair(town: Town, *suppliers: UUID, version: int = 1, **other: Any) -> UUID:
    """Let order hear of a fair that is open today."""
    event = FairChanged(
        **{
            "fair_id": new_id(),
            "version": version,
            "unit_id": town.unit_id,
            "name": "助残展销会",
            "kind": next(iter(FairKind)),
            "begins_on": TODAY,
            "ends_on": TODAY,
            "state": FairState.OPEN,
            "supplier_ids": suppliers,
            **other,
        }
    )
    await keep_copies(town.desk, heard(event))
    return event.fair_id


class TestRecognised:
    @pytest.mark.parametrize(
        ("spans", "holds"),
        [
            ([(TODAY, TODAY)], True),
            ([(TODAY - DAY, None)], True),
            ([(TODAY + DAY, None)], False),
            ([(TODAY - 9 * DAY, TODAY - DAY)], False),
            ([(TODAY - 9 * DAY, TODAY - DAY), (TODAY, None)], True),
            ([], False),
        ],
    )
    async def test_is_as_of_the_day_it_was_placed(
        self, town: Town, spans: list[tuple[date, date | None]], holds: bool
    ) -> None:
        ginger = await town.goods()
        await recognise(town, ginger, 2, *spans)
        basket = await get_basket(town.desk, town.buyer, await town.basket((ginger, 5_000)))
        assert [line["recognised"] for line in basket["lines"]] == [holds]
        walk = await town.an_order((ginger, 5_000), upto="shipped")
        await recognise(town, ginger, 3, *([] if holds else [(TODAY - 99 * DAY, None)]))
        coming = await list_open_lines(town.desk, town.buyer, town.canteen_id, Fund.CANTEEN)
        assert [line["recognised"] for line in coming["lines"]] == [holds]
        await walk.accept()
        (event,) = await said(town.desk, walk.order_id, "acceptance.recorded")
        assert event["purchase"]["recognised"] is holds

    async def test_is_told_of_goods_in_no_basket_as_a_basket_tells_it(self, town: Town) -> None:
        ginger = await town.goods()
        await recognise(town, ginger, 2, (TODAY - 99 * DAY, TODAY - DAY))
        asked = {"listing_version": ginger.listing_version, "quantity": 5_000}
        lines = (BasketLine(listing_id=ginger.listing_id, **asked), BasketLine(listing_id=new_id(), **asked))
        command = LookAtGoods(canteen_id=town.canteen_id, lines=lines)
        found = await look_at_goods(town.desk, town.buyer, command)
        basket = await get_basket(town.desk, town.buyer, await town.basket((ginger, 5_000)))
        told = {name: fact for name, fact in basket["lines"][0].items() if name != "changed"}
        assert found == {"lines": [told, None]}
        assert found["lines"][0]["recognised"] is False
        with pytest.raises(NotAllowed):
            await look_at_goods(town.desk, an_identity(Seat(role=Role.BUYER, organisation_id=new_id())), command)

    async def test_is_taken_for_granted_where_it_was_not_told(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="accepted")
        (event,) = await said(town.desk, walk.order_id, "acceptance.recorded")
        assert (event["purchase"]["recognised"], event["purchase"]["fair_id"]) == (True, None)


class TestFair:
    async def test_goes_from_the_basket_into_all_that_is_said(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=10_000_000)
        fair_id = await a_fair(town, ginger.supplier_id)
        for quantity in (5_000, 1_000_000):
            basket_id, requisition_id = new_id(), new_id()
            basket = basket_of(town.canteen_id, (ginger, quantity)).model_copy(update={"fair_id": fair_id})
            await put_basket(desk, town.buyer, basket_id, basket)
            asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
            view = await put_requisition(desk, town.buyer, requisition_id, asks)
            if view["state"] == "awaiting":
                approve = DecideRequisition(outcome=Decision.APPROVE)
                view = await decide_requisition(desk, town.approver, requisition_id, approve)
            (event,) = await said(desk, UUID(view["orders"][0]["order_id"]), "order.placed")
            assert event["fair_id"] == str(fair_id)

    async def test_is_read_with_the_basket_and_stays_when_that_is_put_back(self, desk: Desk, town: Town) -> None:
        ginger, basket_id = await town.goods(), new_id()
        fair_id = await a_fair(town, ginger.supplier_id)
        basket = basket_of(town.canteen_id, (ginger, 5_000)).model_copy(update={"fair_id": fair_id})
        put = await put_basket(desk, town.buyer, basket_id, basket)
        read = await get_basket(desk, town.buyer, basket_id)
        assert (put["fair_id"], read) == (str(fair_id), put)
        again = PutBasket.model_validate(
            {
                "canteen_id": read["canteen"]["id"],
                "fund": read["fund"],
                "fair_id": read["fair_id"],
                "lines": [{name: line[name] for name in BasketLine.model_fields} for line in read["lines"]],
            }
        )
        agreed = basket.lines[0].model_copy(update={"tolerance_bp": desk.tolerance_bp})
        assert again == basket.model_copy(update={"lines": (agreed,)})
        put_back = await put_basket(desk, town.buyer, basket_id, again)
        assert (put_back["fair_id"], put_back["lines"]) == (str(fair_id), read["lines"])
        taken_out = basket_of(town.canteen_id, (ginger, 5_000))
        assert (await put_basket(desk, town.buyer, basket_id, taken_out))["fair_id"] is None

    async def test_stands_in_the_answers_and_finds_its_orders(self, desk: Desk, town: Town) -> None:
        ginger, basket_id, requisition_id = await town.goods(), new_id(), new_id()
        elsewhere = UUID((await town.order((ginger, 5_000)))["orders"][0]["order_id"])
        fair_id, other = await a_fair(town, ginger.supplier_id), await a_fair(town, ginger.supplier_id)
        basket = basket_of(town.canteen_id, (ginger, 5_000)).model_copy(update={"fair_id": fair_id})
        await put_basket(desk, town.buyer, basket_id, basket)
        asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        made = await put_requisition(desk, town.buyer, requisition_id, asks)
        assert made["fair_id"] == str(fair_id)
        assert await get_requisition(desk, town.buyer, requisition_id) == made
        order_id = UUID(made["orders"][0]["order_id"])
        assert (await get_order(desk, town.buyer, order_id))["fair_id"] == str(fair_id)
        assert (await get_order(desk, town.buyer, elsewhere))["fair_id"] is None

        async def listed(who: Identity, fair: UUID | None) -> dict[str, str | None]:
            page = orjson.loads(await list_orders(desk, who, town.canteen_id, None, None, 100, None, fair))
            return {item["order_id"]: item["fair_id"] for item in page["items"]}

        seller = town.suppliers[ginger.supplier_id]
        assert await listed(seller, fair_id) == {str(order_id): str(fair_id)}
        assert await listed(town.buyer, None) == {str(order_id): str(fair_id), str(elsewhere): None}
        assert await listed(town.buyer, other) == {}
        assert await listed(an_identity(Seat(Role.SUPPLIER, new_id())), fair_id) == {}
        with pytest.raises(NoSuchFair):
            await listed(town.buyer, new_id())

    async def test_that_is_none_of_today_or_of_the_supplier_is_refused_by_name(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        own = ginger.supplier_id
        wrong = [
            new_id(),
            await a_fair(town),
            await a_fair(town, new_id()),
            await a_fair(town, own, state=FairState.ANNOUNCED),
            await a_fair(town, own, begins_on=TODAY + DAY, ends_on=TODAY + DAY),
            await a_fair(town, own, begins_on=TODAY - DAY, ends_on=TODAY - DAY),
        ]
        async with untouched(desk):
            for fair_id in wrong:
                basket = basket_of(town.canteen_id, (ginger, 5_000)).model_copy(update={"fair_id": fair_id})
                with pytest.raises(InvalidFields) as refused:
                    await put_basket(desk, town.buyer, new_id(), basket)
                assert [error["field"] for error in refused.value.facts["errors"]] == ["fair_id"]

    async def test_is_kept_as_it_was_last_heard(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        fair_id = await a_fair(town, ginger.supplier_id, version=2)
        await a_fair(town, version=1, fair_id=fair_id)
        basket = basket_of(town.canteen_id, (ginger, 5_000)).model_copy(update={"fair_id": fair_id})
        await put_basket(desk, town.buyer, new_id(), basket)
        await a_fair(town, version=3, fair_id=fair_id)
        with pytest.raises(InvalidFields):
            await put_basket(desk, town.buyer, new_id(), basket)

"""What went back comes again by an order of its own, once, of goods that are there; money follows what is kept."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.order.api.open_contracting import written
from services.order.domain.refusals import StockShort, SupplierNotSelling
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.states import Remedy
from services.order.store.stock import find_stock
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import (
    AgreeReturn,
    CancelOrder,
    EscalateReturn,
    PutSeason,
    RefuseReturn,
    ReturnGoods,
    RuleReturn,
    WithdrawReturn,
)
from services.order.usecases.desk import Desk
from services.order.usecases.escalate_return import escalate_return
from services.order.usecases.get_order import get_order
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.put_season import put_season
from services.order.usecases.refuse_return import refuse_return
from services.order.usecases.return_goods import return_goods
from services.order.usecases.rule_return import rule_return
from services.order.usecases.tell_releases import tell_release
from services.order.usecases.withdraw_return import withdraw_return
from shared.clock import business_date
from shared.contracts.authority import Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import SupplierState
from shared.errors import InvalidFields, Refusal
from shared.ids import new_id
from shared.states import WrongState
from tests.build.ocds import faults
from tests.build.order import START, Town, Walk, an_identity, said, untouched
from tests.integration.order.test_cards import with_card
from tests.integration.order.test_returns import a_return

ON_HAND = 12_000


async def an_order(town: Town) -> tuple[Walk, ListingFacts]:
    """Have 10 kg of 12 kg accepted, 13,000 fen; 2 kg are left."""
    goods = await town.goods(stock=ON_HAND)
    return await town.an_order((goods, 10_000), upto="accepted"), goods


async def asked_back(walk: Walk, quantity: int, remedy: Remedy = Remedy.REPLACEMENT) -> ReturnGoods:
    asked = a_return(walk, quantity).model_copy(update={"remedy": remedy})
    await return_goods(walk.desk, walk.town.buyer, walk.order_id, asked)
    return asked


async def agreed(walk: Walk, asked: ReturnGoods, **told: Any) -> dict[str, Any]:
    command = AgreeReturn.model_validate(told)
    return await agree_return(walk.desk, walk.seller, walk.order_id, asked.return_id, command)


async def again(walk: Walk, view: dict[str, Any]) -> Walk:
    """Follow the order by which goods come again."""
    placed = UUID(view["returns"][-1]["replacement_order_id"])
    found = Walk(walk.town, placed, walk.seller)
    found.view = await get_order(walk.desk, walk.town.buyer, placed)
    return found


async def stock_of(desk: Desk, goods: ListingFacts) -> tuple[int, int]:
    async with desk.uow.glance() as tx:
        found = await find_stock(tx, goods.listing_id)
    assert found is not None
    return found.on_hand, found.promised


class TestAReplacement:
    async def test_is_placed_and_confirmed_as_the_seller_agrees_and_is_weighed_and_owed_as_its_own(
        self, desk: Desk, town: Town
    ) -> None:
        walk, goods = await an_order(town)
        first = await agreed(walk, await asked_back(walk, 1_500))
        assert (first["kept_fen"], first["returned_fen"]) == (11_050, 1_950)
        second = await again(walk, first)
        view = second.view
        assert (view["state"], view["ordered_fen"], view["requisition_id"]) == (
            "confirmed",
            1_950,
            first["requisition_id"],
        )
        assert view["replaces"] == {"order_id": first["order_id"], "return_id": first["returns"][0]["return_id"]}
        released = orjson.loads(written(await tell_release(desk, second.seller, second.order_id)))
        (prior,) = released["relatedProcesses"]
        assert (prior["relationship"], prior["scheme"]) == (["prior"], "ocid")
        before_it = orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))
        (later,) = before_it["relatedProcesses"]
        assert (later["id"], later["relationship"], later["scheme"]) == ("1", ["replacementProcess"], "ocid")
        assert (prior["identifier"], later["identifier"]) == (before_it["ocid"], released["ocid"])
        assert faults(released) == faults(before_it) == []
        assert view["wanted_on"] == str(business_date(START) + timedelta(days=3))
        line, before = view["lines"][0], first["lines"][0]
        same = ("listing_id", "listing_version", "name", "price_fen", "unit_quantity", "unit_name", "tolerance_bp")
        assert [line[name] for name in same] == [before[name] for name in same]
        assert (line["ordered_quantity"], line["line_id"] == before["line_id"]) == (1_500, False)
        assert await stock_of(desk, goods) == (2_000, 1_500)
        await second.pack(1_500)
        await second.ship()
        done = await second.accept(1_400)
        assert (done["kept_fen"], done["owed_fen"]) == (1_820, 1_820)
        assert await stock_of(desk, goods) == (500, 0)
        (event,) = await said(desk, second.order_id, "order.placed")
        assert (event["amount_fen"], event["lines"][0]["quantity"]) == (1_950, 1_500)
        assert next(one["state"] for one in await said(desk, second.order_id, "order.moved")) == "confirmed"

    async def test_comes_on_the_day_that_the_seller_names(self, desk: Desk, town: Town) -> None:
        walk, _ = await an_order(town)
        day = business_date(START) + timedelta(days=9)
        view = await agreed(walk, await asked_back(walk, 500), remedy="replacement", wanted_on=day)
        assert (await again(walk, view)).view["wanted_on"] == str(day)

    async def test_is_told_to_the_buyer_with_the_answer(self, desk: Desk, town: Town) -> None:
        walk, _ = await an_order(town)
        asked = await asked_back(walk, 500)
        await agreed(walk, asked)
        (notice,) = [
            one for one in await said(desk, asked.return_id, "notice.raised") if one["kind"] == "return_answered"
        ]
        assert {"name": "outcome", "value": "replace"} in notice["facts"]

    async def test_is_no_order_of_the_requisition_that_it_stands_under(self, desk: Desk, town: Town) -> None:
        walk, _ = await an_order(town)
        view = await agreed(walk, await asked_back(walk, 500))
        found = await get_requisition(desk, town.buyer, UUID(view["requisition_id"]))
        assert [one["order_id"] for one in found["orders"]] == [view["order_id"]]
        assert [one["quantity"] for one in found["lines"]] == [10_000]

    async def test_that_never_comes_leaves_the_credit_and_gives_its_goods_back(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        second = await again(walk, await agreed(walk, await asked_back(walk, 1_500)))
        await cancel_order(desk, town.buyer, second.order_id, CancelOrder(reason="不再需要"))
        first = await get_order(desk, town.buyer, walk.order_id)
        assert (first["kept_fen"], first["owed_fen"]) == (11_050, 11_050)
        assert await stock_of(desk, goods) == (2_000, 0)

    async def test_of_a_replacement_goes_back_and_comes_again_too(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        second = await again(walk, await agreed(walk, await asked_back(walk, 1_000)))
        for step in (second.pack, second.ship, second.accept):
            await step()
        third = await again(second, await agreed(second, await asked_back(second, 400)))
        assert (third.view["ordered_fen"], third.view["replaces"]["order_id"]) == (520, str(second.order_id))
        released = orjson.loads(written(await tell_release(desk, second.seller, second.order_id)))
        related = [(one["id"], one["relationship"], one["identifier"][-36:]) for one in released["relatedProcesses"]]
        assert related == [
            ("1", ["prior"], str(walk.order_id)),
            ("2", ["replacementProcess"], str(third.order_id)),
        ]
        assert faults(released) == []
        assert await stock_of(desk, goods) == (1_000, 400)

    async def test_of_what_a_card_paid_gives_the_card_its_money_back(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(stock=ON_HAND), 10_000))
        await with_card(walk)
        for step in (walk.confirm, walk.pack, walk.ship, walk.accept):
            await step()
        first = await agreed(walk, await asked_back(walk, 1_500))
        assert [one["amount_fen"] for one in first["payments"][0]["refunds"]] == [1_950]
        assert (await again(walk, first)).view["payments"] == []


class TestWhatIsNotReplaced:
    async def test_credit_may_be_agreed_in_its_place(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        view = await agreed(walk, await asked_back(walk, 1_500), remedy="credit")
        assert (view["kept_fen"], view["returns"][0]["replacement_order_id"]) == (11_050, None)
        assert await stock_of(desk, goods) == (2_000, 0)

    async def test_what_is_upheld_above_is_credit(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        asked = await asked_back(walk, 1_500)
        await refuse_return(desk, walk.seller, walk.order_id, asked.return_id, RefuseReturn(reason="签收时完好"))
        await escalate_return(desk, town.buyer, walk.order_id, asked.return_id, EscalateReturn(reason="照片可见"))
        above = an_identity(Seat(Role.OFFICER, new_id(), town.path[: town.path.rstrip("/").rindex("/") + 1]))
        ruling = RuleReturn.model_validate({"outcome": "uphold", "reason": "属实"})
        view = await rule_return(desk, above, walk.order_id, asked.return_id, ruling)
        assert (view["returned_fen"], view["returns"][0]["replacement_order_id"]) == (1_950, None)
        assert await stock_of(desk, goods) == (2_000, 0)

    async def test_goods_that_are_not_there_are_not_promised_and_nothing_is_booked(
        self, desk: Desk, town: Town
    ) -> None:
        walk, _ = await an_order(town)
        asked = await asked_back(walk, 2_001)
        async with untouched(desk):
            with pytest.raises(StockShort) as refused:
                await agreed(walk, asked)
        assert [(one["left"], one["asked"]) for one in refused.value.facts["listings"]] == [(2_000, 2_001)]

    async def test_goods_out_of_season_or_beyond_its_bound_are_not_promised(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        asked, day = await asked_back(walk, 1_500), business_date(START)
        window = {"from_on": day, "until_on": day + timedelta(days=5), "quantity_max": 11_000}
        season = PutSeason.model_validate({"windows": [window], "reason": "应季"})
        await put_season(desk, walk.seller, goods.listing_id, season)
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await agreed(walk, asked, wanted_on=day + timedelta(days=6))
            with pytest.raises(SeasonShort):
                await agreed(walk, asked, wanted_on=day + timedelta(days=5))
        assert refused.value.facts["errors"][0]["field"] == "wanted_on"

    async def test_a_suspended_supplier_promises_nothing_and_agrees_to_credit(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        asked = await asked_back(walk, 500)
        async with desk.uow.begin() as tx:
            await tx.execute(
                sa.text("UPDATE suppliers SET state = :state WHERE supplier_id = :supplier_id"),
                {"state": SupplierState.SUSPENDED.value, "supplier_id": goods.supplier_id},
            )
        async with untouched(desk):
            with pytest.raises(SupplierNotSelling):
                await agreed(walk, asked)
        assert (await agreed(walk, asked, remedy="credit"))["returned_fen"] == 650

    @pytest.mark.parametrize(
        ("wanted", "told", "field"),
        [
            (Remedy.REFUND, {"remedy": "replacement"}, "remedy"),
            (Remedy.REFUND, {"remedy": "credit"}, None),
            (Remedy.CREDIT, {"wanted_on": START.date()}, "wanted_on"),
            (Remedy.REPLACEMENT, {"remedy": "credit", "wanted_on": START.date()}, "wanted_on"),
            (Remedy.REPLACEMENT, {"wanted_on": START.date() - timedelta(days=2)}, "wanted_on"),
            (Remedy.REPLACEMENT, {"wanted_on": START.date() + timedelta(days=61)}, "wanted_on"),
        ],
    )
    async def test_an_answer_that_does_not_fit_the_question_names_its_field(
        self, desk: Desk, town: Town, wanted: Remedy, told: dict[str, Any], field: str | None
    ) -> None:
        walk, _ = await an_order(town)
        asked = await asked_back(walk, 500, wanted)
        if field is None:
            assert (await agreed(walk, asked, **told))["returned_fen"] == 650
            return
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await agreed(walk, asked, **told)
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]


class TestAtOnce:
    async def test_agreed_twice_and_taken_back_at_once_it_comes_once_or_not_at_all(
        self, desk: Desk, town: Town
    ) -> None:
        for _ in range(5):
            walk, goods = await an_order(town)
            asked = await asked_back(walk, 1_500)
            back = withdraw_return(desk, town.buyer, walk.order_id, asked.return_id, WithdrawReturn())
            told = await asyncio.gather(*(agreed(walk, asked) for _ in range(4)), back, return_exceptions=True)
            assert all(isinstance(one, dict | WrongState) for one in told)
            assert sum(isinstance(one, dict) for one in told) == 1
            view = await get_order(desk, town.buyer, walk.order_id)
            comes = view["returns"][0]["replacement_order_id"] is not None
            assert (view["kept_fen"], await stock_of(desk, goods)) == (
                (11_050, (2_000, 1_500)) if comes else (13_000, (2_000, 0))
            )

    async def test_the_last_goods_are_promised_to_a_replacement_or_to_a_buyer(self, desk: Desk, town: Town) -> None:
        walk, goods = await an_order(town)
        asked = await asked_back(walk, 1_500)
        told = await asyncio.gather(
            agreed(walk, asked), *(town.order((goods, 1_500)) for _ in range(6)), return_exceptions=True
        )
        assert sum(isinstance(one, dict) for one in told) == 1
        assert all(isinstance(one, dict | Refusal) for one in told)
        assert await stock_of(desk, goods) == (2_000, 1_500)

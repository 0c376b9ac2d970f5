"""Goods of a season are promised for its days alone, whatever races; what is promised already stays promised."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.domain.refusals import NoSuchListing, NothingToRepeat, OutOfSeason
from services.order.store.season_tables import season_changes
from services.order.usecases.commands import (
    DecideRequisition,
    Decision,
    PutRequisition,
    PutSeason,
    PutStock,
    RepeatOrder,
)
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_order import get_order
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.put_season import put_season
from services.order.usecases.put_stock import put_stock
from services.order.usecases.repeat_order import repeat_order
from shared.clock import SettableClock, business_date
from shared.contracts.authority import NotAllowed
from shared.contracts.catalog import ListingFacts
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, untouched

DAY = timedelta(days=1)
TODAY = business_date(START)


def a_season(*windows: tuple[date, date]) -> PutSeason:
    told = [{"from_on": first, "until_on": last} for first, last in windows]
    return PutSeason.model_validate({"windows": told, "reason": "冬笋上市"})


async def in_season(town: Town, facts: ListingFacts, *windows: tuple[date, date]) -> dict[str, Any]:
    return await put_season(town.desk, town.suppliers[facts.supplier_id], facts.listing_id, a_season(*windows))


async def promised(town: Town, facts: ListingFacts) -> int:
    return int((await get_stock(town.desk, town.suppliers[facts.supplier_id], facts.listing_id))["promised"])


def windows_of(told: Iterable[dict[str, Any]]) -> list[tuple[date, date]]:
    return [(one["from_on"], one["until_on"]) for one in told]


class TestASeason:
    async def test_is_promised_for_its_first_and_last_day_and_none_beside(self, town: Town) -> None:
        shoots, plenty = await town.goods(name="冬笋"), await town.goods()
        await in_season(town, shoots, (WANTED, WANTED + 2 * DAY), (WANTED + 5 * DAY, WANTED + 5 * DAY))
        taken = []
        for offset in range(-1, 7):
            day = {"wanted_on": WANTED + offset * DAY}
            try:
                await town.order((shoots, 1_000), (plenty, 1_000), wanted=day)
            except OutOfSeason as refused:
                (told,) = refused.facts["listings"]
                assert (told["name"], told["listing_id"]) == ("冬笋", str(shoots.listing_id))
                assert windows_of(told["windows"])[0] == (WANTED, WANTED + 2 * DAY)
            else:
                taken.append(offset)
        assert taken == [0, 1, 2, 5]
        assert (await promised(town, shoots), await promised(town, plenty)) == (4_000, 4_000)

    async def test_of_orders_that_come_together_each_gets_its_own_answer(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        await in_season(town, shoots, (WANTED, WANTED), (WANTED + 2 * DAY, WANTED + 2 * DAY))
        baskets = [await town.basket((shoots, 1_000)) for _ in range(30)]

        async def ask(place: int, basket_id: UUID) -> bool:
            asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED + place % 3 * DAY)
            try:
                await put_requisition(desk, town.buyer, new_id(), asked)
            except OutOfSeason:
                return False
            return True

        answers = await asyncio.gather(*(ask(place, one) for place, one in enumerate(baskets)))
        assert answers == [place % 3 != 1 for place in range(30)]
        assert await promised(town, shoots) == 20_000

    async def test_that_ends_while_others_buy_promises_nothing_more(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        baskets = [await town.basket((shoots, 1_000)) for _ in range(20)]

        async def ask(basket_id: UUID) -> bool:
            asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
            try:
                await put_requisition(desk, town.buyer, new_id(), asked)
            except OutOfSeason:
                return False
            return True

        ending = in_season(town, shoots, (TODAY, TODAY))
        answers, _ = await asyncio.gather(asyncio.gather(*(ask(one) for one in baskets)), ending)
        assert await promised(town, shoots) == 1_000 * sum(answers)
        with pytest.raises(OutOfSeason):
            await town.order((shoots, 1_000))

    async def test_is_asked_for_before_an_approval_and_again_at_it(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        shoots = await town.goods(name="冬笋")
        await in_season(town, shoots, (WANTED + DAY, WANTED + DAY))
        basket_id = await town.basket((shoots, 1_000))
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        async with untouched(desk):
            with pytest.raises(OutOfSeason):
                await put_requisition(desk, town.buyer, new_id(), asked)
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED + DAY)
        waits = await put_requisition(desk, town.buyer, new_id(), asked)
        approve = DecideRequisition(outcome=Decision.APPROVE)
        await in_season(town, shoots, (WANTED, WANTED))
        async with untouched(desk):
            with pytest.raises(OutOfSeason):
                await decide_requisition(desk, town.approver, UUID(waits["requisition_id"]), approve)
        await in_season(town, shoots)
        placed = await decide_requisition(desk, town.approver, UUID(waits["requisition_id"]), approve)
        assert placed["state"] == "placed"

    async def test_leaves_what_is_promised_as_it_is(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods(name="冬笋", stock=3_000)
        walk = await town.an_order((shoots, 3_000))
        await in_season(town, shoots, (WANTED + DAY, WANTED + DAY))
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        await walk.accept()
        assert (await get_order(desk, town.buyer, walk.order_id))["state"] == "accepted"
        assert await promised(town, shoots) == 0

    async def test_is_seen_by_buyers_and_warns_once_it_is_over(
        self, desk: Desk, clock: SettableClock, town: Town
    ) -> None:
        shoots = await town.goods(name="冬笋")
        await in_season(town, shoots, (TODAY, WANTED))
        basket_id = await town.basket((shoots, 1_000))
        view = await get_basket(desk, town.buyer, basket_id)
        assert windows_of(view["lines"][0]["windows"]) == [(TODAY, WANTED)]
        assert (view["lines"][0]["warnings"], view["orderable"]) == ([], True)
        placed = await town.order((shoots, 1_000))
        clock.set(START + (WANTED - TODAY) + DAY)
        view = await get_basket(desk, town.buyer, basket_id)
        assert (view["lines"][0]["warnings"], view["orderable"]) == (["off_season"], False)
        again = RepeatOrder(requisition_id=UUID(placed["requisition_id"]))
        with pytest.raises(NothingToRepeat) as refused:
            await repeat_order(desk, town.buyer, new_id(), again)
        assert [one["reasons"] for one in refused.value.facts["told"]] == [["off_season"]]


class TestPuttingASeason:
    async def test_joins_what_touches_keeps_who_said_why_and_survives_a_count(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        seller = town.suppliers[shoots.supplier_id]
        three = ((WANTED + 9 * DAY, WANTED + 9 * DAY), (WANTED, WANTED + DAY), (WANTED + 2 * DAY, WANTED + 4 * DAY))
        joined = [(WANTED, WANTED + 4 * DAY), (WANTED + 9 * DAY, WANTED + 9 * DAY)]
        assert windows_of((await in_season(town, shoots, *three))["windows"]) == joined
        async with untouched(desk):
            await in_season(town, shoots, *joined)
        counted = await put_stock(desk, seller, shoots.listing_id, PutStock(on_hand=7_000, reason="盘点"))
        assert windows_of(counted["windows"]) == joined
        assert counted == await get_stock(desk, seller, shoots.listing_id)
        assert (await in_season(town, shoots))["windows"] == []
        async with desk.uow.glance() as tx:
            rows = await tx.rows(
                sa.select(season_changes.c.reason, season_changes.c.account_id, season_changes.c.acted_as)
                .where(season_changes.c.listing_id == shoots.listing_id)
                .order_by(season_changes.c.id)
            )
        assert [tuple(row) for row in rows] == [("冬笋上市", seller.account_id, "supplier")] * 2

    @pytest.mark.parametrize(
        ("window", "field"),
        [
            ((WANTED, WANTED - DAY), "windows.0.until_on"),
            ((WANTED, date.max), "windows.0.from_on"),
            ((date.min, WANTED), "windows.0.from_on"),
        ],
    )
    async def test_names_the_field_that_is_wrong(
        self, desk: Desk, town: Town, window: tuple[date, date], field: str
    ) -> None:
        shoots = await town.goods()
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await in_season(town, shoots, window)
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_is_its_suppliers_alone(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods()
        stranger = town.suppliers[await town.a_supplier()]
        async with untouched(desk):
            for who in (town.buyer, stranger, town.finance):
                with pytest.raises(NotAllowed):
                    await put_season(desk, who, shoots.listing_id, a_season((WANTED, WANTED)))
            with pytest.raises(NoSuchListing):
                await put_season(desk, stranger, new_id(), a_season())

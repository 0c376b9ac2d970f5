"""A season's window may bound how much is promised for its days, whatever races; what is given back is left again."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.domain.refusals import OutOfSeason
from services.order.domain.season_refusals import SeasonShort
from services.order.store.seasons import count_promised
from services.order.store.stock import find_stock
from services.order.store.tables import stock
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import (
    CancelOrder,
    ConfirmOrder,
    DecideRequisition,
    Decision,
    DeclineOrder,
    PutRequisition,
    PutSeason,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_order import get_order
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.put_season import put_season
from services.order.usecases.time_out_orders import lapse_unanswered
from shared.clock import SettableClock
from shared.contracts.catalog import ListingFacts
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, Walk, untouched

DAY = timedelta(days=1)
NO = DeclineOrder(reason="下雨采不了")


def bounded(*windows: tuple[date, date, int | None]) -> PutSeason:
    told = [{"from_on": first, "until_on": last, "quantity_max": most} for first, last, most in windows]
    return PutSeason.model_validate({"windows": told, "reason": "冬笋上市"})


async def put(town: Town, facts: ListingFacts, *windows: tuple[date, date, int | None]) -> list[dict[str, Any]]:
    seller = town.suppliers[facts.supplier_id]
    return windows_of(await put_season(town.desk, seller, facts.listing_id, bounded(*windows)))


def windows_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = view["windows"]
    return found


async def counts(town: Town, facts: ListingFacts) -> list[tuple[int, int]]:
    """Give of each window what is promised and what is left; what is counted again from the orders is the same."""
    async with town.desk.uow.glance() as tx:
        found = await find_stock(tx, facts.listing_id)
        assert found is not None
        again = await count_promised(tx, found, found.season)
    windows = windows_of(await get_stock(town.desk, town.suppliers[facts.supplier_id], facts.listing_id))
    assert [one["promised"] for one in windows] == again
    return [(one["promised"], one["left"]) for one in windows]


async def waiting_for_stock(desk: Desk) -> bool:
    async with desk.uow.glance() as tx:
        asked = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%taken%')"
        return bool(await tx.value(sa.text(asked)))


async def ordered(town: Town, facts: ListingFacts, quantity: int, day: date = WANTED) -> Walk:
    placed = await town.order((facts, quantity), wanted={"wanted_on": day})
    return Walk(town, UUID(placed["orders"][0]["order_id"]), town.suppliers[facts.supplier_id])


class TestABoundedWindow:
    async def test_gives_its_last_fifty_kilograms_to_ten_of_two_hundred(self, desk: Desk, town: Town) -> None:
        shoots, plenty = await town.goods(name="冬笋"), await town.goods()
        await put(town, shoots, (WANTED, WANTED + 9 * DAY, 50_000))
        baskets = [await town.basket((shoots, 5_000), (plenty, 1_000)) for _ in range(200)]

        async def ask(place: int, basket_id: UUID) -> bool:
            asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED + place % 10 * DAY)
            try:
                await put_requisition(desk, town.buyer, new_id(), asked)
            except SeasonShort as refused:
                (told,) = refused.facts["listings"]
                assert (told["listing_id"], told["left"], told["asked"]) == (str(shoots.listing_id), 0, 5_000)
                return False
            return True

        answers = await asyncio.gather(*(ask(place, one) for place, one in enumerate(baskets)))
        assert sum(answers) == 10
        assert await counts(town, shoots) == [(50_000, 0)]
        view = await get_stock(desk, town.suppliers[plenty.supplier_id], plenty.listing_id)
        assert view["promised"] == 10_000

    async def test_of_two_that_touch_each_has_its_own(self, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        december, january = WANTED + 5 * DAY, WANTED + 6 * DAY
        await put(town, shoots, (WANTED, december, 3_000), (january, january + 5 * DAY, 2_000))
        await ordered(town, shoots, 3_000, december)
        await ordered(town, shoots, 1_000, january)
        for day in (WANTED, december):
            with pytest.raises(SeasonShort) as refused:
                await ordered(town, shoots, 1_000, day)
            (told,) = refused.value.facts["listings"]
            assert (told["left"], told["asked"], told["window"]) == (
                *(0, 1_000),
                {"from_on": WANTED, "until_on": december},
            )
        with pytest.raises(SeasonShort):
            await ordered(town, shoots, 1_500, january)
        await ordered(town, shoots, 1_000, january + 5 * DAY)
        with pytest.raises(OutOfSeason):
            await ordered(town, shoots, 1_000, january + 6 * DAY)
        assert await counts(town, shoots) == [(3_000, 0), (2_000, 0)]

    async def test_beside_one_without_a_bound_lets_that_one_be(self, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 1_000), (WANTED + DAY, WANTED + DAY, None))
        await ordered(town, shoots, 90_000, WANTED + DAY)
        view = await get_stock(town.desk, town.suppliers[shoots.supplier_id], shoots.listing_id)
        assert [(one["quantity_max"], one["promised"], one["left"]) for one in view["windows"]] == [
            (1_000, 0, 1_000),
            (None, 90_000, None),
        ]

    async def test_is_given_back_what_comes_to_nothing(self, desk: Desk, clock: SettableClock, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 10_000))
        declined, cancelled, _, kept = [await ordered(town, shoots, 2_500) for _ in range(4)]
        assert await counts(town, shoots) == [(10_000, 0)]
        await decline_order(desk, declined.seller, declined.order_id, NO)
        assert await counts(town, shoots) == [(7_500, 2_500)]
        await cancel_order(desk, town.buyer, cancelled.order_id, CancelOrder(reason="改了菜单"))
        assert await counts(town, shoots) == [(5_000, 5_000)]
        await kept.confirm()
        clock.set(START + timedelta(days=40))
        while await lapse_unanswered(desk):
            pass
        assert await counts(town, shoots) == [(2_500, 7_500)]

    async def test_counts_what_was_confirmed_then_packed_and_keeps_what_left(self, desk: Desk, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 10_000))
        walk = await ordered(town, shoots, 10_000)
        line_id = (await get_order(desk, town.buyer, walk.order_id))["lines"][0]["line_id"]
        less = {"lines": [{"line_id": line_id, "confirmed_quantity": 8_000, "reason": "只有八公斤"}]}
        walk.view = await confirm_order(desk, walk.seller, walk.order_id, ConfirmOrder.model_validate(less))
        assert await counts(town, shoots) == [(8_000, 2_000)]
        await walk.pack(7_600)
        assert await counts(town, shoots) == [(7_600, 2_400)]
        await walk.pack(8_200)
        assert await counts(town, shoots) == [(8_200, 1_800)]
        await walk.ship()
        assert await counts(town, shoots) == [(8_200, 1_800)]
        await walk.accept(8_200)
        assert await counts(town, shoots) == [(8_200, 1_800)]
        with pytest.raises(SeasonShort):
            await ordered(town, shoots, 2_000)
        await ordered(town, shoots, 1_500)

    async def test_put_or_lowered_later_counts_what_is_promised_already(self, town: Town) -> None:
        shoots = await town.goods(name="冬笋")
        walk = await ordered(town, shoots, 4_000)
        gone = await ordered(town, shoots, 3_000)
        await decline_order(town.desk, gone.seller, gone.order_id, NO)
        await ordered(town, shoots, 2_000, WANTED + DAY)
        told = await put(town, shoots, (WANTED, WANTED, 5_000), (WANTED + DAY, WANTED + DAY, 5_000))
        assert [(one["promised"], one["left"]) for one in told] == [(4_000, 1_000), (2_000, 3_000)]
        told = await put(town, shoots, (WANTED, WANTED + DAY, 3_000))
        assert [(one["promised"], one["left"]) for one in told] == [(6_000, 0)]
        with pytest.raises(SeasonShort):
            await ordered(town, shoots, 1_000)
        await walk.confirm()
        await walk.pack(4_200)  # What is promised stays so, to its tolerance too.
        assert await counts(town, shoots) == [(6_200, 0)]
        async with untouched(town.desk):
            await put(town, shoots, (WANTED, WANTED + DAY, 3_000))
        assert await put(town, shoots) == []
        await ordered(town, shoots, 1_000)

    async def test_lowered_while_others_buy_promises_no_more_than_one_of_both_bounds(
        self, desk: Desk, town: Town
    ) -> None:
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 20_000))
        baskets = [await town.basket((shoots, 1_000)) for _ in range(30)]

        async def ask(basket_id: UUID) -> bool:
            try:
                await put_requisition(desk, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
            except SeasonShort:
                return False
            return True

        answers, _ = await asyncio.gather(
            asyncio.gather(*(ask(one) for one in baskets)), put(town, shoots, (WANTED, WANTED, 6_000))
        )
        taken = 1_000 * sum(answers)
        assert 6_000 <= taken <= 20_000
        assert await counts(town, shoots) == [(taken, 0)]

    async def test_that_is_new_is_kept_by_whoever_waited_for_it(self, desk: Desk, town: Town) -> None:
        """A placing that began before the bound, and waits for the stock until it is there, keeps to it."""
        shoots = await town.goods(name="冬笋")
        basket_id = await town.basket((shoots, 2_000))
        asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        async with desk.uow.begin() as tx:
            await tx.execute(
                sa.update(stock)
                .where(stock.c.listing_id == shoots.listing_id)
                .values(
                    season=sa.text(f"'{{[{WANTED},{WANTED + DAY})}}'"),
                    windows=sa.text(f"ARRAY['[{WANTED},{WANTED + DAY})'::daterange]"),
                    window_max=[1_000],
                    window_promised=[0],
                )
            )
            waiting = asyncio.create_task(put_requisition(desk, town.buyer, new_id(), asked))
            while not await waiting_for_stock(desk):
                assert not waiting.done()
        with pytest.raises(SeasonShort):
            await waiting

    async def test_is_asked_for_before_an_approval_and_again_at_it(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 1_500))
        two = [await town.basket((shoots, 1_000)) for _ in range(2)]
        much = PutRequisition(basket_id=await town.basket((shoots, 2_000)), wanted_on=WANTED)
        async with untouched(desk):
            with pytest.raises(SeasonShort):
                await put_requisition(desk, town.buyer, new_id(), much)
        asks = [PutRequisition(basket_id=one, wanted_on=WANTED) for one in two]
        waits = [await put_requisition(desk, town.buyer, new_id(), one) for one in asks]
        approve = DecideRequisition(outcome=Decision.APPROVE)
        first, second = [UUID(one["requisition_id"]) for one in waits]
        assert (await decide_requisition(desk, town.approver, first, approve))["state"] == "placed"
        async with untouched(desk):
            with pytest.raises(SeasonShort):
                await decide_requisition(desk, town.approver, second, approve)
        await put(town, shoots, (WANTED, WANTED, 2_000))
        assert (await decide_requisition(desk, town.approver, second, approve))["state"] == "placed"
        assert await counts(town, shoots) == [(2_000, 0)]

    async def test_shows_buyers_what_is_left_only_where_it_is_less_than_they_ask_for(
        self, desk: Desk, town: Town
    ) -> None:
        shoots = await town.goods(name="冬笋")
        await put(town, shoots, (WANTED, WANTED, 1_500), (WANTED + DAY, WANTED + DAY, 5_000))
        view = await get_basket(desk, town.buyer, await town.basket((shoots, 2_000)))
        assert view["lines"][0]["windows"] == [
            {"from_on": WANTED, "until_on": WANTED, "left_quantity": 1_500},
            {"from_on": WANTED + DAY, "until_on": WANTED + DAY, "left_quantity": None},
        ]


class TestPuttingABound:
    @pytest.mark.parametrize(
        ("windows", "fields"),
        [
            (((WANTED, WANTED + DAY, 1_000), (WANTED + DAY, WANTED + 2 * DAY, None)), ["windows.1.from_on"]),
            (((WANTED + DAY, WANTED + 2 * DAY, 5), (WANTED, WANTED + 5 * DAY, 1_000)), ["windows.0.from_on"]),
            (((WANTED, WANTED, 1), (WANTED, WANTED, 1)), ["windows.1.from_on"]),
        ],
    )
    async def test_keeps_windows_apart_that_share_a_day(
        self, desk: Desk, town: Town, windows: tuple[tuple[date, date, int | None], ...], fields: list[str]
    ) -> None:
        shoots = await town.goods()
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await put(town, shoots, *windows)
        assert [one["field"] for one in refused.value.facts["errors"]] == fields

    @pytest.mark.parametrize("most", [0, -1, 10**18, "much", 1.5])
    def test_takes_no_figure_that_is_none(self, most: Any) -> None:
        with pytest.raises(ValueError, match="quantity_max"):
            bounded((WANTED, WANTED, most))

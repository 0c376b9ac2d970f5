"""What is told of a sale at a fair is held to the fair, the goods and the day; races end in one answer alone."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from services.order.domain.on_site import WAITING_MAX
from services.order.domain.on_site_refusals import BothSides, NoSuchSale, SaleDiffers, TooManySales
from services.order.domain.refusals import (
    AmountTooLarge,
    CanteenClosed,
    ListingChanged,
    NoSuchCanteen,
    NoSuchFair,
    StockShort,
    SupplierNotSelling,
)
from services.order.domain.states import OnSiteState
from services.order.store.on_site_tables import on_site_sales
from services.order.store.tables import orders
from services.order.usecases.answer_on_site_sale import expire_unanswered_sales
from services.order.usecases.desk import Desk
from services.order.usecases.get_stock import get_stock
from services.order.usecases.on_site_commands import ConfirmOnSiteSale, PutOnSiteSale
from services.order.usecases.on_site_view import get_on_site_sale, list_on_site_sales
from services.order.usecases.put_on_site_sale import put_on_site_sale
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.words import FairKind, FairState, Measure, SupplierState
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.money import AMOUNT_FEN_MAX
from shared.states import WrongState
from tests.build.on_site import DAY, TODAY, Stall, hold_fair
from tests.build.order import START, Town, an_identity, goods_facts, untouched


@pytest.fixture
async def stall(town: Town) -> Stall:
    return await Stall.open(town)


async def refused(stall: Stall, *lines: dict[str, Any], **told: Any) -> list[str]:
    """Tell a sale that is not taken; gives the fields that are wrong, and holds that nothing happened."""
    async with untouched(stall.desk):
        with pytest.raises(InvalidFields) as error:
            await stall.tell(*lines, **told)
    return [one["field"] for one in error.value.facts["errors"]]


async def count(desk: Desk, town: Town) -> int:
    async with desk.uow.glance() as tx:
        mine = sa.select(sa.func.count()).select_from(orders).where(orders.c.canteen_id == town.canteen_id)
        return int(await tx.value(mine))


class TestTheFair:
    async def test_is_one_that_admitted_the_seller_and_is_open_or_just_ended(self, stall: Stall, town: Town) -> None:
        mine = stall.ginger.supplier_id
        of_others = await hold_fair(town, new_id())
        announced = await hold_fair(town, mine, state=FairState.ANNOUNCED)
        reported = await hold_fair(town, mine, state=FairState.REPORTED)
        for fair_id in (new_id(), of_others, announced, reported):
            assert await refused(stall, fair_id=fair_id) == ["fair_id"]
        closed = await hold_fair(town, mine, state=FairState.CLOSED, ends_on=TODAY)
        assert (await stall.tell(fair_id=closed))["state"] == "waiting"

    async def test_is_no_livestream(self, stall: Stall, town: Town) -> None:
        mine = stall.ginger.supplier_id
        assert await refused(stall, fair_id=await hold_fair(town, mine, kind=FairKind.LIVESTREAM)) == ["fair_id"]
        relief = await hold_fair(town, mine, kind=FairKind.RELIEF)
        assert (await stall.tell(fair_id=relief))["state"] == "waiting"

    async def test_has_its_days_and_some_to_tell_what_was_sold(self, stall: Stall, clock: SettableClock) -> None:
        for day in (TODAY - 2 * DAY, TODAY + DAY, TODAY + 2 * DAY):
            assert await refused(stall, sold_on=day) == ["sold_on"]
        clock.set(START + timedelta(days=8))  # It ended a day after the start.
        assert (await stall.tell(sold_on=TODAY + DAY))["sold_on"] == TODAY + DAY
        assert await refused(stall, sold_on=TODAY + 2 * DAY) == ["sold_on"]
        clock.set(START + timedelta(days=9))
        assert await refused(stall) == ["sold_on"]


class TestTheGoods:
    async def test_are_the_sellers_own_in_a_version_that_was_on_sale(self, stall: Stall, town: Town) -> None:
        foreign = await town.goods()
        assert await refused(stall, stall.line(listing_id=foreign.listing_id)) == ["lines.0.listing_id"]
        assert await refused(stall, stall.line(listing_id=new_id())) == ["lines.0.listing_id"]
        assert await refused(stall, stall.line(), stall.line()) == ["lines.1.listing_id"]
        assert await refused(stall, stall.line(listing_version=2)) == ["lines.0.listing_version"]
        with pytest.raises(NotAllowed):
            await put_on_site_sale(stall.desk, stall.seller, new_id(), stall.told(supplier_id=foreign.supplier_id))

    async def test_are_judged_as_they_are_now(self, stall: Stall, town: Town) -> None:
        same = {"listing_id": stall.ginger.listing_id, "listing_version": 2, "price_fen": 900}
        await town.publish(goods_facts(stall.ginger.supplier_id, **same))
        old = await stall.tell()  # At yesterday's price, as a phone without network does.
        assert (old["lines"][0]["listing_version"], old["lines"][0]["listed_price_fen"]) == (1, 650)
        moved = {**same, "listing_version": 3, "origin_county_code": "430121"}
        await town.publish(goods_facts(stall.ginger.supplier_id, **moved))
        async with untouched(stall.desk):
            with pytest.raises(ListingChanged) as error:
                await stall.tell()
        changed = error.value.facts["listings"][0]
        assert {one["field"] for one in changed["changed"]} == {"price_fen", "origin_county_code"}
        await town.withdraw(goods_facts(stall.ginger.supplier_id, **moved))
        with pytest.raises(ListingChanged):
            await stall.tell(stall.line(listing_version=3))

    async def test_cost_at_least_a_fen_and_little_more_than_listed(self, stall: Stall) -> None:
        assert (await stall.tell(stall.line(price_fen=747)))["lines"][0]["price_fen"] == 747
        assert await refused(stall, stall.line(price_fen=748)) == ["lines.0.price_fen"]
        assert await refused(stall, stall.line(1, price_fen=1)) == ["lines.0.quantity"]
        for bent in ({"price_fen": 0}, {"price_fen": -1}, {"price_fen": AMOUNT_FEN_MAX + 1}, {"price_fen": 6.5}):
            with pytest.raises(ValidationError):
                stall.told(stall.line(**bent))

    async def test_come_to_no_more_than_an_order_can_be(self, town: Town) -> None:
        stall = await Stall.open(town, price_fen=10**14, unit_quantity=1)
        assert await refused(stall, stall.line(10**9, price_fen=10**14)) == ["lines.0.quantity"]
        other = await town.goods(stall.ginger.supplier_id, price_fen=10**14, unit_quantity=1)
        line = {"listing_id": other.listing_id}
        async with untouched(stall.desk):
            with pytest.raises(AmountTooLarge):
                await stall.tell(stall.line(6, price_fen=10**14), stall.line(6, price_fen=10**14, **line))

    async def test_are_weighed_as_the_scale_shows(self, stall: Stall, town: Town) -> None:
        scale: list[tuple[dict[str, Any], str]] = [
            ({"quantity": None}, "quantity"),
            ({"quantity": None, "tare_grams": 5}, "gross_grams"),
            ({"quantity": 5_000, "gross_grams": 5_100, "tare_grams": 200}, "quantity"),
            ({"quantity": None, "gross_grams": 100, "tare_grams": 100}, "tare_grams"),
        ]
        for told, field in scale:
            assert await refused(stall, stall.line(**told)) == [f"lines.0.{field}"]
        eggs = await Stall.open(town, measure=Measure.PIECE, unit_quantity=1, piece_grams=50)
        assert await refused(eggs, eggs.line(None, gross_grams=500)) == ["lines.0.gross_grams"]

    @pytest.mark.parametrize(
        "bent",
        [
            {"lines": []},
            {"note": "x\x00y"},
            {"note": "长" * 501},
            {"fund": "party"},
            {"sold_on": "yesterday"},
            {"canteen_id": "1"},
            {"secret": 1},
        ],
    )
    async def test_are_told_in_these_words_alone(self, stall: Stall, bent: dict[str, Any]) -> None:
        content = stall.told().model_dump(mode="json")
        with pytest.raises(ValidationError):
            PutOnSiteSale.model_validate({**content, **bent})

    @pytest.mark.parametrize("quantity", [0, -5, 10**9 + 1, 0.5, "many"])
    async def test_and_quantities_are_whole_and_bounded(self, stall: Stall, quantity: object) -> None:
        line = {"listing_id": stall.ginger.listing_id, "quantity": quantity}
        with pytest.raises(ValidationError):
            stall.told(stall.line(**line))
        with pytest.raises(ValidationError):
            ConfirmOnSiteSale.model_validate({"amount_fen": 1, "lines": [line]})


class TestWhoMay:
    async def test_sell_to_a_canteen_that_buys(self, stall: Stall, town: Town) -> None:
        async with untouched(stall.desk):
            with pytest.raises(NoSuchCanteen):
                await stall.tell(canteen_id=new_id())
        sale = await stall.tell()
        await town.heard_of(version=2, active=False)
        async with untouched(stall.desk):
            with pytest.raises(CanteenClosed):
                await stall.tell()
            with pytest.raises(CanteenClosed):
                await stall.confirm(sale)

    async def test_sell_at_all(self, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        waiting = await stall.confirm(await stall.tell(stall.line(900_000)))
        await town.a_supplier(SupplierState.SUSPENDED, 2, supplier_id=stall.ginger.supplier_id)
        async with untouched(stall.desk):
            with pytest.raises(SupplierNotSelling):
                await stall.tell()
            with pytest.raises(SupplierNotSelling):
                await stall.confirm(sale)
        assert (await stall.read(waiting))["state"] == "approving"

    async def test_tell_a_sale_under_an_id_of_their_own(self, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        rival = await Stall.open(town)
        async with untouched(stall.desk):
            with pytest.raises(NotAllowed):
                await rival.tell(sale_id=UUID(sale["on_site_sale_id"]))
        both = an_identity(Seat(Role.SELLER, stall.ginger.supplier_id), Seat(Role.SELLER, rival.ginger.supplier_id))
        with pytest.raises(SaleDiffers):
            await put_on_site_sale(stall.desk, both, UUID(sale["on_site_sale_id"]), rival.told())

    async def test_leave_a_sale_with_the_canteen_that_it_was_told_to(self, stall: Stall, town: Town) -> None:
        other = await Town(stall.desk).heard_of()
        sale = await stall.tell()
        for answer in (stall.read, stall.deny):  # Neither while it waits, nor once it was denied and may be told anew.
            await answer(sale)
            async with untouched(stall.desk):
                with pytest.raises(SaleDiffers):
                    await stall.tell(sale_id=UUID(sale["on_site_sale_id"]), canteen_id=other.canteen_id)
        async with untouched(stall.desk):
            with pytest.raises(NotAllowed):
                await get_on_site_sale(stall.desk, other.buyer, UUID(sale["on_site_sale_id"]))

    async def test_ask_for_what_there_is(self, stall: Stall, town: Town) -> None:
        nowhere = {"on_site_sale_id": str(new_id()), "amount_fen": 1, "lines": [stall.line()]}
        for ask in (stall.confirm, stall.deny, stall.withdraw, stall.read):
            with pytest.raises(NoSuchSale):
                await ask({**nowhere, "lines": [{"listing_id": new_id(), "quantity": 1}]})
        with pytest.raises(NoSuchFair):
            await list_on_site_sales(
                stall.desk, town.buyer, fair=new_id(), canteen=None, supplier=None, state=None, limit=1, cursor=None
            )
        with pytest.raises(NotAllowed):
            await get_on_site_sale(stall.desk, an_identity(), UUID((await stall.tell())["on_site_sale_id"]))

    async def test_tell_as_many_as_anybody_can_answer(self, stall: Stall) -> None:
        sale = await stall.tell()
        columns = ", ".join(column.name for column in on_site_sales.c if column.name != "sale_id")
        copies = (
            f"INSERT INTO on_site_sales (sale_id, {columns}) SELECT gen_random_uuid(), {columns}"  # noqa: S608
            " FROM on_site_sales, generate_series(2, :most) WHERE sale_id = :sale_id"
        )
        async with stall.desk.uow.begin() as tx:
            await tx.execute(sa.text(copies), {"most": WAITING_MAX, "sale_id": UUID(sale["on_site_sale_id"])})
        async with untouched(stall.desk):
            with pytest.raises(TooManySales):
                await stall.tell()


class TestRaces:
    async def test_two_sales_of_the_last_stock_are_one(self, desk: Desk, town: Town) -> None:
        stall = await Stall.open(town, stock=5_000)
        sales = [await stall.tell() for _ in range(4)]
        answers = await asyncio.gather(*(stall.confirm(sale) for sale in sales), return_exceptions=True)
        short = [one for one in answers if isinstance(one, StockShort)]
        assert len(short) == 3
        assert short[0].facts["listings"] == [
            {"listing_id": str(stall.ginger.listing_id), "name": "茶陵生姜", "left": 0, "asked": 5_000}
        ]
        stock = await get_stock(desk, stall.seller, stall.ginger.listing_id)
        assert (stock["on_hand"], stock["promised"], await count(desk, town)) == (0, 0, 1)
        states = sorted([(await stall.read(sale))["state"] for sale in sales])
        assert states == ["confirmed", "waiting", "waiting", "waiting"]

    async def test_promised_goods_are_not_sold_at_the_stall(self, town: Town) -> None:
        stall = await Stall.open(town, stock=6_000)
        await town.order((stall.ginger, 5_000))
        sale = await stall.tell()
        async with untouched(stall.desk):
            with pytest.raises(StockShort):
                await stall.confirm(sale)

    async def test_confirmed_and_withdrawn_is_one_of_both(self, desk: Desk, stall: Stall, town: Town) -> None:
        for done in range(6):
            sale = await stall.tell(stall.line(1_000))
            both = (stall.confirm(sale), stall.withdraw(sale))
            answers = await asyncio.gather(*(both if done % 2 else reversed(both)), return_exceptions=True)
            assert len([one for one in answers if isinstance(one, WrongState)]) == 1
            now = await stall.read(sale)
            assert (now["state"] == "confirmed") == (now["order_id"] is not None)
            assert now["state"] in ("confirmed", "withdrawn")

    async def test_confirmed_by_many_is_one_order(self, desk: Desk, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        other = an_identity(*town.buyer.seats, name="另一采购")
        asked = [town.buyer] * 3 + [other] * 3
        answers = await asyncio.gather(*(stall.confirm(sale, by) for by in asked), return_exceptions=True)
        told = [one for one in answers if isinstance(one, dict)]
        assert (len(told), await count(desk, town)) == (3, 1)
        assert len([one for one in answers if isinstance(one, WrongState)]) == 3
        assert len({one["order_id"] for one in told}) == 1

    async def test_told_at_once_under_one_id_is_one(self, desk: Desk, stall: Stall) -> None:
        sale_id = new_id()
        answers = await asyncio.gather(*(stall.tell(sale_id=sale_id) for _ in range(5)))
        assert {one["revision"] for one in answers} == {1}
        assert len(answers[0]["steps"]) == 1

    async def test_split_into_many_at_once_is_seen_as_one_day(self, desk: Desk, stall: Stall, town: Town) -> None:
        sales = [await stall.tell(stall.line(200_000)) for _ in range(5)]  # 2,400 yuan each; the limit is 10,000.
        await asyncio.gather(*(stall.confirm(sale) for sale in sales))
        states = sorted([(await stall.read(sale))["state"] for sale in sales])
        assert states == ["approving", "confirmed", "confirmed", "confirmed", "confirmed"]

    async def test_confirmed_as_it_expires_is_one_of_both(self, desk: Desk, stall: Stall, clock: SettableClock) -> None:
        sale = await stall.tell()
        clock.set(START + timedelta(days=8))
        await asyncio.gather(stall.confirm(sale), expire_unanswered_sales(desk), return_exceptions=True)
        now = await stall.read(sale)
        assert now["state"] in (OnSiteState.CONFIRMED, OnSiteState.EXPIRED)
        assert (now["state"] == "confirmed") == (now["order_id"] is not None)

    async def test_who_sells_there_never_answers_whatever_comes_first(self, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        both = an_identity(*town.buyer.seats, Seat(Role.SUPPLIER, stall.ginger.supplier_id))
        answers = await asyncio.gather(*(stall.confirm(sale, both) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in answers] == [BothSides] * 3

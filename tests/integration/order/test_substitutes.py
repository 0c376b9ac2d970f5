"""A seller offers goods in a line's place: they are promised, bounded by what was approved, and answered once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.order.api.open_contracting import written
from services.order.domain.confirming_refusals import (
    NoSuchSubstitute,
    SubstituteOver,
    SubstituteTooDear,
    SubstituteUnanswered,
)
from services.order.domain.refusals import NoSuchOrder, StockShort
from services.order.domain.season_refusals import SeasonShort
from services.order.usecases.answer_substitute import answer_substitute, refuse_silent_substitutes
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import AnswerSubstitute, CancelOrder, ConfirmOrder, PutSeason
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.put_season import put_season
from services.order.usecases.tell_releases import tell_release
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import Measure
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.ocds import faults
from tests.build.order import START, Town, Walk, said, untouched
from tests.integration.order.test_cards import payment, with_card
from tests.integration.order.test_life import fields, stock
from tests.integration.order.test_weighing import notices

YES, NO = AnswerSubstitute.model_validate({"outcome": "accept"}), AnswerSubstitute.model_validate({"outcome": "refuse"})


def an_offer(facts: ListingFacts, quantity: int, **other: Any) -> dict[str, Any]:
    return {
        "listing_id": facts.listing_id,
        "listing_version": facts.listing_version,
        "quantity": quantity,
        "price_fen": facts.price_fen,
        **other,
    }


async def offer(walk: Walk, *told: tuple[int, dict[str, Any] | None]) -> dict[str, Any]:
    """Confirm each line at this much, and offer that in its place."""
    walk.view = await get_order(walk.desk, walk.seller, walk.order_id)
    lines = [
        {"line_id": line_id, "confirmed_quantity": quantity, "reason": "遭了霜冻", "substitute": substitute}
        for line_id, (quantity, substitute) in zip(walk.line_ids(), told, strict=True)
    ]
    command = ConfirmOrder.model_validate({"lines": lines})
    walk.view = await confirm_order(walk.desk, walk.seller, walk.order_id, command)
    return walk.view


async def answered(walk: Walk, command: AnswerSubstitute = YES, which: int = 0) -> dict[str, Any]:
    substitute_id = UUID(walk.view["substitutes"][which]["substitute_id"])
    walk.view = await answer_substitute(walk.desk, walk.town.buyer, walk.order_id, substitute_id, command)
    return walk.view


@pytest.fixture
async def ginger(town: Town) -> ListingFacts:
    return await town.goods(stock=20_000)


@pytest.fixture
async def garlic(town: Town, ginger: ListingFacts) -> ListingFacts:
    """Goods of the same seller, from another county."""
    return await town.goods(
        ginger.supplier_id, stock=8_000, name="紫皮大蒜", origin_county_code="430225", listing_version=3
    )


@pytest.fixture
async def walk(town: Town, ginger: ListingFacts) -> Walk:
    """A placed order of five kilograms of ginger, 65.00 yuan."""
    return await town.an_order((ginger, 5_000))


class TestOffering:
    async def test_promises_it_releases_the_line_and_tells_the_buyer(
        self, desk: Desk, walk: Walk, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        view = await offer(walk, (2_000, an_offer(garlic, 3_000)))
        assert (view["state"], view["ordered_fen"], view["confirmed_fen"]) == ("confirmed", 6_500, 2_600)
        assert view["open_steps"] == ["cancel", "answer_substitute"]
        (told,) = view["substitutes"]
        assert (told["state"], told["amount_fen"], told["origin_county_code"]) == ("offered", 3_900, "430225")
        assert (told["line_id"], told["listing_version"]) == (view["lines"][0]["line_id"], 3)
        assert told["due_at"].startswith("2026-03-03T01:00:00")
        assert await stock(walk, ginger.listing_id) == (20_000, 2_000)
        assert await stock(walk, garlic.listing_id) == (8_000, 3_000)
        kinds = [kind for kind, _ in await notices(desk, walk)]
        assert kinds == ["order_changed_by_supplier", "substitute_offered"]

    async def test_waits_no_longer_than_the_goods_are_wanted(
        self, clock: SettableClock, walk: Walk, garlic: ListingFacts
    ) -> None:
        clock.set(START + timedelta(days=3))
        view = await offer(walk, (0, an_offer(garlic, 3_000)))
        assert view["substitutes"][0]["due_at"].startswith("2026-03-05T15:59:59")

    async def test_nothing_is_packed_meanwhile(self, desk: Desk, walk: Walk, garlic: ListingFacts) -> None:
        await offer(walk, (2_000, an_offer(garlic, 3_000)))
        async with untouched(desk):
            with pytest.raises(SubstituteUnanswered):
                await walk.pack(2_000)

    async def test_of_what_cannot_stand_there_is_refused(
        self, desk: Desk, town: Town, walk: Walk, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        eggs = await town.goods(ginger.supplier_id, measure=Measure.PIECE, unit_quantity=1, piece_grams=50)
        gone = await town.goods(ginger.supplier_id)
        await town.withdraw(gone)
        foreign = await town.goods()
        listing = "lines.0.substitute.listing_id"
        cases = [
            (2_000, an_offer(foreign, 2_000), listing),
            (2_000, an_offer(gone, 2_000), listing),
            (2_000, an_offer(garlic, 2_000, listing_id=new_id()), listing),
            (2_000, an_offer(ginger, 2_000), listing),
            (2_000, an_offer(eggs, 2_000), listing),
            (2_000, an_offer(garlic, 2_000, listing_version=2), "lines.0.substitute.listing_version"),
            (2_000, an_offer(garlic, 2_000, price_fen=649), "lines.0.substitute.price_fen"),
            (2_000, an_offer(garlic, 2_100), "lines.0.substitute.quantity"),
            (5_000, an_offer(garlic, 2_000), "lines.0.substitute"),
            (0, None, "lines"),
        ]
        async with untouched(desk):
            for quantity, told, field in cases:
                with pytest.raises(InvalidFields) as refused:
                    await offer(walk, (quantity, told))
                assert fields(refused) == [field], told

    async def test_of_the_same_goods_for_two_lines_is_refused(
        self, desk: Desk, town: Town, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        onion = await town.goods(ginger.supplier_id, name="洋葱")
        walk = await town.an_order((ginger, 5_000), (onion, 5_000))
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await offer(walk, (0, an_offer(garlic, 1_000)), (0, an_offer(garlic, 1_000)))
        assert fields(refused) == ["lines.1.substitute.listing_id"]

    async def test_above_what_was_approved_is_refused_to_the_fen(
        self, desk: Desk, town: Town, walk: Walk, ginger: ListingFacts
    ) -> None:
        dear = await town.goods(ginger.supplier_id, price_fen=1_300, step_quantity=1)
        async with untouched(desk):
            for confirmed, quantity in ((0, 2_501), (2_500, 1_251)):
                with pytest.raises(SubstituteTooDear) as refused:
                    await offer(walk, (confirmed, an_offer(dear, quantity)))
                assert refused.value.facts["approved_fen"] == (7_150 if confirmed == 0 else 3_575)
        view = await offer(walk, (2_500, an_offer(dear, 1_250)))
        assert view["substitutes"][0]["amount_fen"] == 3_250

    async def test_is_of_goods_that_are_there_and_in_season(self, desk: Desk, walk: Walk, garlic: ListingFacts) -> None:
        dear_stock = an_offer(garlic, 5_000)
        for windows, wrong in (
            ([{"from_on": "2026-04-01", "until_on": "2026-04-30"}], InvalidFields),
            ([{"from_on": "2026-03-01", "until_on": "2026-03-31", "quantity_max": 4_999}], SeasonShort),
        ):
            command = PutSeason.model_validate({"windows": windows, "reason": "时令"})
            await put_season(desk, walk.seller, garlic.listing_id, command)
            async with untouched(desk):
                with pytest.raises(wrong):
                    await offer(walk, (0, dear_stock))
        command = PutSeason.model_validate({"windows": [], "reason": "全年"})
        await put_season(desk, walk.seller, garlic.listing_id, command)
        other = await walk.town.an_order((garlic, 4_000))
        assert other.order_id != walk.order_id
        async with untouched(desk):
            with pytest.raises(StockShort):
                await offer(walk, (0, dear_stock))

    async def test_counts_in_its_season_when_that_is_counted_anew(
        self, desk: Desk, walk: Walk, garlic: ListingFacts
    ) -> None:
        await offer(walk, (0, an_offer(garlic, 4_000)))
        window = {"from_on": "2026-03-01", "until_on": "2026-03-31", "quantity_max": 6_000}
        command = PutSeason.model_validate({"windows": [window], "reason": "时令"})
        told = await put_season(desk, walk.seller, garlic.listing_id, command)
        assert told["windows"][0]["promised"] == 4_000
        await answered(walk, NO)
        async with desk.uow.glance() as tx:
            row = await tx.first(
                sa.text("SELECT window_promised FROM stock WHERE listing_id = :id"), {"id": garlic.listing_id}
            )
        assert row is not None
        assert row.window_promised == [0]


class TestAnswering:
    async def test_accepted_it_is_a_line_with_its_own_facts_through_to_the_ledger(
        self, desk: Desk, walk: Walk, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        await offer(walk, (0, an_offer(garlic, 5_000)))
        view = await answered(walk)
        assert (view["confirmed_fen"], view["ordered_fen"], view["open_steps"]) == (6_500, 6_500, ["cancel", "pack"])
        ordered, taken = view["lines"]
        assert taken["replaces_line_id"] == ordered["line_id"]
        assert taken["line_id"] == view["substitutes"][0]["substitute_id"]
        assert await stock(walk, garlic.listing_id) == (8_000, 5_000)
        moved = (await said(desk, walk.order_id, "order.moved"))[-1]
        assert (moved["state"], moved["amount_fen"], moved["version"]) == ("confirmed", 6_500, view["version"])
        assert view == await get_order(desk, walk.town.buyer, walk.order_id)
        release = orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))
        assert faults(release) == []
        assert [len(release[part][0]["items"]) for part in ("awards", "contracts")] == [1, 2]
        await walk.pack(0, 5_000)
        await walk.ship()
        assert await stock(walk, garlic.listing_id) == (3_000, 0)
        await walk.accept(0, 5_000)
        (event,) = await said(desk, walk.order_id, "acceptance.recorded")
        (line,) = event["lines"]
        assert (line["listing_version"], line["origin_county_code"], line["grams"]) == (3, "430225", 5_000)
        assert walk.view["kept_fen"] == 6_500
        assert (await stock(walk, ginger.listing_id))[1] == 0

    async def test_refused_it_is_for_others_again_and_the_seller_is_told(
        self, desk: Desk, walk: Walk, garlic: ListingFacts
    ) -> None:
        await offer(walk, (2_000, an_offer(garlic, 3_000)))
        view = await answered(walk, NO)
        assert (view["state"], view["confirmed_fen"], len(view["lines"])) == ("confirmed", 2_600, 1)
        assert view["substitutes"][0]["state"] == "refused"
        assert await stock(walk, garlic.listing_id) == (8_000, 0)
        assert (await notices(desk, walk))[-1][0] == "substitute_answered"
        await walk.pack(2_000)

    async def test_of_which_nothing_is_left_an_order_is_declined(
        self, desk: Desk, walk: Walk, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        await offer(walk, (0, an_offer(garlic, 3_000)))
        assert (await answered(walk, NO))["state"] == "declined"
        for goods, on_hand in ((ginger, 20_000), (garlic, 8_000)):
            assert await stock(walk, goods.listing_id) == (on_hand, 0)
        release = orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))
        assert (faults(release), release["contracts"][0]["status"]) == ([], "cancelled")

    async def test_silence_refuses_it_once_and_no_answer_comes_after(
        self, desk: Desk, clock: SettableClock, walk: Walk, garlic: ListingFacts
    ) -> None:
        await offer(walk, (2_000, an_offer(garlic, 3_000)))
        assert await refuse_silent_substitutes(desk) == 0
        clock.set(START + timedelta(hours=24))
        async with untouched(desk):
            for command in (YES, NO):
                with pytest.raises(SubstituteOver):
                    await answered(walk, command)
        assert [await refuse_silent_substitutes(desk) > 0 for _ in range(2)] == [True, False]
        view = await get_order(desk, walk.town.buyer, walk.order_id)
        assert (view["state"], view["substitutes"][0]["state"]) == ("confirmed", "lapsed")
        assert await stock(walk, garlic.listing_id) == (8_000, 0)
        assert (await notices(desk, walk))[-1] == (
            "substitute_answered",
            ["supplier", "seller", "packer", "helper", "buyer"],
        )

    async def test_is_one_answer_however_often_and_the_buyers_alone(
        self, desk: Desk, town: Town, walk: Walk, garlic: ListingFacts
    ) -> None:
        await offer(walk, (2_000, an_offer(garlic, 3_000)))
        substitute_id = UUID(walk.view["substitutes"][0]["substitute_id"])
        other = await town.an_order((garlic, 1_000))
        async with untouched(desk):
            for who in (walk.seller, town.finance, town.approver):
                with pytest.raises(NotAllowed):
                    await answer_substitute(desk, who, walk.order_id, substitute_id, YES)
            for order_id, wrong_id, wrong in (
                (walk.order_id, new_id(), NoSuchSubstitute),
                (other.order_id, substitute_id, NoSuchSubstitute),
                (new_id(), substitute_id, NoSuchOrder),
            ):
                with pytest.raises(wrong):
                    await answer_substitute(desk, town.buyer, order_id, wrong_id, YES)
        view = await answered(walk)
        async with untouched(desk):
            assert await answered(walk) == view
            with pytest.raises(WrongState):
                await answered(walk, NO)

    async def test_accepted_or_refused_or_cancelled_at_once_the_promise_ends_once(
        self, desk: Desk, town: Town, clock: SettableClock, ginger: ListingFacts, garlic: ListingFacts
    ) -> None:
        for turn in range(6):
            clock.set(START)
            walk = await town.an_order((ginger, 5_000))
            await offer(walk, (0, an_offer(garlic, 1_000)))
            substitute_id = UUID(walk.view["substitutes"][0]["substitute_id"])
            if turn % 2:
                clock.set(START + timedelta(hours=25))
            await asyncio.gather(
                *(answer_substitute(desk, town.buyer, walk.order_id, substitute_id, one) for one in (YES, NO)),
                refuse_silent_substitutes(desk),
                cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="停餐")),
                return_exceptions=True,
            )
            view = await get_order(desk, town.buyer, walk.order_id)
            assert view["state"] in ("cancelled", "declined")
            (_, promised) = await stock(walk, garlic.listing_id)
            assert (promised, view["substitutes"][0]["state"] != "offered") == (0, True)


class TestCards:
    async def test_hold_what_is_offered_too_and_are_charged_what_was_accepted(
        self, walk: Walk, garlic: ListingFacts
    ) -> None:
        await with_card(walk, amount_fen=6_500)
        view = await offer(walk, (2_000, an_offer(garlic, 3_000)))
        assert (view["payments"][0]["authorised_fen"], view["pending_fen"]) == (7_150, 2_600)
        assert (await answered(walk))["pending_fen"] == 6_500
        await walk.pack(2_000, 3_300)
        await walk.ship()
        await walk.accept(2_000, 3_300)
        assert (await payment(walk))["paid_fen"] == walk.view["kept_fen"] == 6_890

    async def test_of_an_order_of_which_nothing_is_left_are_let_go(self, walk: Walk, garlic: ListingFacts) -> None:
        await with_card(walk, amount_fen=6_500)
        await offer(walk, (0, an_offer(garlic, 3_000)))
        assert (await answered(walk, NO))["state"] == "declined"
        assert (await payment(walk))["state"] == "voided"

"""What the scale shows is what is accepted; what is off, or too much for one person, waits for another's yes."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.order.domain.refusals import (
    AcceptanceDiffers,
    NoSuchPhoto,
    NoSuchWeighing,
    PhotoDiffers,
    ReasonWanted,
    SameTwice,
    TooManyPhotos,
)
from services.order.usecases import put_scale_photo as photos
from services.order.usecases.accept_order import accept_order
from services.order.usecases.answer_weighing import agree_weight, let_silent_weighings_stand, second_weight
from services.order.usecases.commands import AcceptOrder, AnswerWeighing
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.put_scale_photo import get_scale_photo, put_scale_photo
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, OwnRequest, Role, Seat
from shared.contracts.words import Measure
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.media import FileKindUnknown
from shared.states import WrongState
from tests.build.catalog import a_photo
from tests.build.order import START, Town, Walk, an_identity, said, untouched

LIMIT_FEN = 1_000_000


def told(walk: Walk, *lines: dict[str, Any], **other: Any) -> AcceptOrder:
    """Write an acceptance by what is told of each line, in their order."""
    named = [{"line_id": line_id} | line for line_id, line in zip(walk.line_ids(), lines, strict=True)]
    return AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": named, **other})


async def accepted(walk: Walk, *lines: dict[str, Any], **other: Any) -> dict[str, Any]:
    walk.view = await accept_order(walk.desk, walk.town.buyer, walk.order_id, told(walk, *lines, **other))
    return walk.view


def fields(refused: pytest.ExceptionInfo[InvalidFields]) -> list[str]:
    return [error["field"] for error in refused.value.facts["errors"]]


async def notices(desk: Desk, walk: Walk) -> list[tuple[str, list[str]]]:
    raised = await said(desk, walk.order_id, "notice.raised")
    return [(one["kind"], [role for audience in one["audience"] for role in audience["roles"]]) for one in raised]


@pytest.fixture
async def shipped(town: Town) -> Walk:
    """Ten jin of ginger on their way, packed to the gram; a tenth more or less is agreed."""
    return await town.an_order((await town.goods(), 5_000), upto="shipped")


class TestTheScale:
    async def test_gross_less_tare_is_what_is_accepted(self, desk: Desk, shipped: Walk, clock: SettableClock) -> None:
        clock.set(START + timedelta(hours=5))
        view = await accepted(
            shipped,
            {"gross_grams": 5_320, "tare_grams": 340, "lot_number": "20260302-3"},
            weighed_at=START + timedelta(hours=4, microseconds=5),
        )
        line = view["lines"][0]
        # 4,980 g at 6.50 yuan a jin is 64.74 yuan.
        assert (line["accepted_quantity"], line["gross_grams"], line["tare_grams"]) == (4_980, 5_320, 340)
        assert (line["kept_fen"], line["lot_number"], view["state"]) == (6_474, "20260302-3", "accepted")
        assert view["acceptance"]["weighed_at"] == "2026-03-02T05:00:00+00:00"
        assert view == await get_order(desk, shipped.seller, shipped.order_id)
        (event,) = await said(desk, shipped.order_id, "acceptance.recorded")
        assert (event["weighed_at"], event["second_person"]) == ("2026-03-02T05:00:00Z", False)
        assert (event["lines"][0]["grams"], event["lines"][0]["lot_number"]) == (4_980, "20260302-3")

    async def test_the_packed_lot_stands_where_none_is_told(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="confirmed")
        await walk.pack(5_000, lots=["A-7"])
        await walk.ship()
        view = await walk.accept()
        assert view["lines"][0]["lot_number"] == "A-7"
        (event,) = await said(desk, walk.order_id, "acceptance.recorded")
        assert event["lines"][0]["lot_number"] == "A-7"

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            ({}, "accepted_quantity"),
            ({"tare_grams": 5}, "gross_grams"),
            ({"gross_grams": 100, "tare_grams": 101}, "tare_grams"),
            ({"gross_grams": 5_000, "accepted_quantity": 4_999}, "accepted_quantity"),
            ({"gross_grams": 5_501}, "accepted_quantity"),
            ({"accepted_quantity": 5_000, "refused_quantity": 501}, "refused_quantity"),
        ],
    )
    async def test_what_cannot_be_is_refused_by_its_field(
        self, desk: Desk, shipped: Walk, line: dict[str, Any], field: str
    ) -> None:
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await accepted(shipped, line)
        assert f"lines.0.{field}" in fields(refused)

    async def test_pieces_are_counted_and_never_off_by_one(self, desk: Desk, town: Town) -> None:
        eggs = await town.goods(
            measure=Measure.PIECE, unit_name="盒", unit_quantity=1, piece_grams=600, minimum_quantity=1, step_quantity=1
        )
        walk = await town.an_order((eggs, 5), upto="shipped")
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await accepted(walk, {"gross_grams": 3_000})
        assert fields(refused) == ["lines.0.gross_grams"]
        assert (await accepted(walk, {"accepted_quantity": 4}))["state"] == "weighed"
        assert (await walk.agree())["lines"][0]["kept_fen"] == 4 * 650

    @pytest.mark.parametrize(
        ("moment", "field"),
        [
            (START + timedelta(minutes=11), "weighed_at"),
            (START - timedelta(days=1), "weighed_at"),
        ],
    )
    async def test_a_moment_that_cannot_be_is_refused(
        self, desk: Desk, shipped: Walk, moment: datetime, field: str
    ) -> None:
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await accepted(shipped, {"gross_grams": 5_000}, weighed_at=moment)
        assert fields(refused) == [field]

    async def test_a_clock_that_is_a_little_ahead_weighs_now(self, shipped: Walk) -> None:
        view = await accepted(shipped, {"gross_grams": 5_000}, weighed_at=START + timedelta(minutes=9))
        assert view["acceptance"]["weighed_at"] == "2026-03-02T01:00:00+00:00"

    async def test_sent_three_times_and_late_by_a_phone_it_is_one(
        self, desk: Desk, shipped: Walk, clock: SettableClock
    ) -> None:
        command = told(shipped, {"gross_grams": 5_200, "tare_grams": 200}, weighed_at=START)
        clock.set(START + timedelta(days=2))
        first, *others = await asyncio.gather(
            *(accept_order(desk, shipped.town.buyer, shipped.order_id, command) for _ in range(3))
        )
        assert others == [first] * 2
        assert (first["acceptance"]["accepted_on"], first["kept_fen"]) == ("2026-03-02", 6_500)
        assert len(await said(desk, shipped.order_id, "acceptance.recorded")) == 1
        async with untouched(desk):
            line = {"line_id": shipped.line_ids()[0], "gross_grams": 5_201, "tare_grams": 201}
            with pytest.raises(AcceptanceDiffers):
                await accept_order(
                    desk,
                    shipped.town.buyer,
                    shipped.order_id,
                    AcceptOrder.model_validate({"acceptance_id": command.acceptance_id, "lines": [line]}),
                )


class TestRefusedAtTheDoor:
    async def test_needs_nobodys_yes(self, desk: Desk, shipped: Walk) -> None:
        line = {"accepted_quantity": 3_000, "refused_quantity": 2_000, "reason": "两斤腐烂"}
        view = await accepted(shipped, line)
        assert (view["state"], view["kept_fen"], view["lines"][0]["refused_quantity"]) == (
            "partly_accepted",
            3_900,
            2_000,
        )
        assert view["open_steps"] == ["return", "credit", "pay"]
        assert view == await get_order(desk, shipped.seller, shipped.order_id)

    async def test_of_one_line_whole_is_in_part(self, town: Town) -> None:
        ginger = await town.goods()
        walk = await town.an_order((ginger, 5_000), (await town.goods(ginger.supplier_id), 2_000), upto="shipped")
        view = await accepted(walk, {"accepted_quantity": 5_000}, {"accepted_quantity": 0, "reason": "变质"})
        assert (view["state"], [line["refused_quantity"] for line in view["lines"]]) == ("partly_accepted", [0, 2_000])


class TestOffTheTolerance:
    async def test_is_a_delivery_that_is_missing_whole(self, desk: Desk, shipped: Walk) -> None:
        view = await accepted(shipped, {"accepted_quantity": 0, "refused_quantity": 0, "reason": "没有送到"})
        assert (view["state"], view["weighing"]["wants_seller"], view["weighing"]["wants_second"]) == (
            "weighed",
            True,
            False,
        )
        assert await notices(desk, shipped) == [("weight_to_agree", ["supplier", "packer", "helper"])]
        view = await shipped.agree()
        assert (view["state"], view["kept_fen"]) == ("refused", 0)

    @pytest.mark.parametrize(("grams", "state"), [(4_500, "accepted"), (4_499, "weighed"), (5_500, "accepted")])
    async def test_begins_at_the_first_gram_beyond(self, shipped: Walk, grams: int, state: str) -> None:
        assert (await accepted(shipped, {"gross_grams": grams}))["state"] == state

    async def test_a_tolerance_of_nothing_lets_nothing_through(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 100_000), upto="shipped", tolerance_bp=0)
        assert (await accepted(walk, {"gross_grams": 99_999}))["state"] == "weighed"

    async def test_waits_for_the_seller_and_books_nothing_until_then(self, desk: Desk, shipped: Walk) -> None:
        view = await accepted(shipped, {"gross_grams": 4_000, "reason": "少一公斤"})
        assert (view["state"], view["kept_fen"], view["acceptance"]) == ("weighed", 0, None)
        assert view["open_steps"] == ["accept", "agree_weight"]
        assert (view["weighing"]["wants_seller"], view["weighing"]["wants_second"]) == (True, False)
        assert view["weighing"]["lines"][0]["off"] is True
        assert await notices(desk, shipped) == [("weight_to_agree", ["supplier", "packer", "helper"])]
        assert await said(desk, shipped.order_id, "acceptance.recorded") == []
        view = await shipped.agree()
        assert (view["state"], view["kept_fen"], view["weighing"]) == ("accepted", 5_200, None)
        assert view["acceptance"]["accepted_by_name"] == "王采购"
        (event,) = await said(desk, shipped.order_id, "acceptance.recorded")
        assert event["lines"][0]["grams"] == 4_000
        yes = AnswerWeighing(acceptance_id=view["acceptance"]["acceptance_id"], outcome="agree")
        async with untouched(desk):
            assert await agree_weight(desk, shipped.seller, shipped.order_id, yes) == view

    async def test_an_objection_has_it_weighed_again(self, desk: Desk, shipped: Walk) -> None:
        command = told(shipped, {"gross_grams": 4_000})
        shipped.view = await accept_order(desk, shipped.town.buyer, shipped.order_id, command)
        async with untouched(desk):
            with pytest.raises(ReasonWanted):
                await shipped.agree("object")
        no = shipped.yes("object", "出库时五公斤")
        view = await agree_weight(desk, shipped.seller, shipped.order_id, no)
        assert (view["state"], view["weighing"], view["steps"][-1]["reason"]) == ("shipped", None, "出库时五公斤")
        async with untouched(desk):  # The phone sends the first one again: it was heard, and is over.
            assert (await accept_order(desk, shipped.town.buyer, shipped.order_id, command))["state"] == "shipped"
            with pytest.raises(WrongState):
                await agree_weight(desk, shipped.seller, shipped.order_id, shipped.yes())
        view = await accepted(shipped, {"gross_grams": 4_980})
        assert (view["state"], view["kept_fen"]) == ("accepted", 6_474)

    async def test_the_buyer_corrects_what_waits(self, desk: Desk, shipped: Walk) -> None:
        before = await accepted(shipped, {"gross_grams": 498})
        assert (await accepted(shipped, {"gross_grams": 4_980}))["state"] == "accepted"
        yes = AnswerWeighing(acceptance_id=before["weighing"]["acceptance_id"], outcome="agree")
        async with untouched(desk):
            with pytest.raises(WrongState):
                await agree_weight(desk, shipped.seller, shipped.order_id, yes)

    async def test_silence_lets_it_stand_after_three_days(
        self, desk: Desk, shipped: Walk, clock: SettableClock
    ) -> None:
        await accepted(shipped, {"gross_grams": 4_000})
        clock.set(START + timedelta(days=3) - timedelta(seconds=1))
        async with untouched(desk):
            assert await let_silent_weighings_stand(desk) == 0
        clock.set(START + timedelta(days=3))
        await asyncio.gather(*(let_silent_weighings_stand(desk) for _ in range(3)))
        view = await get_order(desk, shipped.seller, shipped.order_id)
        assert (view["state"], view["kept_fen"], view["acceptance"]["accepted_on"]) == ("accepted", 5_200, "2026-03-02")
        assert [(step["step"], step["account_id"]) for step in view["steps"][-2:]] == [
            ("agree_seller", None),
            ("accept", None),
        ]
        assert len(await said(desk, shipped.order_id, "acceptance.recorded")) == 1

    async def test_only_the_seller_of_the_order_answers(self, desk: Desk, town: Town, shipped: Walk) -> None:
        await accepted(shipped, {"gross_grams": 4_000})
        other = town.suppliers[await town.a_supplier()]
        async with untouched(desk):
            for who in (town.buyer, town.finance, other, an_identity()):
                with pytest.raises(NotAllowed):
                    await agree_weight(desk, who, shipped.order_id, shipped.yes())
            with pytest.raises(NoSuchWeighing):
                await second_weight(desk, town.finance, shipped.order_id, shipped.yes())
            strange = AnswerWeighing.model_validate({"acceptance_id": new_id(), "outcome": "agree"})
            with pytest.raises(NoSuchWeighing):
                await agree_weight(desk, shipped.seller, shipped.order_id, strange)

    async def test_of_a_yes_and_a_no_at_once_one_counts(self, desk: Desk, shipped: Walk) -> None:
        await accepted(shipped, {"gross_grams": 4_000})
        answers = [shipped.yes(), shipped.yes("object", "不对")] * 3
        done = await asyncio.gather(
            *(agree_weight(desk, shipped.seller, shipped.order_id, one) for one in answers), return_exceptions=True
        )
        outcomes = {one["state"] for one in done if isinstance(one, dict)}
        assert outcomes in ({"accepted"}, {"shipped"})
        assert len(await said(desk, shipped.order_id, "acceptance.recorded")) == (outcomes == {"accepted"})


class TestTwoPersons:
    @pytest.fixture
    async def wide(self, desk: Desk) -> Town:
        """A unit that may order 50,000 yuan at once."""
        return await Town(desk, limit_fen=5_000_000).heard_of()

    async def test_are_wanted_above_a_days_sum_however_it_is_split(self, desk: Desk, wide: Town) -> None:
        ginger = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        other = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        first = await wide.an_order((ginger, 6_000), upto="shipped")
        second = await wide.an_order((ginger, 4_000), upto="shipped")
        third = await wide.an_order((ginger, 1_000), upto="shipped")
        elsewhere = await wide.an_order((other, 10_000), upto="shipped")
        assert (await first.accept())["state"] == "accepted"
        assert (await second.accept())["state"] == "accepted"  # 10,000 yuan to the fen.
        view = await third.accept()
        assert (view["state"], view["weighing"]["wants_second"]) == ("weighed", True)
        assert view["open_steps"] == ["accept", "second_weight"]
        assert await notices(desk, third) == [("second_person_wanted", ["buyer", "approver", "finance"])]
        assert (await elsewhere.accept())["state"] == "accepted"

    async def test_are_wanted_though_orders_come_at_once(self, desk: Desk, wide: Town) -> None:
        ginger = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        walks = [await wide.an_order((ginger, 3_000), upto="shipped") for _ in range(6)]
        views = await asyncio.gather(*(walk.accept() for walk in walks))
        assert sorted(view["state"] for view in views) == ["accepted"] * 3 + ["weighed"] * 3

    async def test_begin_anew_the_next_day(self, wide: Town, clock: SettableClock) -> None:
        ginger = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        walks = [await wide.an_order((ginger, 10_000), upto="shipped") for _ in range(2)]
        assert (await walks[0].accept())["state"] == "accepted"
        clock.set(datetime.fromisoformat("2026-03-02T16:00:00+00:00"))  # Midnight in Shanghai.
        assert (await walks[1].accept())["state"] == "accepted"

    @pytest.mark.parametrize("dated", [0, 1])
    async def test_are_wanted_though_midnight_or_a_date_lies_between(
        self, wide: Town, clock: SettableClock, dated: int
    ) -> None:
        """What comes second counts in the day that it is dated, and in the day on which it is told."""
        ginger = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        first, second = [await wide.an_order((ginger, 10_000), upto="shipped") for _ in range(2)]
        if dated:  # Both are told today, the first as of yesterday.
            clock.set(datetime.fromisoformat("2026-03-02T16:00:00+00:00"))
            assert (await first.accept(accepted_on=START.date()))["state"] == "accepted"
            assert (await second.accept())["state"] == "weighed"
        else:
            assert (await first.accept())["state"] == "accepted"
            clock.set(datetime.fromisoformat("2026-03-02T16:00:00+00:00"))
            assert (await second.accept(accepted_on=START.date()))["state"] == "weighed"

    async def test_are_wanted_still_when_it_is_weighed_again_the_next_day(
        self, wide: Town, clock: SettableClock
    ) -> None:
        ginger = await wide.goods(price_fen=100_000, unit_quantity=1_000)
        first, second = [await wide.an_order((ginger, 6_000), upto="shipped") for _ in range(2)]
        assert (await first.accept())["state"] == "accepted"
        assert (await second.accept())["state"] == "weighed"
        clock.set(datetime.fromisoformat("2026-03-02T16:00:00+00:00"))
        assert (await second.accept())["state"] == "weighed"

    async def test_are_two(self, desk: Desk, wide: Town) -> None:
        walk = await wide.an_order((await wide.goods(price_fen=1_000_000), 1_000), upto="shipped")
        await walk.accept()
        colleague = an_identity(Seat(Role.BUYER, wide.canteen_id, wide.path), name="刘第二")
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await second_weight(desk, wide.buyer, walk.order_id, walk.yes())
            for who in (walk.seller, an_identity()):
                with pytest.raises(NotAllowed):
                    await second_weight(desk, who, walk.order_id, walk.yes())
            with pytest.raises(NoSuchWeighing):
                await agree_weight(desk, walk.seller, walk.order_id, walk.yes())
        view = await second_weight(desk, colleague, walk.order_id, walk.yes())
        assert (view["state"], view["kept_fen"]) == ("accepted", 2_000_000)
        acceptance = view["acceptance"]
        assert (acceptance["accepted_by_name"], acceptance["second_by_name"]) == ("王采购", "刘第二")
        (event,) = await said(desk, walk.order_id, "acceptance.recorded")
        assert event["second_person"] is True

    async def test_and_the_seller_each_say_yes_where_it_is_off_too(self, desk: Desk, wide: Town) -> None:
        walk = await wide.an_order((await wide.goods(price_fen=1_000_000), 1_000), upto="shipped")
        await walk.accept(800)
        both = replace(walk.seller, seats=(*walk.seller.seats, Seat(Role.FINANCE, wide.unit_id, wide.path)))
        yes = walk.yes()
        view = await agree_weight(desk, both, walk.order_id, yes)
        assert (view["state"], view["open_steps"]) == ("weighed", ["accept", "second_weight"])
        async with untouched(desk):
            with pytest.raises(SameTwice):
                await second_weight(desk, both, walk.order_id, yes)
        assert (await second_weight(desk, wide.finance, walk.order_id, yes))["kept_fen"] == 1_600_000

    async def test_are_apart_whatever_seats_one_has(self, desk: Desk, wide: Town) -> None:
        """Who weighed says no yes as the seller, nor does who was the second person."""
        walk = await wide.an_order((await wide.goods(price_fen=1_000_000), 1_000), upto="shipped")
        await walk.accept(800)
        yes = walk.yes()
        weigher = replace(wide.buyer, seats=(*wide.buyer.seats, *walk.seller.seats))
        both = replace(walk.seller, seats=(*walk.seller.seats, Seat(Role.FINANCE, wide.unit_id, wide.path)))
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await agree_weight(desk, weigher, walk.order_id, yes)
        await second_weight(desk, both, walk.order_id, yes)
        async with untouched(desk):
            with pytest.raises(SameTwice):
                await agree_weight(desk, both, walk.order_id, yes)

    async def test_silence_of_the_seller_is_no_second_person(
        self, desk: Desk, wide: Town, clock: SettableClock
    ) -> None:
        walk = await wide.an_order((await wide.goods(price_fen=1_000_000), 1_000), upto="shipped")
        await walk.accept(800)
        clock.set(START + timedelta(days=4))
        assert await let_silent_weighings_stand(desk) >= 1
        assert (await get_order(desk, wide.buyer, walk.order_id))["state"] == "weighed"
        async with untouched(desk):
            assert await let_silent_weighings_stand(desk) == 0

    async def test_an_objection_gives_the_days_sum_back(self, desk: Desk, wide: Town) -> None:
        ginger = await wide.goods(price_fen=1_000_000)
        walk = await wide.an_order((ginger, 1_000), upto="shipped")
        await walk.accept()
        await second_weight(desk, wide.finance, walk.order_id, walk.yes("object", "秤没有归零"))
        small = await wide.an_order((ginger, 1_000), upto="confirmed")
        await small.pack(500)
        await small.ship()
        assert (await small.accept())["state"] == "accepted"  # 10,000 yuan, to the fen.


class TestPhotosOfTheScale:
    def a_photo_from_somewhere(self) -> bytes:
        out = BytesIO()
        exif = Image.Exif()
        exif[0x010E] = "茶陵县食堂后门"
        Image.new("RGB", (64, 48), "white").save(out, "JPEG", exif=exif)
        return out.getvalue()

    async def put(self, walk: Walk, photo_id: UUID, body: bytes, line: UUID | None = None) -> dict[str, Any]:
        return await put_scale_photo(walk.desk, walk.town.buyer, walk.order_id, photo_id, line, body)

    async def test_are_kept_without_where_they_were_taken(self, desk: Desk, shipped: Walk) -> None:
        photo_id, body = new_id(), self.a_photo_from_somewhere()
        view = await self.put(shipped, photo_id, body, shipped.line_ids()[0])
        assert [(one["photo_id"], one["line_id"]) for one in view["scale_photos"]] == [
            (str(photo_id), str(shipped.line_ids()[0]))
        ]
        async with untouched(desk):
            assert await self.put(shipped, photo_id, body, shipped.line_ids()[0]) == view
            with pytest.raises(PhotoDiffers):
                await self.put(shipped, photo_id, a_photo())
        found = await get_scale_photo(desk, shipped.seller, shipped.order_id, photo_id)
        with Image.open(BytesIO(found.body)) as image:
            assert (image.size, dict(image.getexif())) == ((64, 48), {})

    async def test_are_refused_where_they_do_not_belong(self, desk: Desk, town: Town, shipped: Walk) -> None:
        early = await town.an_order((await town.goods(), 5_000))
        other = an_identity(Seat(Role.BUYER, new_id(), "/430000/430300/1/"))
        async with untouched(desk):
            with pytest.raises(FileKindUnknown):
                await self.put(shipped, new_id(), b"<svg/>")
            with pytest.raises(InvalidFields):
                await self.put(shipped, new_id(), a_photo(), new_id())
            with pytest.raises(WrongState):
                await self.put(early, new_id(), a_photo())
            with pytest.raises(NotAllowed):
                await put_scale_photo(desk, other, shipped.order_id, new_id(), None, a_photo())
            with pytest.raises(NotAllowed):
                await put_scale_photo(desk, shipped.seller, shipped.order_id, new_id(), None, a_photo())
            with pytest.raises(NoSuchPhoto):
                await get_scale_photo(desk, shipped.seller, shipped.order_id, new_id())

    async def test_are_bounded(self, desk: Desk, shipped: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(photos, "PHOTOS_MAX", 2)
        done = await asyncio.gather(*(self.put(shipped, new_id(), a_photo()) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(one, TooManyPhotos) for one in done) == 2

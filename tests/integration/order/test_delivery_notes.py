"""A delivery note says what is in the boxes and for whom, to both sides and nobody else, a name being a name."""

import re
from typing import Any

import pytest

from services.order.api.delivery_notes import DeliveryNote
from services.order.domain.delivery_note import NothingToDeliver
from services.order.domain.refusals import NoSuchOrder
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, DeclineOrder
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.read_delivery_note import print_delivery_note, read_delivery_note
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Measure
from shared.ids import new_id
from tests.build.order import Town, Walk, untouched
from tests.build.paper_text import pages_of
from tests.build.region import HOSTILE
from tests.integration.order.test_http import Caller, app, call

__all__ = ["app", "call"]
COUNTED: dict[str, Any] = {
    "measure": Measure.PIECE,
    "unit_name": "枚",
    **dict.fromkeys(("unit_quantity", "minimum_quantity", "step_quantity"), 1),
}


async def note_of(walk: Walk) -> dict[str, Any]:
    """Read an order's note as its seller, and hold it to what is documented."""
    async with untouched(walk.desk):
        note = await read_delivery_note(walk.desk, walk.seller, walk.order_id)
    assert DeliveryNote.model_validate(note).model_dump(mode="json").keys() == note.keys()
    return note


class TestDeliveryNote:
    async def test_says_what_is_in_the_boxes(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(name="茶陵生姜")
        eggs = await town.goods(ginger.supplier_id, name="土鸡蛋", piece_grams=50, **COUNTED)
        walk = await town.an_order((ginger, 10_000), (eggs, 30), upto="confirmed")
        await walk.pack(9_876, 30, lots=("A-3", ""))
        note = await note_of(walk)
        assert (note["number"], note["state"]) == (str(walk.order_id)[-8:].upper(), "packed")
        assert note["url"] == f"{desk.public_url}/orders/{walk.order_id}"
        assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", note["check_code"])
        shown = [
            (line["name"], line["ordered_quantity"], line["packed_quantity"], line["packed_grams"], line["lot_number"])
            for line in note["lines"]
        ]
        assert shown == [("茶陵生姜", 10_000, 9_876, 9_876, "A-3"), ("土鸡蛋", 30, 30, 1_500, "")]
        assert (note["packed_grams"], note["packed_pieces"], note["shipment"]) == (9_876, 30, None)
        assert {name for name in (*note, *note["lines"][0]) if "fen" in name or "price" in name} == set()
        named = {one["side"]: one["name"] for one in note["signatures"]}
        assert named == {"sender": walk.seller.name, "carrier": None, "receiver": None, "second_receiver": None}

    async def test_is_told_by_what_left_and_by_what_arrived(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="packed")
        packed = await note_of(walk)
        await walk.ship()
        left = await note_of(walk)
        assert (left["shipment"]["carrier"], left["check_code"]) == ("自送", packed["check_code"])
        await walk.accept(9_990)
        arrived = await note_of(walk)
        assert [(one["packed_quantity"], one["accepted_quantity"]) for one in arrived["lines"]] == [(10_000, 9_990)]
        named = {one["side"]: one["name"] for one in arrived["signatures"]}
        assert (named["carrier"], named["receiver"]) == ("自送", town.buyer.name)
        assert arrived["check_code"] == packed["check_code"]

    @pytest.mark.parametrize(("grams", "lot"), [(9_999, "A"), (10_000, "B")], ids=["another weight", "another lot"])
    async def test_has_another_code_once_it_is_packed_anew(self, town: Town, grams: int, lot: str) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="confirmed")
        codes = []
        for packed, of in ((10_000, "A"), (10_000, "A"), (grams, lot)):
            await walk.pack(packed, lots=(of,))
            codes.append((await note_of(walk))["check_code"])
        assert codes[0] == codes[1] != codes[2]

    async def test_is_not_there_before_packing_nor_for_what_came_to_nothing(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=99_000)
        placed, confirmed = [await town.an_order((ginger, 5_000), upto=state) for state in ("placed", "confirmed")]
        declined, cancelled = [await town.an_order((ginger, 5_000)) for _ in range(2)]
        await decline_order(desk, declined.seller, declined.order_id, DeclineOrder(reason="连日暴雨"))
        await cancel_order(desk, town.buyer, cancelled.order_id, CancelOrder(reason="停餐"))
        for walk, state in (
            *((placed, "placed"), (confirmed, "confirmed")),
            *((declined, "declined"), (cancelled, "cancelled")),
        ):
            async with untouched(desk):
                with pytest.raises(NothingToDeliver) as refused:
                    await read_delivery_note(desk, walk.seller, walk.order_id)
            assert refused.value.facts["state"] == state

    async def test_is_read_by_both_sides_and_nobody_else(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="packed")
        stranger = town.suppliers[(await town.goods()).supplier_id]
        elsewhere = await Town(desk).heard_of()
        for who in (walk.seller, town.buyer):
            assert (await read_delivery_note(desk, who, walk.order_id))["number"] == str(walk.order_id)[-8:].upper()
        for who in (stranger, elsewhere.buyer):
            async with untouched(desk):
                with pytest.raises(NotAllowed):
                    await read_delivery_note(desk, who, walk.order_id)
        with pytest.raises(NoSuchOrder):
            await read_delivery_note(desk, walk.seller, new_id())


class TestOnPaper:
    @pytest.mark.parametrize(
        ("language", "says"),
        [
            ("zh", ("送货单", "核对码", "茶陵生姜", "9.876公斤", "A-3", "30枚", "第1页，共1页", "收货人")),
            ("en", ("Deliverynote", "Checkcode", "茶陵生姜", "9.876kg", "A-3", "30枚", "Page1of1", "Receivedby")),
        ],
    )
    async def test_says_the_same_in_both_languages(
        self, desk: Desk, town: Town, language: str, says: tuple[str, ...]
    ) -> None:
        ginger = await town.goods(name="茶陵生姜")
        eggs = await town.goods(ginger.supplier_id, name="土鸡蛋", **COUNTED)
        walk = await town.an_order((ginger, 10_000), (eggs, 30), upto="confirmed")
        await walk.pack(9_876, 30, lots=("A-3", ""))
        note = await note_of(walk)
        (page,) = pages_of(await print_delivery_note(desk, note, language))
        for piece in (*says, note["number"], note["check_code"], f"/orders/{walk.order_id}"):
            assert piece in page, piece
        assert "¥" not in page

    async def test_takes_no_name_for_markup_and_goes_on_over_pages(self, desk: Desk, town: Town) -> None:
        first = await town.goods(name=HOSTILE)
        more = [await town.goods(first.supplier_id, name=f"{number} {HOSTILE}") for number in range(30)]
        walk = await town.an_order(*((goods, 5_000) for goods in (first, *more)), upto="confirmed")
        await walk.pack(*([5_000] * 31), lots=["#lorem(9) $x$"] * 31)
        pages = pages_of(await print_delivery_note(desk, await note_of(walk), "zh"))
        assert len(pages) > 1
        text = "".join(pages)
        assert "root:" not in text
        assert text.count("#lorem(9)$x$") == 31
        assert all(str(walk.order_id) in page for page in pages)


class TestAtTheDoor:
    async def test_it_is_given_as_json_and_as_paper(self, call: Caller, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="packed")
        path = f"/orders/{walk.order_id}/delivery-note"
        told = await call(town.buyer, "GET", path)
        assert (told.status_code, told.json()["packed_grams"]) == (200, 10_000)
        paper = await call(town.buyer, "GET", f"{path}?format=pdf", headers={"accept-language": "en"})
        assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
        assert told.json()["number"] in paper.headers["content-disposition"]
        assert "Deliverynote" in pages_of(paper.content)[0]
        in_chinese = await call(town.buyer, "GET", f"{path}?format=pdf&lang=zh", headers={"accept-language": "en"})
        assert "送货单" in pages_of(in_chinese.content)[0]

    async def test_it_refuses_in_the_readers_language(self, call: Caller, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        path = f"/orders/{walk.order_id}/delivery-note"
        answer = await call(town.buyer, "GET", path, headers={"accept-language": "zh-CN"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-deliver")
        assert (answer.json()["title"], answer.json()["state"]) == (NothingToDeliver.title("zh"), "placed")
        for query in ("format=xlsx", "lang=fr", "format=pdf%00"):
            assert (await call(town.buyer, "GET", f"{path}?{query}")).status_code == 422, query
        assert (await call(None, "GET", path)).status_code == 401
        assert (await call(town.buyer, "GET", "/orders/nobody/delivery-note")).status_code == 422

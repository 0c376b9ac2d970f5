"""What is sold at a fair is told by its seller, confirmed by its buyer, and then an order accepted on that day."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.order.api.open_contracting import written
from services.order.domain.on_site_refusals import BothSides, SaleDiffers, SaleFiguresDiffer
from services.order.domain.refusals import SameTwice
from services.order.domain.states import OnSiteState
from services.order.usecases.accept_order import accept_order
from services.order.usecases.answer_on_site_sale import expire_unanswered_sales
from services.order.usecases.answer_weighing import second_weight
from services.order.usecases.approval_commands import PutDelegation
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerWeighing,
    CancelOrder,
    DecideRequisition,
    PutPayment,
    PutSeason,
    ReturnGoods,
    WithdrawRequisition,
)
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.delegations import put_delegation
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.get_stock import get_stock
from services.order.usecases.hand_up_requisitions import hand_up_due_requisitions
from services.order.usecases.list_orders import list_orders
from services.order.usecases.on_site_view import get_on_site_sale, list_on_site_sales
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_season import put_season
from services.order.usecases.return_goods import return_goods
from services.order.usecases.tell_releases import tell_release
from services.order.usecases.withdraw_requisition import withdraw_requisition
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.words import Measure, OrderChannel, PaymentMethod
from shared.ids import new_id
from shared.states import WrongState
from tests.build.ocds import RELEASE, dangling, problems
from tests.build.on_site import DAY, TODAY, Stall, hold_fair
from tests.build.order import START, WANTED, Town, an_identity, said, untouched

YES, NO = DecideRequisition(outcome="approve"), DecideRequisition(outcome="refuse", reason="超出计划")
MUCH = 800_000
"""Of ginger at 6 yuan a jin: 9,600 yuan, below the unit's limit of 10,000."""


@pytest.fixture
async def stall(town: Town) -> Stall:
    return await Stall.open(town)


async def order_of(stall: Stall, sale: dict[str, Any]) -> dict[str, Any]:
    return await get_order(stall.desk, stall.town.buyer, UUID(sale["order_id"]))


async def notices(desk: Desk, sale: dict[str, Any]) -> list[tuple[str, str, set[str]]]:
    """Tell what was raised of a sale: kind, outcome, and to whom."""
    raised = await said(desk, UUID(sale["on_site_sale_id"]), "notice.raised")
    return [
        (
            one["kind"],
            next((fact["value"] for fact in one["facts"] if fact["name"] == "outcome"), ""),
            {role for audience in one["audience"] for role in audience["roles"]},
        )
        for one in raised
    ]


class TestALife:
    async def test_becomes_an_order_accepted_on_its_day(self, desk: Desk, stall: Stall, clock: SettableClock) -> None:
        yesterday = TODAY - DAY
        sale = await stall.tell(
            stall.line(None, gross_grams=5_300, tare_grams=300, lot_number="0301-2"), sold_on=yesterday, note="3号展位"
        )
        assert (sale["state"], sale["amount_fen"], sale["revision"]) == ("waiting", 6_000, 1)
        assert sale["open_steps"] == ["confirm", "deny", "enter", "withdraw"]
        sold = await stall.confirm(sale)
        assert (sold["state"], sold["open_steps"], sold["answered_by_name"]) == ("confirmed", [], "王采购")
        order = await order_of(stall, sold)
        assert (order["state"], order["channel"], order["sold_on"]) == ("accepted", "on_site", str(yesterday))
        assert order["on_site_sale_id"] == sale["on_site_sale_id"]
        assert (order["ordered_fen"], order["accepted_fen"], order["kept_fen"], order["owed_fen"]) == (6_000,) * 4
        assert order["acceptance"]["accepted_on"] == str(yesterday)
        assert order["acceptance"]["accepted_by_name"] == "王采购"
        (line,) = order["lines"]
        chain = ("ordered_quantity", "packed_quantity", "accepted_quantity", "kept_quantity")
        assert [line[name] for name in chain] == [5_000] * 4
        assert (line["gross_grams"], line["tare_grams"], line["lot_number"]) == (5_300, 300, "0301-2")
        assert line["price_fen"] == 600
        steps = [(step["step"], step["account_name"], step["acted_as"]) for step in order["steps"]]
        assert steps == [
            ("place", "王采购", "buyer"),
            ("hand_over", "陈小红", "supplier"),
            ("accept", "王采购", "buyer"),
        ]
        stock = await get_stock(desk, stall.seller, stall.ginger.listing_id)
        assert (stock["on_hand"], stock["promised"]) == (995_000, 0)
        told = await said(desk, UUID(sold["order_id"]), "order.placed", "acceptance.recorded", "order.moved")
        assert [one["type"] for one in told] == ["order.placed", "order.moved", "order.moved", "acceptance.recorded"]
        assert (told[0]["channel"], told[0]["fair_id"]) == ("on_site", str(stall.fair_id))
        purchase, counted = told[3]["purchase"], told[3]["lines"][0]
        assert told[3]["accepted_on"] == purchase["ordered_on"] == str(yesterday)
        assert (purchase["channel"], purchase["fund"], purchase["fair_id"]) == (
            *("on_site", "canteen", str(stall.fair_id)),
        )
        assert (counted["grams"], counted["amount_fen"], counted["price_fen"]) == (5_000, 6_000, 600)
        assert (counted["origin_county_code"], counted["listing_version"]) == ("430224", 1)
        assert await notices(desk, sale) == [
            ("on_site_waits", "", {"buyer"}),
            ("on_site_answered", "confirm", {"supplier", "seller", "packer", "helper"}),
        ]
        asked = await get_requisition(desk, stall.town.buyer, UUID(sold["requisition_id"]))
        assert (asked["state"], asked["on_site_sale_id"]) == ("placed", sale["on_site_sale_id"])
        assert [one["order_id"] for one in asked["orders"]] == [sold["order_id"]]

    async def test_told_three_times_is_one_and_said_yes_to_twice_is_one(self, desk: Desk, stall: Stall) -> None:
        sale_id, lines = new_id(), (stall.line(2_000),)
        sale = await stall.tell(*lines, sale_id=sale_id)
        async with untouched(desk):
            assert await stall.tell(*lines, sale_id=sale_id) == sale
        sold = await stall.confirm(sale)
        async with untouched(desk):
            assert await stall.confirm(sale) == sold
            assert await stall.tell(*lines, sale_id=sale_id) == sold
            with pytest.raises(SaleDiffers):
                await stall.tell(stall.line(2_001), sale_id=sale_id)

    async def test_is_told_anew_while_nobody_said_yes(self, desk: Desk, stall: Stall) -> None:
        sale = await stall.tell()
        sale_id = UUID(sale["on_site_sale_id"])
        less = await stall.tell(stall.line(4_000), sale_id=sale_id)
        assert (less["revision"], less["amount_fen"]) == (2, 4_800)
        async with untouched(desk):
            with pytest.raises(SaleFiguresDiffer) as refused:
                await stall.confirm(sale)
        assert refused.value.facts["amount_fen"] == 4_800
        denied = await stall.deny(less)
        assert (denied["state"], denied["reason"], denied["open_steps"]) == (
            "denied",
            "实收不足",
            ["enter", "withdraw"],
        )
        mended = await stall.tell(stall.line(3_000), sale_id=sale_id)
        assert (mended["state"], mended["answered_by"], mended["reason"]) == ("waiting", None, "")
        sold = await stall.confirm(mended)
        assert [step["step"] for step in sold["steps"]] == ["enter", "enter", "deny", "enter", "confirm"]
        assert (await order_of(stall, sold))["kept_fen"] == 3_600

    async def test_ends_by_its_seller_or_by_silence(self, desk: Desk, stall: Stall, clock: SettableClock) -> None:
        back, silent = await stall.tell(), await stall.tell()
        withdrawn = await stall.withdraw(back)
        assert (withdrawn["state"], withdrawn["open_steps"]) == ("withdrawn", [])
        async with untouched(desk):
            assert await stall.withdraw(back) == withdrawn
            with pytest.raises(WrongState):
                await stall.confirm(back)
        clock.set(START + timedelta(days=7) - timedelta(seconds=1))
        await expire_unanswered_sales(desk)
        assert (await stall.read(silent))["state"] == "waiting"
        clock.set(START + timedelta(days=7, seconds=1))
        await expire_unanswered_sales(desk)
        assert (await stall.read(silent))["state"] == "expired"
        assert (await notices(desk, silent))[1:] == [
            ("on_site_answered", "expire", {"supplier", "seller", "packer", "helper", "buyer"})
        ]
        assert (await notices(desk, back))[1:] == [("on_site_answered", "withdraw", {"buyer"})]
        async with untouched(desk):
            await expire_unanswered_sales(desk)
            with pytest.raises(WrongState):
                await stall.confirm(silent)

    async def test_pieces_are_counted_and_the_listed_price_holds_where_none_is_told(self, town: Town) -> None:
        eggs = {"measure": Measure.PIECE, "unit_name": "枚", "unit_quantity": 10, "piece_grams": 50, "price_fen": 1_200}
        stall = await Stall.open(town, name="土鸡蛋", minimum_quantity=30, step_quantity=30, **eggs)
        sold = await stall.confirm(await stall.tell(stall.line(7, price_fen=None)))
        order = await order_of(stall, sold)
        assert (order["kept_fen"], order["lines"][0]["accepted_quantity"]) == (840, 7)
        (event,) = await said(stall.desk, UUID(sold["order_id"]), "acceptance.recorded")
        assert event["lines"][0]["grams"] == 350

    async def test_is_paid_and_sent_back_as_any_order(self, desk: Desk, stall: Stall, town: Town) -> None:
        sold = await stall.confirm(await stall.tell())
        order_id = UUID(sold["order_id"])
        line_id = UUID((await order_of(stall, sold))["lines"][0]["line_id"])
        back = {"return_id": new_id(), "lines": [{"line_id": line_id, "quantity": 500, "reason": "有腐烂"}]}
        view = await return_goods(desk, town.buyer, order_id, ReturnGoods.model_validate(back))
        assert view["returns"][0]["state"] == "proposed"
        pay = PutPayment(method=PaymentMethod.BANK_TRANSFER, amount_fen=6_000)
        await put_payment(desk, town.buyer, order_id, new_id(), pay)
        assert (await order_of(stall, sold))["pending_fen"] == 6_000

    async def test_counts_in_the_season_that_it_was_sold_in(self, desk: Desk, stall: Stall) -> None:
        window = {"from_on": TODAY, "until_on": TODAY + DAY, "quantity_max": 6_000}
        season = PutSeason.model_validate({"windows": [window], "reason": "春笋"})
        await put_season(desk, stall.seller, stall.ginger.listing_id, season)
        for told, left in ((5_000, 1_000), (4_000, 0)):
            await stall.confirm(await stall.tell(stall.line(told)))
            stock = await get_stock(desk, stall.seller, stall.ginger.listing_id)
            assert stock["windows"][0]["left"] == left

    async def test_is_told_to_the_world_as_bought_directly(self, stall: Stall) -> None:
        sold = await stall.confirm(await stall.tell())
        release = await tell_release(stall.desk, stall.seller, UUID(sold["order_id"]))
        document = orjson.loads(written(release))
        assert (problems(RELEASE, document), dangling(document)) == ([], [])
        assert release["tag"] == ["tender", "award", "contract", "implementation"]
        tender = release["tender"]
        assert (tender["procurementMethod"], tender["status"]) == ("direct", "complete")
        assert "展销会现场" in tender["procurementMethodDetails"]
        online = await stall.town.an_order((stall.ginger, 5_000), upto="accepted")
        assert "tender" not in await tell_release(stall.desk, stall.seller, online.order_id)


class TestLists:
    async def test_are_by_fair_canteen_supplier_and_state(self, desk: Desk, stall: Stall, town: Town) -> None:
        first, second = await stall.tell(), await stall.tell(stall.line(1_000))
        await stall.confirm(first)

        async def ids(identity: Identity, **asked: Any) -> list[str]:
            every = {"fair": None, "canteen": None, "supplier": None, "state": None, "limit": 10, "cursor": None}
            found = await list_on_site_sales(desk, identity, **{**every, **asked})
            return [one["on_site_sale_id"] for one in found["items"]]

        both = [second["on_site_sale_id"], first["on_site_sale_id"]]
        assert await ids(town.buyer) == await ids(stall.seller) == await ids(town.finance) == both
        assert await ids(town.buyer, fair=stall.fair_id, canteen=town.canteen_id) == both
        assert await ids(town.buyer, supplier=stall.ginger.supplier_id, state=OnSiteState.WAITING) == both[:1]
        assert await ids(stall.seller, fair=await hold_fair(town)) == []
        page = await list_on_site_sales(
            desk, town.buyer, fair=None, canteen=None, supplier=None, state=None, limit=1, cursor=None
        )
        assert await ids(town.buyer, cursor=page["next"]) == both[1:]
        assert await ids(an_identity(Seat(Role.BUYER, new_id()))) == []

    async def test_of_orders_are_chosen_by_channel(self, desk: Desk, stall: Stall, town: Town) -> None:
        online = await town.an_order((stall.ginger, 5_000))
        sold = await stall.confirm(await stall.tell())

        async def ids(channel: OrderChannel) -> list[str]:
            page = await list_orders(desk, town.buyer, None, None, None, 10, None, channel=channel)
            return [one["order_id"] for one in orjson.loads(page)["items"]]

        assert await ids(OrderChannel.ON_SITE) == [sold["order_id"]]
        assert await ids(OrderChannel.ONLINE) == [str(online.order_id)]


class TestApproval:
    async def test_is_wanted_above_the_limit_and_makes_the_order(self, desk: Desk, stall: Stall, town: Town) -> None:
        sale = await stall.tell(stall.line(900_000, price_fen=560))
        waiting = await stall.confirm(sale)
        assert (waiting["state"], waiting["order_id"], waiting["open_steps"]) == ("approving", None, [])
        requisition_id = UUID(waiting["requisition_id"])
        asked = await get_requisition(desk, town.buyer, requisition_id)
        assert (asked["state"], asked["amount_fen"], asked["lines"][0]["price_fen"]) == ("awaiting", 1_008_000, 560)
        assert (await get_stock(desk, stall.seller, stall.ginger.listing_id))["on_hand"] == 1_000_000
        async with untouched(desk):
            assert await stall.confirm(sale) == waiting
            with pytest.raises(WrongState):
                await stall.withdraw(sale)
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, town.buyer, requisition_id, YES)
        placed = await decide_requisition(desk, town.approver, requisition_id, YES)
        assert placed["state"] == "placed"
        async with untouched(desk):
            assert await decide_requisition(desk, town.approver, requisition_id, YES) == placed
        sold = await stall.read(sale)
        assert (sold["state"], placed["orders"][0]["order_id"]) == ("confirmed", sold["order_id"])
        order = await order_of(stall, sold)
        # More than one person may accept: the canteen's day with this seller wants a second.
        assert (order["state"], order["weighing"]["wants_second"]) == ("weighed", True)

    async def test_counts_all_that_was_said_yes_to_of_the_day(self, town: Town) -> None:
        one, other = await Stall.open(town), await Stall.open(town)
        assert (await one.confirm(await one.tell(one.line(MUCH))))["state"] == "confirmed"
        small = await other.confirm(await other.tell(other.line(40_000)))
        assert small["state"] == "approving"  # 9,600 and 480 yuan, from two sellers on one day.

    async def test_counts_what_was_ordered_online_that_day_and_nobody_approved(
        self, desk: Desk, stall: Stall, town: Town, clock: SettableClock
    ) -> None:
        placed = await town.order(
            (stall.ginger, 700_000), tolerance_bp=0
        )  # 9,100 yuan on this day, and the stall's 960 for it.
        assert (await stall.confirm(await stall.tell(stall.line(80_000))))["state"] == "approving"
        clock.set(START + DAY)
        assert (await stall.confirm(await stall.tell(stall.line(80_000), sold_on=TODAY + DAY)))["state"] == "confirmed"
        fair_id = await hold_fair(town, stall.ginger.supplier_id, ends_on=WANTED)
        clock.set(START + 3 * DAY)
        sale = await stall.tell(stall.line(80_000), fair_id=fair_id, sold_on=WANTED)
        assert (await stall.confirm(sale))["state"] == "approving"
        await cancel_order(desk, town.buyer, UUID(placed["orders"][0]["order_id"]), CancelOrder(reason="不要了"))
        small = await stall.tell(stall.line(1_000), fair_id=fair_id, sold_on=WANTED)
        assert (await stall.confirm(small))["state"] == "confirmed"

    async def test_counts_nothing_online_that_another_has_seen(self, desk: Desk, stall: Stall, town: Town) -> None:
        seen = await town.order((stall.ginger, 800_000))
        assert seen["state"] == "awaiting"
        for _ in range(2):  # While it waits, and once it is approved.
            assert (await stall.confirm(await stall.tell(stall.line(1_000))))["state"] == "confirmed"
            await decide_requisition(desk, town.approver, UUID(seen["requisition_id"]), YES)

    async def test_is_not_passed_by_dating_what_is_confirmed_together(self, stall: Stall, clock: SettableClock) -> None:
        early = await stall.tell(stall.line(MUCH), sold_on=TODAY - DAY)
        late = await stall.tell(stall.line(40_000))
        assert (await stall.confirm(early))["state"] == "confirmed"
        assert (await stall.confirm(late))["state"] == "approving"
        clock.set(START + DAY)
        tomorrow = await stall.tell(stall.line(40_000), sold_on=TODAY + DAY)
        assert (await stall.confirm(tomorrow))["state"] == "confirmed"

    async def test_that_ends_otherwise_ends_the_sale(
        self, desk: Desk, stall: Stall, town: Town, clock: SettableClock
    ) -> None:
        sales = [await stall.confirm(await stall.tell(stall.line(900_000))) for _ in range(3)]
        refused, back, silent = (UUID(sale["requisition_id"]) for sale in sales)
        await decide_requisition(desk, town.approver, refused, NO)
        await withdraw_requisition(desk, town.buyer, back, WithdrawRequisition(reason="数量有误"))
        clock.set(START + timedelta(days=4))
        await hand_up_due_requisitions(desk)
        states = [await stall.read(sale) for sale in sales]
        assert [(one["state"], one["reason"]) for one in states] == [
            ("refused", "超出计划"),
            ("denied", "数量有误"),
            ("expired", ""),
        ]
        outcomes = [(await notices(desk, sale))[-1][1] for sale in sales]
        assert outcomes == ["refuse", "take_back", "expire"]
        assert (await get_requisition(desk, town.buyer, silent))["state"] == "expired"
        again = await stall.tell(stall.line(800_000), sale_id=UUID(sales[1]["on_site_sale_id"]))
        assert (await stall.confirm(again))["state"] == "confirmed"

    async def test_waits_its_days_though_the_goods_were_had_long_ago(
        self, desk: Desk, stall: Stall, town: Town, clock: SettableClock
    ) -> None:
        sale = await stall.tell(stall.line(900_000), sold_on=TODAY - DAY)
        clock.set(START + timedelta(days=5))
        waiting = await stall.confirm(sale)
        clock.set(START + timedelta(days=7))
        await hand_up_due_requisitions(desk)
        placed = await decide_requisition(desk, town.approver, UUID(waiting["requisition_id"]), YES)
        assert placed["state"] == "placed"
        order = await order_of(stall, await stall.read(sale))
        assert order["weighing"]["accepted_on"] == str(TODAY - DAY)


class TestTwoPersons:
    async def test_are_wanted_above_what_one_may_accept(self, desk: Desk, stall: Stall, town: Town) -> None:
        town.limit_fen = 10_000_000
        await town.heard_of(version=2)
        for quantity, state in ((MUCH, "accepted"), (40_000, "weighed")):
            sold = await stall.confirm(await stall.tell(stall.line(quantity)))
            order = await order_of(stall, sold)
            assert order["state"] == state
        order_id, acceptance = UUID(sold["order_id"]), order["weighing"]["acceptance_id"]
        yes = AnswerWeighing.model_validate({"acceptance_id": acceptance, "outcome": "agree"})
        both = Identity(stall.seller.account_id, new_id(), "两边都在", town.finance.seats)
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await second_weight(desk, town.buyer, order_id, yes)
            with pytest.raises(SameTwice):
                await second_weight(desk, both, order_id, yes)
        view = await second_weight(desk, town.finance, order_id, yes)
        assert (view["state"], view["acceptance"]["second_by_name"]) == ("accepted", "钱财务")
        assert view["acceptance"]["accepted_on"] == str(TODAY)
        assert [one["type"] for one in await said(desk, order_id, "acceptance.recorded")] == ["acceptance.recorded"]

    async def test_that_object_have_it_weighed_again_on_the_day_it_was_sold(
        self, desk: Desk, stall: Stall, town: Town, clock: SettableClock
    ) -> None:
        town.limit_fen = 10_000_000
        await town.heard_of(version=2)
        sold = await stall.confirm(await stall.tell(stall.line(900_000), sold_on=TODAY - DAY))
        order_id = UUID(sold["order_id"])
        acceptance = (await order_of(stall, sold))["weighing"]["acceptance_id"]
        no = {"acceptance_id": acceptance, "outcome": "object", "reason": "少一筐"}
        view = await second_weight(desk, town.finance, order_id, AnswerWeighing.model_validate(no))
        assert view["state"] == "shipped"
        line = {"line_id": view["lines"][0]["line_id"], "accepted_quantity": 890_000}
        again = AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": [line]})
        view = await accept_order(desk, town.buyer, order_id, again)
        assert (view["state"], view["weighing"]["wants_seller"]) == ("weighed", True)
        assert view["weighing"]["accepted_on"] == str(TODAY - DAY)


class TestApart:
    async def test_nobody_of_the_seller_answers_for_the_buyer(self, desk: Desk, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        seat = Seat(Role.PACKER, stall.ginger.supplier_id)
        packs = an_identity(*town.buyer.seats, seat, name="打包的采购员")
        told_it = Identity(stall.seller.account_id, new_id(), "改行的", town.buyer.seats)
        async with untouched(desk):
            for both in (packs, told_it):
                with pytest.raises(BothSides):
                    await stall.confirm(sale, both)
                with pytest.raises(BothSides):
                    await stall.deny(sale, both)

    async def test_nor_approves_for_the_unit(self, desk: Desk, stall: Stall, town: Town) -> None:
        waiting = await stall.confirm(await stall.tell(stall.line(900_000)))
        seat = Seat(Role.SELLER, stall.ginger.supplier_id)
        both = an_identity(*town.approver.seats, seat, name="卖货的审批人")
        async with untouched(desk):
            for decision in (YES, NO):
                with pytest.raises(BothSides):
                    await decide_requisition(desk, both, UUID(waiting["requisition_id"]), decision)

    async def test_nor_does_anybody_in_the_stead_of_who_told_it(self, desk: Desk, stall: Stall, town: Town) -> None:
        both = Identity(stall.seller.account_id, new_id(), "卖货的审批人", town.approver.seats)
        deputy = an_identity(name="代审批人")
        given = {"unit_id": town.unit_id, "role": "approver", "to_account_id": deputy.account_id, "reason": "外出"}
        days = {"first_day": TODAY, "last_day": TODAY + DAY}
        await put_delegation(desk, both, new_id(), PutDelegation.model_validate(given | days))
        waiting = await stall.confirm(await stall.tell(stall.line(900_000)))
        async with untouched(desk):
            for decision in (YES, NO):
                with pytest.raises(NotAllowed):
                    await decide_requisition(desk, deputy, UUID(waiting["requisition_id"]), decision)
        await put_delegation(desk, town.approver, new_id(), PutDelegation.model_validate(given | days))
        assert (await decide_requisition(desk, deputy, UUID(waiting["requisition_id"]), YES))["state"] == "placed"

    async def test_others_neither_read_nor_answer_nor_withdraw(self, desk: Desk, stall: Stall, town: Town) -> None:
        sale = await stall.tell()
        other = an_identity(Seat(Role.BUYER, new_id(), "/430000/430100/"))
        rival = an_identity(Seat(Role.SUPPLIER, new_id()))
        async with untouched(desk):
            for stranger in (other, rival):
                with pytest.raises(NotAllowed):
                    await get_on_site_sale(desk, stranger, UUID(sale["on_site_sale_id"]))
                with pytest.raises(NotAllowed):
                    await stall.confirm(sale, stranger)
                with pytest.raises(NotAllowed):
                    await stall.withdraw(sale, stranger)
            with pytest.raises(NotAllowed):
                await stall.confirm(sale, stall.seller)
            with pytest.raises(NotAllowed):
                await stall.withdraw(sale, town.buyer)

"""An order is told as an OCDS release that holds to the standard's text, exactly, at every step of its life."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.order.api.open_contracting import written
from services.order.domain.refusals import NoSuchOrder, NothingReleased
from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerCancellation,
    CancelOrder,
    CreditOrder,
    DeclineOrder,
    PutPayment,
    ReturnGoods,
)
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.put_payment import put_payment
from services.order.usecases.return_goods import return_goods
from services.order.usecases.tell_releases import tell_release, tell_releases
from services.order.usecases.time_out_orders import close_settled
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.contracts.catalog import SupplierChanged
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.contracts.words import (
    CanteenKind,
    Measure,
    OrderState,
    PaymentMethod,
    SupplierKind,
    SupplierState,
    UnitLevel,
)
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.ocds import PACKAGE, faults, problems
from tests.build.order import START, Town, Walk, heard, untouched

EARLIER = START - timedelta(days=20)
"""A day on which nothing else is ordered."""


def read(node: dict[str, Any]) -> Any:
    """Read a document as anybody does who takes a number digit by digit."""
    return json.loads(written(node), parse_float=Decimal)


async def told(walk: Walk) -> Any:
    """Read an order's release, and hold it to the standard."""
    node = await tell_release(walk.desk, walk.seller, walk.order_id)
    assert faults(orjson.loads(written(node))) == []
    return read(node)


async def pay(walk: Walk, amount_fen: int) -> UUID:
    payment_id, how = new_id(), PaymentMethod.BANK_TRANSFER
    command = PutPayment(method=how, amount_fen=amount_fen)
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, command)
    walk.view = await confirm_payment(walk.desk, walk.seller, walk.order_id, payment_id)
    return payment_id


async def renamed(town: Town, supplier_id: UUID, *, version: int, name: str, county_code: str) -> None:
    """Let order hear of another name of the unit and the canteen, and of another place of the supplier."""
    unit = UnitChanged(
        unit_id=town.unit_id,
        version=version,
        code="430224",
        name=name,
        level=UnitLevel.COUNTY,
        parent_id=None,
        path=town.path,
        division_code="430224",
        approval_limit_fen=town.limit_fen,
    )
    canteen = CanteenChanged(
        canteen_id=town.canteen_id,
        version=version,
        unit_id=town.unit_id,
        name=f"{name}食堂",
        kind=CanteenKind.OWN,
        active=True,
    )
    supplier = SupplierChanged(
        supplier_id=supplier_id,
        version=version,
        name="云阳残疾人帮扶基地",
        kind=SupplierKind.DISABLED_BASE,
        county_code=county_code,
        state=SupplierState.ADMITTED,
        applicant_account_id=new_id(),
    )
    await keep_copies(town.desk, heard(unit, canteen, supplier))


class TestARelease:
    async def test_of_what_is_only_placed_is_an_award_that_waits(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        release = await told(walk)
        assert release["ocid"] == f"ocds-000000-{walk.order_id}"
        assert re.fullmatch(f"{release['ocid']}-1-[0-9a-f]{{12}}", release["id"])
        assert release["tag"] == ["award"]
        assert release["date"] == "2026-03-02T09:00:00+08:00"
        (award,) = release["awards"]
        assert (award["status"], award["value"]) == ("pending", {"amount": Decimal("130.00"), "currency": "CNY"})
        (item,) = award["items"]
        assert item["quantity"] == Decimal("10.000")
        assert item["unit"] == {
            "scheme": "UNCEFACT",
            "id": "KGM",
            "name": "千克",
            "value": {"amount": Decimal("13.00"), "currency": "CNY"},
        }
        assert "contracts" not in release

    async def test_of_a_whole_life_adds_up_to_the_fen(self, town: Town, clock: SettableClock) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="shipped")
        clock.set(START + timedelta(days=3, hours=2))
        await walk.accept(9_001)
        line_id = walk.line_ids()[0]
        returned = new_id()
        command = ReturnGoods.model_validate(
            {"return_id": returned, "lines": [{"line_id": line_id, "quantity": 500, "reason": "有腐烂，张三经手"}]}
        )
        await return_goods(walk.desk, town.buyer, walk.order_id, command)
        await agree_return(walk.desk, walk.seller, walk.order_id, returned)
        credit = CreditOrder.model_validate(
            {"credit_id": new_id(), "lines": [{"line_id": line_id, "amount_fen": 55}], "reason": "李四说规格偏小"}
        )
        walk.view = await credit_order(walk.desk, walk.seller, walk.order_id, credit)
        await pay(walk, 5_000)
        await pay(walk, walk.view["owed_fen"])
        release = await told(walk)
        assert release["tag"] == ["award", "contract", "implementation"]
        (award,), (contract,) = release["awards"], release["contracts"]
        assert award["value"]["amount"] == Decimal("130.00")
        # 8,501 g at 6.50 yuan for 500 g are 11,051.3 fen, rounded 11,051, less 55.
        assert contract["value"]["amount"] == Decimal("109.96")
        assert contract["items"][0]["quantity"] == Decimal("8.501")
        assert [one["rationale"] for one in contract["amendments"]] == ["按验收数量结算", "退货", "折让"]
        assert [one["description"] for one in contract["amendments"]] == [
            "合同金额变动 -12.99 元",
            "合同金额变动 -6.50 元",
            "合同金额变动 -0.55 元",
        ]
        done = contract["implementation"]
        paid = sum(one["value"]["amount"] for one in done["transactions"])
        assert paid == contract["value"]["amount"]
        assert {one["date"] for one in done["transactions"]} == {"2026-03-05T00:00:00+08:00"}
        (milestone,) = done["milestones"]
        assert (milestone["status"], milestone["dueDate"]) == ("met", "2026-03-05T23:59:59+08:00")
        assert milestone["description"] == (
            "订购 10.000 千克，备货 10.000 千克，验收 9.001 千克，退货 0.500 千克，留存 8.501 千克"
        )
        seen = {metric["id"]: metric["observations"][0]["measure"] for metric in done["metrics"]}
        assert seen == {
            "packed": Decimal("10.000"),
            "accepted": Decimal("9.001"),
            "returned": Decimal("0.500"),
            "kept": Decimal("8.501"),
        }
        whole = str(release)
        assert not [name for name in ("张三", "李四", town.buyer.name, walk.seller.name) if name in whole]

    async def test_is_another_with_each_thing_that_happens_and_else_the_same(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        seen = [await told(walk)]
        for step in (walk.confirm, walk.pack, walk.ship, walk.accept):
            assert await told(walk) == seen[-1]
            await step()
            seen.append(await told(walk))
        assert [one["id"].split("-")[-2] for one in seen] == ["1", "2", "3", "4", "5"]
        assert [one["tag"][1:] for one in seen[:2]] == [[], ["contract", "implementation"]]

    async def test_calls_everybody_as_on_the_day_of_placing_whatever_they_are_called_later(
        self, town: Town, clock: SettableClock
    ) -> None:
        goods = await town.goods()
        walk = await town.an_order((goods, 10_000), upto="accepted")
        first = await told(walk)
        clock.set(START + timedelta(days=1))
        await renamed(town, goods.supplier_id, version=3, name="株洲市残联", county_code="430202")
        await renamed(town, goods.supplier_id, version=2, name="旧名", county_code="430281")
        assert await told(walk) == first
        clock.set(START + timedelta(days=2))
        between = await town.an_order((goods, 10_000))
        clock.set(START + timedelta(days=3))
        await renamed(town, goods.supplier_id, version=4, name="株洲市残联", county_code="430202")
        await renamed(town, goods.supplier_id, version=5, name="湘东残联", county_code="430281")
        last = await town.an_order((goods, 10_000))
        assert await told(walk) == first
        buyer, seller = first["parties"]
        assert (buyer["name"], seller["address"]["locality"]) == ("茶陵县残联", "株洲市茶陵县")
        for order, name, place in ((between, "株洲市残联", "株洲市荷塘区"), (last, "湘东残联", "株洲市醴陵市")):
            release = await told(order)
            buyer, seller = release["parties"]
            assert (buyer["name"], seller["address"]["locality"]) == (name, place)
            assert release["awards"][0]["title"].startswith(f"{name}食堂向")

    async def test_says_how_an_order_ended_without_goods(self, town: Town) -> None:
        declined = await town.an_order((await town.goods(), 10_000))
        await decline_order(town.desk, declined.seller, declined.order_id, DeclineOrder(reason="没有货"))
        release = await told(declined)
        assert (release["awards"][0]["status"], "contracts" in release) == ("unsuccessful", False)
        cancelled = await town.an_order((await town.goods(), 10_000), upto="confirmed")
        await cancel_order(town.desk, town.buyer, cancelled.order_id, CancelOrder(reason="停餐"))
        release = await told(cancelled)
        assert (release["awards"][0]["status"], release["contracts"][0]["status"]) == ("cancelled", "cancelled")
        assert "implementation" not in release["contracts"][0]
        refused = await town.an_order((await town.goods(), 10_000), upto="shipped")
        await refused.accept(0)
        (contract,) = (await told(refused))["contracts"]
        assert (contract["status"], contract["value"]["amount"]) == ("terminated", Decimal("0.00"))
        assert contract["implementation"]["milestones"][0]["status"] == "notMet"

    async def test_of_what_was_cancelled_when_packed_has_the_milestone_that_its_weight_is_of(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="packed")
        await cancel_order(town.desk, town.buyer, walk.order_id, CancelOrder(reason="停餐"))
        yes = AnswerCancellation.model_validate({"outcome": "agree"})
        await agree_cancel(town.desk, walk.seller, walk.order_id, yes)
        (contract,) = (await told(walk))["contracts"]
        (milestone,), (metric,) = (contract["implementation"][name] for name in ("milestones", "metrics"))
        assert (contract["status"], milestone["status"]) == ("cancelled", "notMet")
        assert metric["observations"][0]["relatedImplementationMilestone"]["id"] == milestone["id"]

    async def test_holds_to_the_standard_in_every_state(self, town: Town, clock: SettableClock) -> None:
        goods = await town.goods()

        async def one(upto: str) -> Walk:
            return await town.an_order((goods, 10_000), upto=upto)

        walks = [await one(upto) for upto in ("placed", "confirmed", "packed", "shipped", "accepted")]
        declined, cancelled = await one("placed"), await one("confirmed")
        await decline_order(town.desk, declined.seller, declined.order_id, DeclineOrder(reason="没有货"))
        await cancel_order(town.desk, town.buyer, cancelled.order_id, CancelOrder(reason="停餐"))
        weighed, partly, refused = [await one("shipped") for _ in range(3)]
        await weighed.accept(5_000)
        line = {
            "line_id": partly.line_ids()[0],
            "accepted_quantity": 6_000,
            "refused_quantity": 4_000,
            "reason": "腐烂",
        }
        partly_accepted = {"acceptance_id": new_id(), "lines": [line]}
        await accept_order(town.desk, town.buyer, partly.order_id, AcceptOrder.model_validate(partly_accepted))
        await refused.accept(0)
        closed = await one("accepted")
        await pay(closed, closed.view["owed_fen"])
        clock.set(START + timedelta(days=40))
        while await close_settled(town.desk):
            pass
        clock.set(START)
        settled = await one("accepted")
        await pay(settled, settled.view["owed_fen"])
        walks += [declined, cancelled, weighed, partly, refused, closed, settled]
        states = set()
        for walk in walks:
            states.add((await get_order(town.desk, town.buyer, walk.order_id))["state"])
            await told(walk)
        assert states == {state.value for state in OrderState}

    async def test_tells_pieces_by_one_and_a_price_only_where_it_is_a_decimal(self, town: Town) -> None:
        piece: dict[str, Any] = {"measure": Measure.PIECE, "unit_name": "盒", "minimum_quantity": 1, "step_quantity": 1}
        supplier = await town.a_supplier()
        eggs = await town.goods(supplier, **piece, unit_quantity=1, price_fen=1_805)
        odd = await town.goods(supplier, unit_quantity=300, price_fen=100)
        release = await told(await town.an_order((eggs, 3), (odd, 1_000)))
        first, second = sorted(release["awards"][0]["items"], key=lambda item: item["unit"]["id"])
        assert (first["unit"]["id"], first["unit"]["name"], first["quantity"]) == ("C62", "盒", 3)
        assert first["unit"]["value"]["amount"] == Decimal("18.05")
        assert "value" not in second["unit"]

    async def test_names_no_household(self, town: Town) -> None:
        kind = SupplierKind.DEMONSTRATION_HOUSEHOLD
        goods = await town.goods(supplier_name="王五家", supplier_kind=kind)
        release = await told(await town.an_order((goods, 10_000), upto="accepted"))
        assert "王五" not in str(release)
        assert release["awards"][0]["suppliers"][0]["name"].startswith("阳光致富带头人")

    async def test_is_read_by_whoever_reads_the_order(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        other = await Town(town.desk).heard_of()
        async with untouched(town.desk):
            with pytest.raises(NotAllowed):
                await tell_release(town.desk, other.buyer, walk.order_id)
            with pytest.raises(NoSuchOrder):
                await tell_release(town.desk, town.buyer, new_id())


class TestThePackage:
    async def test_holds_what_is_settled_page_by_page_and_nothing_else(self, town: Town, clock: SettableClock) -> None:
        clock.set(EARLIER)
        goods = await town.goods()
        day = EARLIER.date()
        settled = []
        for place in range(3):
            clock.set(EARLIER + timedelta(minutes=place))
            walk = await town.an_order((goods, 1_000), upto="accepted")
            await pay(walk, walk.view["owed_fen"])
            settled.append(str(walk.order_id))
        await town.an_order((goods, 1_000), upto="accepted")
        found, cursor = [], None
        for _ in range(2):
            package = await tell_releases(town.desk, day, day, 2, cursor)
            assert problems(PACKAGE, orjson.loads(written(package))) == []
            found += [one["ocid"].removeprefix("ocds-000000-") for one in package["releases"]]
            following = package.get("links", {}).get("next", "")
            cursor = following.rpartition("cursor=")[2] or None
        assert (found, cursor) == (settled, None)
        assert package["uri"].startswith(f"{town.desk.public_url}/api/v1/ocds/releases?since={day}&until={day}&limit=2")
        assert datetime.fromisoformat(package["publishedDate"]) == EARLIER + timedelta(minutes=2)

    async def test_is_never_empty(self, desk: Desk) -> None:
        day = START.date().replace(year=2099)
        with pytest.raises(NothingReleased):
            await tell_releases(desk, day, None, 24, None)

    @pytest.mark.parametrize("year", [1, 1999, 3000, 9999])
    async def test_takes_no_day_beyond_all_days(self, desk: Desk, year: int) -> None:
        with pytest.raises(InvalidFields):
            await tell_releases(desk, START.date().replace(year=year), None, 24, None)

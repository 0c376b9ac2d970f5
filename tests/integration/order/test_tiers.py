"""A line is ordered at the tier that its quantity reaches, and every document after it reads that price."""

from typing import Any
from uuid import UUID

from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.catalog import ListingFacts, PriceTier
from shared.ids import new_id, order_id
from tests.build.order import WANTED, Town, said

TIERS = (PriceTier(from_quantity=25_000, price_fen=600), PriceTier(from_quantity=50_000, price_fen=520))


async def ginger(town: Town, **other: Any) -> ListingFacts:
    return await town.goods(price_tiers=TIERS, **other)


class TestTiers:
    async def test_a_basket_shows_the_price_of_each_quantity_and_the_tiers(self, desk: Desk, town: Town) -> None:
        little, much = await ginger(town), await ginger(town)
        view = await get_basket(desk, town.buyer, await town.basket((little, 5_000), (much, 50_000)))
        lines = [
            (line["quantity"], line["price_fen"], line["first_price_fen"], line["amount_fen"]) for line in view["lines"]
        ]
        assert lines == [(5_000, 650, 650, 6_500), (50_000, 520, 650, 52_000)]
        assert view["amount_fen"] == 58_500
        assert view["lines"][0]["price_tiers"] == [tier.model_dump() for tier in TIERS]
        plain = await get_basket(desk, town.buyer, await town.basket((await town.goods(), 5_000)))
        assert plain["lines"][0]["price_tiers"] == []

    async def test_an_order_has_the_price_of_what_was_ordered(self, desk: Desk, town: Town) -> None:
        facts = await ginger(town)
        placed = await town.order((facts, 25_000))
        assert (placed["amount_fen"], placed["lines"][0]["price_fen"]) == (30_000, 600)
        again = await get_requisition(desk, town.buyer, UUID(placed["requisition_id"]))
        assert (again["lines"], again["amount_fen"]) == (placed["lines"], 30_000)
        (event,) = await said(desk, UUID(placed["orders"][0]["order_id"]), "order.placed")
        assert (event["amount_fen"], event["lines"][0]["price_fen"], event["lines"][0]["amount_fen"]) == (
            30_000,
            600,
            30_000,
        )

    async def test_one_basket_reaches_a_tier_in_one_line_and_not_in_another(self, desk: Desk, town: Town) -> None:
        first = await ginger(town)
        second = await ginger(town, supplier_id=first.supplier_id)
        placed = await town.order((first, 50_000), (second, 24_500))
        assert [line["price_fen"] for line in placed["lines"]] == [520, 650]
        assert placed["orders"][0]["amount_fen"] == 52_000 + 31_850

    async def test_fewer_kilograms_accepted_keep_the_price_agreed(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await ginger(town), 25_000), upto="shipped")
        await walk.accept(20_000)
        await walk.agree()
        assert (walk.view["lines"][0]["price_fen"], walk.view["kept_fen"]) == (600, 24_000)
        (event,) = await said(desk, walk.order_id, "acceptance.recorded")
        assert (event["lines"][0]["price_fen"], event["lines"][0]["amount_fen"]) == (600, 24_000)

    async def test_what_waits_for_approval_keeps_its_tier(self, desk: Desk, town: Town) -> None:
        facts = await ginger(town, stock=10_000_000)
        basket_id, requisition_id = await town.basket((facts, 1_000_000)), new_id()
        asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        waiting = await put_requisition(desk, town.buyer, requisition_id, asks)
        assert (waiting["state"], waiting["amount_fen"]) == ("awaiting", 1_040_000)
        approve = DecideRequisition(outcome=Decision.APPROVE)
        decided = await decide_requisition(desk, town.approver, requisition_id, approve)
        assert (decided["state"], decided["lines"][0]["price_fen"]) == ("placed", 520)
        (event,) = await said(desk, order_id(requisition_id, facts.supplier_id), "order.placed")
        assert event["lines"][0]["price_fen"] == 520

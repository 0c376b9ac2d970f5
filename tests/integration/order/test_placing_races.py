"""Whatever changes while an order is being placed, the order is as its buyer saw it, or is refused with what changed.

Each change is heard at the very moment when several buyers order, at a little other moment in each round; and once
between a buyer's look and the placing, where it must always be told.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import ListingChanged, SupplierNotSelling
from services.order.store.placing import Placing
from services.order.usecases import decide_requisition as deciding
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.catalog import ListingFacts, PriceTier
from shared.contracts.words import SupplierState
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.order import WANTED, Town

ROUNDS = 10
BUYERS = 4
QUANTITY = 25_000
TIERS = (PriceTier(from_quantity=25_000, price_fen=600), PriceTier(from_quantity=50_000, price_fen=520))
SEEN = [tier.model_dump() for tier in TIERS]


@dataclass(frozen=True)
class Change:
    """What is heard while an order is being placed, and what its buyer is told of it."""

    hear: Callable[[Town, ListingFacts], Awaitable[Any]]
    warnings: tuple[str, ...] = ()
    fields: tuple[dict[str, Any], ...] = ()
    """Of a listing that changed; of a supplier that may not sell, nothing."""

    def check(self, refused: BaseException, ginger: ListingFacts) -> None:
        if not self.warnings:
            assert isinstance(refused, SupplierNotSelling), refused
            assert [one["supplier_id"] for one in refused.facts["suppliers"]] == [str(ginger.supplier_id)]
            return
        assert isinstance(refused, ListingChanged), refused
        (told,) = refused.facts["listings"]
        assert (told["listing_id"], told["asked_version"]) == (str(ginger.listing_id), 1)
        assert (tuple(told["warnings"]), tuple(told["changed"])) == (self.warnings, self.fields)


def anew(**terms: Any) -> Callable[[Town, ListingFacts], Awaitable[Any]]:
    return lambda town, ginger: town.publish(ginger.model_copy(update={"listing_version": 2, **terms}))


def standing(state: SupplierState) -> Callable[[Town, ListingFacts], Awaitable[Any]]:
    return lambda town, ginger: town.a_supplier(state, version=2, supplier_id=ginger.supplier_id)


def field(name: str, seen: Any, now: Any) -> dict[str, Any]:
    return {"field": name, "seen": seen, "now": now}


LOWER = (PriceTier(from_quantity=25_000, price_fen=640),)
CHANGES = {
    "price": Change(anew(price_fen=700), ("stale_version",), (field("price_fen", 650, 700),)),
    "tiers": Change(
        anew(price_tiers=LOWER), ("stale_version",), (field("price_tiers", SEEN, [LOWER[0].model_dump()]),)
    ),
    "no tiers": Change(anew(price_tiers=()), ("stale_version",), (field("price_tiers", SEEN, []),)),
    "minimum": Change(
        anew(minimum_quantity=30_000), ("stale_version", "wrong_quantity"), (field("minimum_quantity", 1_000, 30_000),)
    ),
    "step": Change(
        anew(step_quantity=7_000), ("stale_version", "wrong_quantity"), (field("step_quantity", 500, 7_000),)
    ),
    "withdrawal": Change(lambda town, ginger: town.withdraw(ginger), ("off_sale",)),
    "suspension": Change(standing(SupplierState.SUSPENDED)),
    "revocation": Change(standing(SupplierState.REVOKED)),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


async def order(town: Town, basket_id: UUID, desk: Desk | None = None) -> dict[str, Any]:
    asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
    return await put_requisition(desk or town.desk, town.buyer, new_id(), asks)


async def promised(town: Town, facts: ListingFacts) -> int:
    return int((await get_stock(town.desk, town.suppliers[facts.supplier_id], facts.listing_id))["promised"])


async def told(doing: Awaitable[dict[str, Any]]) -> dict[str, Any] | Refusal:
    try:
        return await doing
    except Refusal as refused:
        return refused


def check_as_seen(placed: dict[str, Any]) -> None:
    """Assert that an order has the version, the tier's price and the amount that its buyer saw."""
    (line,) = placed["lines"]
    assert placed["state"] == "placed"
    assert (line["listing_version"], line["price_fen"], placed["amount_fen"]) == (1, 600, 30_000)


class TestWhileOrdersArePlaced:
    @every_change
    async def test_each_is_as_its_buyer_saw_it_or_is_refused_with_what_changed(
        self, town: Town, change: Change
    ) -> None:
        for number in range(ROUNDS):
            ginger, garlic = await town.goods(price_tiers=TIERS), await town.goods()
            baskets = [await town.basket((ginger, QUANTITY)) for _ in range(BUYERS)]
            neighbour, late_comer = await town.basket((garlic, 5_000)), await town.basket((ginger, QUANTITY))
            start = asyncio.Barrier(BUYERS + 2)

            async def ask(basket_id: UUID, start: asyncio.Barrier = start) -> dict[str, Any] | Refusal:
                async with start:
                    return await told(order(town, basket_id))

            async def hear(
                ginger: ListingFacts = ginger, late: float = number / 500, start: asyncio.Barrier = start
            ) -> None:
                async with start:
                    await asyncio.sleep(late)
                    await change.hear(town, ginger)

            hearing = asyncio.create_task(hear())
            *answers, beside = await asyncio.gather(*(ask(one) for one in (*baskets, neighbour)))
            await hearing
            placed = [answer for answer in answers if isinstance(answer, dict)]
            for answer in answers:
                if isinstance(answer, dict):
                    check_as_seen(answer)
                else:
                    change.check(answer, ginger)
            assert await promised(town, ginger) == QUANTITY * len(placed)
            assert isinstance(beside, dict), beside
            assert await promised(town, garlic) == 5_000
            after = await told(order(town, late_comer))
            assert isinstance(after, Refusal), after
            change.check(after, ginger)

    @every_change
    async def test_that_comes_between_the_look_and_the_placing_is_always_told(
        self, desk: Desk, town: Town, change: Change
    ) -> None:
        ginger = await town.goods(price_tiers=TIERS)
        basket_id = await town.basket((ginger, QUANTITY))

        async def after_a_rival(placing: Placing) -> None:
            await change.hear(town, ginger)
            await desk.place_new(placing)

        rivalled = replace(desk, place_new=after_a_rival)  # type: ignore[arg-type]
        with pytest.raises((ListingChanged, SupplierNotSelling)) as refused:
            await order(town, basket_id, rivalled)
        change.check(refused.value, ginger)
        assert await promised(town, ginger) == 0


class TestWhileOneIsApproved:
    @pytest.fixture
    async def town(self, desk: Desk) -> Town:
        return await Town(desk, limit_fen=9_999).heard_of()

    @every_change
    async def test_it_is_as_it_was_asked_for_or_is_refused_with_what_changed(
        self, desk: Desk, town: Town, change: Change
    ) -> None:
        approve = DecideRequisition(outcome=Decision.APPROVE)
        for number in range(ROUNDS // 2):
            ginger = await town.goods(price_tiers=TIERS)
            waiting = await order(town, await town.basket((ginger, QUANTITY)))
            assert waiting["state"] == "awaiting"
            decide = deciding.decide_requisition(desk, town.approver, UUID(waiting["requisition_id"]), approve)

            async def hear(ginger: ListingFacts = ginger, late: float = number / 300) -> None:
                await asyncio.sleep(late)
                await change.hear(town, ginger)

            answer, _ = await asyncio.gather(told(decide), hear())
            if isinstance(answer, dict):
                check_as_seen(answer)
            else:
                change.check(answer, ginger)
            assert await promised(town, ginger) == (QUANTITY if isinstance(answer, dict) else 0)

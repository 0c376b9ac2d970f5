"""A hold is made anew before it lapses, what it was too small for is taken too, and nobody is charged twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.clients.stripe import StripeCards
from services.order.domain.refusals import CardBusy, CardsUnavailable
from services.order.store.payments import vendor_due
from services.order.usecases.accept_order import accept_order
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card, finish_due_cards
from services.order.usecases.get_order import get_order
from shared.clock import SettableClock
from tests.build.order import WANTED, Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_cards import Died, DiesAfter, payment, with_card
from tests.integration.order.test_returns import a_credit

DUE = timedelta(days=5, hours=12, minutes=1)
"""A hold of seven days is renewed a day and a half before."""


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
def desk_at_vendor(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Desk:
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    return town.desk


@pytest.fixture
async def held(desk_at_vendor: Desk, town: Town) -> Walk:
    """A confirmed order of 130.00 yuan, of which a card holds 143.00."""
    walk = await town.an_order((await town.goods(), 10_000))
    await with_card(walk)
    await walk.confirm()
    return walk


def later(walk: Walk, after: timedelta) -> datetime:
    """Let time pass."""
    clock = walk.desk.clock
    assert isinstance(clock, SettableClock)
    clock.set(clock.now() + after)
    return clock.now()


async def payment_id_of(walk: Walk) -> UUID:
    return UUID((await payment(walk))["payment_id"])


async def due(desk: Desk, payment_id: UUID) -> bool:
    async with desk.uow.glance() as tx:
        return payment_id in await vendor_due(tx, desk.clock.now(), timedelta(0), 10_000)


async def spares(desk: Desk, payment_id: UUID) -> list[str]:
    async with desk.uow.glance() as tx:
        rows = await tx.rows(
            sa.text("SELECT state FROM spare_intents WHERE payment_id = :id ORDER BY made_at, intent_id"),
            {"id": payment_id},
        )
    return [row.state for row in rows]


async def deliver(walk: Walk, *accepted: int) -> dict[str, Any]:
    await walk.pack()
    await walk.ship()
    return await walk.accept(*accepted)


class TestRenewing:
    async def test_holds_anew_before_it_lapses_and_lets_the_old_one_go(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        payment_id = await payment_id_of(held)
        (first,) = strict.held()
        later(held, DUE - timedelta(minutes=2))
        assert not await due(desk_at_vendor, payment_id)
        later(held, timedelta(minutes=2))
        assert await due(desk_at_vendor, payment_id)
        await finish_due_cards(desk_at_vendor)
        (second,) = strict.held()
        assert (second != first, strict.intents[first]["status"]) == (True, "canceled")
        assert (await payment(held))["state"] == "authorised"
        assert not await due(desk_at_vendor, payment_id)
        assert "card_renewed" in [
            step["step"] for step in (await get_order(held.desk, held.town.buyer, held.order_id))["steps"]
        ]
        await deliver(held)
        assert (strict.taken_fen(), strict.held(), strict.intents[second]["amount_received"]) == (13_000, [], 13_000)
        assert (await payment(held))["order_state"] == "settled"

    async def test_of_a_month_is_renewed_again_and_again(
        self, desk_at_vendor: Desk, town: Town, strict: StrictStripe
    ) -> None:
        held = await town.an_order((await town.goods(), 10_000), wanted={"wanted_on": WANTED + timedelta(days=30)})
        await with_card(held)
        await held.confirm()
        payment_id = await payment_id_of(held)
        for _ in range(5):
            later(held, DUE)
            await finish_card(desk_at_vendor, payment_id)
            assert len(strict.held()) == 1
        await deliver(held)
        assert (len(strict.intents), strict.taken_fen(), strict.held()) == (6, 13_000, [])

    @pytest.mark.parametrize("verb", ["make", "hold", "let_go"])
    async def test_goes_on_after_a_crash_and_holds_once(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe, verb: str
    ) -> None:
        payment_id = await payment_id_of(held)
        assert desk_at_vendor.cards is not None
        later(held, DUE)
        with pytest.raises(Died):
            await finish_card(replace(desk_at_vendor, cards=DiesAfter(desk_at_vendor.cards, verb)), payment_id)
        assert await due(desk_at_vendor, payment_id)
        await finish_card(desk_at_vendor, payment_id)
        assert (len(strict.held()), len(strict.intents)) == (1, 2)
        assert not await due(desk_at_vendor, payment_id)
        await deliver(held)
        assert (strict.taken_fen(), strict.held()) == (13_000, [])

    @pytest.mark.parametrize("verb", ["make", "hold"])
    async def test_one_that_died_in_the_middle_is_let_go_when_the_order_was_accepted_meanwhile(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe, verb: str
    ) -> None:
        payment_id = await payment_id_of(held)
        assert desk_at_vendor.cards is not None
        later(held, DUE)
        with pytest.raises(Died):
            await finish_card(replace(desk_at_vendor, cards=DiesAfter(desk_at_vendor.cards, verb)), payment_id)
        await deliver(held)
        await finish_card(desk_at_vendor, payment_id)
        assert (strict.taken_fen(), strict.held()) == (13_000, [])
        assert set(await spares(desk_at_vendor, payment_id)) <= {"gone"}

    async def test_against_acceptance_charges_once(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        payment_id = await payment_id_of(held)
        await held.pack()
        await held.ship()
        later(held, DUE)
        results = await asyncio.gather(
            finish_card(desk_at_vendor, payment_id),
            accept_order(desk_at_vendor, held.town.buyer, held.order_id, held.acceptance()),
            finish_card(desk_at_vendor, payment_id),
            return_exceptions=True,
        )
        assert {type(one) for one in results if isinstance(one, BaseException)} <= {CardBusy}
        await finish_card(desk_at_vendor, payment_id)
        now = await payment(held)
        assert (now["order_state"], now["order_paid_fen"]) == ("settled", 13_000)
        assert (strict.taken_fen(), strict.held()) == (13_000, [])

    async def test_that_the_card_refuses_is_told_once_and_tried_until_the_hold_lapses(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        payment_id = await payment_id_of(held)
        (first,) = strict.held()
        strict.no_more_holds = True
        later(held, DUE)
        for _ in range(3):
            await finish_card(desk_at_vendor, payment_id)
            later(held, timedelta(hours=8, minutes=1))
        (notice,) = await said(desk_at_vendor, held.order_id, "notice.raised")
        assert notice["kind"] == "hold_failed"
        assert [(one["organisation_id"], one["roles"]) for one in notice["audience"]] == [
            (str(held.town.canteen_id), ["buyer"]),
            (str(held.town.unit_id), ["finance"]),
            (str(held.seller.seats[0].organisation_id), ["supplier"]),
        ]
        assert (strict.held(), (await payment(held))["state"]) == ([first], "authorised")
        strict.no_more_holds = False
        await finish_card(desk_at_vendor, payment_id)
        now = await payment(held)
        assert (len(strict.held()), strict.held() != [first], now["reason"]) == (1, True, "")

    async def test_that_lapsed_in_the_end_leaves_the_sum_owed_and_tells_it(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        strict.lapse(*strict.held())
        later(held, DUE)
        await finish_due_cards(desk_at_vendor)
        now = await payment(held)
        assert (now["state"], now["reason"], strict.held()) == ("voided", "lapsed", [])
        assert [one["kind"] for one in await said(desk_at_vendor, held.order_id, "notice.raised")] == ["hold_failed"]
        await deliver(held)
        assert (await get_order(held.desk, held.town.buyer, held.order_id))["owed_fen"] == 13_000

    async def test_ends_a_week_after_the_day_of_delivery_and_both_are_told_once(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        payment_id = await payment_id_of(held)
        await held.pack()
        for _ in range(2):
            later(held, DUE)
            await finish_card(desk_at_vendor, payment_id)
        (last,) = strict.held()
        assert len(strict.intents) == 2
        for _ in range(3):
            later(held, timedelta(hours=8, minutes=1))
            assert await due(desk_at_vendor, payment_id)
            await finish_due_cards(desk_at_vendor)
            assert not await due(desk_at_vendor, payment_id)
        assert (len(strict.intents), strict.held()) == (2, [last])
        (notice,) = await said(desk_at_vendor, held.order_id, "notice.raised")
        assert (notice["kind"], len(notice["audience"])) == ("hold_ends", 3)
        strict.lapse(last)
        later(held, timedelta(hours=8, minutes=1))
        await finish_due_cards(desk_at_vendor)
        assert ((await payment(held))["state"], strict.held()) == ("voided", [])
        await held.ship()
        await held.accept()
        assert (await get_order(held.desk, held.town.buyer, held.order_id))["owed_fen"] == 13_000

    async def test_of_a_card_that_is_not_kept_is_told_and_it_is_looked_at_again(
        self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe
    ) -> None:
        payment_id = await payment_id_of(held)
        async with held.desk.uow.begin() as tx:
            await tx.execute(
                sa.text("UPDATE payments SET customer_id = NULL, method_id = NULL WHERE payment_id = :id"),
                {"id": payment_id},
            )
        later(held, DUE)
        for _ in range(2):
            await finish_due_cards(desk_at_vendor)
            assert not await due(desk_at_vendor, payment_id)
            later(held, timedelta(hours=8, minutes=1))
            assert await due(desk_at_vendor, payment_id)
        (notice,) = await said(desk_at_vendor, held.order_id, "notice.raised")
        assert notice["kind"] == "hold_failed"
        assert {one["name"]: one["value"] for one in notice["facts"]}["reason"] == "card_not_kept"
        await deliver(held)
        assert (strict.taken_fen(), strict.held()) == (13_000, [])

    async def test_a_cancelled_order_lets_both_go(self, desk_at_vendor: Desk, held: Walk, strict: StrictStripe) -> None:
        payment_id = await payment_id_of(held)
        assert desk_at_vendor.cards is not None
        later(held, DUE)
        with pytest.raises(Died):
            await finish_card(replace(desk_at_vendor, cards=DiesAfter(desk_at_vendor.cards, "hold")), payment_id)
        assert len(strict.held()) == 2
        await cancel_order(desk_at_vendor, held.town.buyer, held.order_id, CancelOrder(reason="停餐"))
        assert (strict.held(), strict.taken_fen(), (await payment(held))["state"]) == ([], 0, "voided")


class TestSupplement:
    """A hold that was too small: what was agreed came to be more than it held."""

    @pytest.fixture
    async def short(self, held: Walk, strict: StrictStripe) -> Walk:
        """The same order, of which only 100.00 yuan are held."""
        (intent_id,) = strict.held()
        strict.intents[intent_id]["amount"] = 10_000
        async with held.desk.uow.begin() as tx:
            await tx.execute(
                sa.text("UPDATE payments SET authorised_fen = 10000 WHERE intent_id = :id"), {"id": intent_id}
            )
        return held

    async def test_takes_what_is_missing_by_a_second_intent(
        self, desk_at_vendor: Desk, short: Walk, strict: StrictStripe
    ) -> None:
        await deliver(short)
        view = await get_order(short.desk, short.town.buyer, short.order_id)
        assert (view["state"], view["paid_fen"], view["pending_fen"]) == ("accepted", 10_000, 3_000)
        later(short, timedelta(seconds=11))
        await finish_due_cards(desk_at_vendor)
        view = await get_order(short.desk, short.town.buyer, short.order_id)
        assert (view["state"], view["paid_fen"], view["pending_fen"]) == ("settled", 13_000, 0)
        assert [one["amount_received"] for one in strict.intents.values()] == [10_000, 3_000]
        assert [one["amount_fen"] for one in await said(desk_at_vendor, short.order_id, "payment.recorded")] == [
            10_000,
            3_000,
        ]
        await credit_order(short.desk, short.seller, short.order_id, a_credit(short, 5_000))
        later(short, timedelta(seconds=11))
        await finish_due_cards(desk_at_vendor)
        view = await get_order(short.desk, short.town.buyer, short.order_id)
        assert (view["paid_fen"], view["kept_fen"], strict.taken_fen()) == (8_000, 8_000, 8_000)

    async def test_that_the_card_refuses_stays_owed_and_is_told(
        self, desk_at_vendor: Desk, short: Walk, strict: StrictStripe
    ) -> None:
        strict.no_more_holds = True
        await deliver(short)
        later(short, timedelta(seconds=11))
        await finish_due_cards(desk_at_vendor)
        view = await get_order(short.desk, short.town.buyer, short.order_id)
        assert (view["state"], view["owed_fen"], view["pending_fen"]) == ("accepted", 3_000, 0)
        assert [one["kind"] for one in await said(desk_at_vendor, short.order_id, "notice.raised")] == ["hold_failed"]

    @pytest.mark.parametrize("lost", ["payment_intents", "confirm"])
    async def test_an_answer_that_is_lost_takes_it_once(
        self, desk_at_vendor: Desk, short: Walk, strict: StrictStripe, lost: str
    ) -> None:
        await deliver(short)
        view = await get_order(short.desk, short.town.buyer, short.order_id)
        (supplement,) = [UUID(one["payment_id"]) for one in view["payments"] if one["state"] == "authorising"]
        strict.lost = lost
        with pytest.raises(CardsUnavailable):
            await finish_card(desk_at_vendor, supplement)
        await finish_card(desk_at_vendor, supplement)
        await finish_card(desk_at_vendor, supplement)
        assert (strict.taken_fen(), (await payment(short))["order_state"]) == (13_000, "settled")

"""A refund that fails, at once or days later, is owed again, told, and paid back once by one way or the other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.domain.notice_words import page_of
from services.order.clients.stripe import StripeCards
from services.order.domain.refund_refusals import NoSuchRefund
from services.order.domain.refusals import ReasonWanted
from services.order.store.refunds import REFUND_MOVES
from services.order.usecases.commands import AnswerCancellation, SendRefund
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.look_at_refunds import look_at_refunds
from services.order.usecases.settle_refund import receive_refund, retry_refund, send_refund
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from shared.states import WrongState
from tests.build.order import START, Town, Walk, said, untouched
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_cards import Vendor, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit

YES = AnswerCancellation.model_validate({"outcome": "agree"})
NO = AnswerCancellation.model_validate({"outcome": "object", "reason": "截至今日未到账"})
SENT = SendRefund(note="农业银行 流水号 8842")


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
async def paid(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Walk:
    """An order of 130.00 yuan, paid by card, of which 10.00 went back to the card."""
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    walk = await town.an_order((await town.goods(), 10_000))
    await with_card(walk)
    await walk.confirm()
    await walk.pack()
    await walk.ship()
    await walk.accept()
    await credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
    return walk


def news(type_: str, thing: dict[str, Any]) -> dict[str, Any]:
    data = {"object": thing}
    return {"id": f"evt_{new_id().hex}", "object": "event", "type": type_, "created": 1, "data": data}


async def view(walk: Walk) -> dict[str, Any]:
    return await get_order(walk.desk, walk.town.buyer, walk.order_id)


def refunds(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for payment in view["payments"] for one in payment["refunds"]]


async def told(walk: Walk, kind: str) -> list[dict[str, Any]]:
    return [one for one in await said(walk.desk, walk.order_id, "notice.raised") if one["kind"] == kind]


async def failed(walk: Walk, strict: StrictStripe, vendor: Vendor) -> UUID:
    """Have the bank send the refund back, days later; gives the refund."""
    (refund,) = strict.refunds.values()
    strict.fail_refund(refund["id"])
    for type_ in ("refund.failed", "charge.refund.updated", "refund.updated"):
        await hear_stripe(walk.desk, *vendor.signed(news(type_, refund)))
    (ours,) = refunds(await view(walk))
    return UUID(ours["refund_id"])


async def sums(walk: Walk) -> tuple[int, int, int]:
    """Give what the order has as paid, what is owed back, and what was said of money in all."""
    now = await view(walk)
    events = await said(walk.desk, walk.order_id, "payment.recorded")
    return now["paid_fen"], now["refund_due_fen"], sum(one["amount_fen"] for one in events)


class TestFailing:
    async def test_later_is_owed_again_and_told_once_whatever_comes_twice(
        self, paid: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        assert await sums(paid) == (12_000, 0, 12_000)
        await failed(paid, strict, vendor)
        (refund,) = refunds(await view(paid))
        assert (refund["state"], refund["attempt"]) == ("failed", 1)
        assert [one["reason"] for one in refund["failures"]] == ["lost_or_stolen_card"]
        assert await sums(paid) == (13_000, 1_000, 13_000)
        (notice,) = await told(paid, "refund_failed")
        assert [one["roles"] for one in notice["audience"]] == [["buyer"], ["finance"], ["supplier"]]
        assert strict.taken_fen() == 13_000

    async def test_in_a_rush_of_messages_is_booked_once(self, paid: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        (refund,) = strict.refunds.values()
        strict.fail_refund(refund["id"])
        messages = [vendor.signed(news("refund.failed", refund)) for _ in range(8)]
        await asyncio.gather(*(hear_stripe(paid.desk, *one) for one in messages), return_exceptions=True)
        for one in messages:
            await hear_stripe(paid.desk, *one)
        assert await sums(paid) == (13_000, 1_000, 13_000)

    async def test_at_once_books_nothing(self, paid: Walk, strict: StrictStripe) -> None:
        strict.refunds_fail = True
        await credit_order(paid.desk, paid.seller, paid.order_id, a_credit(paid, 500))
        assert [one["state"] for one in refunds(await view(paid))] == ["done", "failed"]
        assert await sums(paid) == (12_000, 500, 12_000)

    async def test_stays_in_the_account_as_it_was_told(self, paid: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        await failed(paid, strict, vendor)
        async with paid.desk.uow.glance() as tx:
            rows = await tx.rows(
                sa.text(f"SELECT amount_fen, undone FROM {REFUND_MOVES} f WHERE payment_id = :id ORDER BY at"),  # noqa: S608
                {"id": (await view(paid))["payments"][0]["payment_id"]},
            )
        assert [tuple(row) for row in rows] == [(1_000, False), (-1_000, True)]


class TestTryingAgain:
    async def test_pays_back_once_by_a_key_of_its_own(self, paid: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        refund_id = await failed(paid, strict, vendor)
        done = await asyncio.gather(
            *(retry_refund(paid.desk, paid.town.finance, paid.order_id, refund_id) for _ in range(4)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, WrongState) for one in done) == 3
        payment_id = UUID((await view(paid))["payments"][0]["payment_id"])
        for _ in range(2):
            await finish_card(paid.desk, payment_id, of_refunds=True)
        assert await sums(paid) == (12_000, 0, 12_000)
        assert [one["state"] for one in refunds(await view(paid))] == ["done"]
        assert (strict.taken_fen(), len(strict.refunds)) == (12_000, 2)

    async def test_may_fail_again_and_again(self, paid: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        refund_id = await failed(paid, strict, vendor)
        strict.refunds_fail = True
        for attempt in (2, 3):
            await retry_refund(paid.desk, paid.seller, paid.order_id, refund_id)
            (refund,) = refunds(await view(paid))
            assert (refund["state"], refund["attempt"], len(refund["failures"])) == ("failed", attempt, attempt)
        strict.refunds_fail = False
        await retry_refund(paid.desk, paid.town.buyer, paid.order_id, refund_id)
        assert (await sums(paid), strict.taken_fen()) == ((12_000, 0, 12_000), 12_000)

    async def test_is_for_what_failed_and_for_its_people(
        self, paid: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        (ours,) = refunds(await view(paid))
        other = await paid.town.an_order((await paid.town.goods(), 10_000), upto="accepted")
        async with untouched(paid.desk):
            with pytest.raises(WrongState):
                await retry_refund(paid.desk, paid.town.finance, paid.order_id, UUID(ours["refund_id"]))
            with pytest.raises(NoSuchRefund):
                await retry_refund(paid.desk, paid.town.finance, paid.order_id, new_id())
            with pytest.raises(NoSuchRefund):
                await retry_refund(paid.desk, paid.town.finance, other.order_id, UUID(ours["refund_id"]))
        refund_id = await failed(paid, strict, vendor)
        stranger = (await Town(paid.desk).heard_of()).finance
        async with untouched(paid.desk):
            for who in (stranger, other.seller, paid.town.approver):
                with pytest.raises(NotAllowed):
                    await retry_refund(paid.desk, who, paid.order_id, refund_id)
            for who in (stranger, paid.town.buyer, other.seller):
                with pytest.raises(NotAllowed):
                    await send_refund(paid.desk, who, paid.order_id, refund_id, SENT)
            for who in (stranger, paid.seller):
                with pytest.raises(NotAllowed):
                    await receive_refund(paid.desk, who, paid.order_id, refund_id, YES)


class TestByTransfer:
    async def test_is_booked_when_its_payer_has_it_and_once(
        self, paid: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        refund_id = await failed(paid, strict, vendor)
        await send_refund(paid.desk, paid.seller, paid.order_id, refund_id, SENT)
        assert await sums(paid) == (13_000, 1_000, 13_000)
        (notice,) = await told(paid, "payment_submitted")
        assert [one["roles"] for one in notice["audience"]] == [["buyer"], ["finance"]]
        facts = {fact["name"]: fact["value"] for fact in notice["facts"]}
        assert page_of(NoticeKind.PAYMENT_SUBMITTED, notice["subject_id"], facts) == f"/orders/{paid.order_id}"
        async with untouched(paid.desk):
            with pytest.raises(WrongState):
                await retry_refund(paid.desk, paid.town.finance, paid.order_id, refund_id)
        done = await asyncio.gather(
            *(receive_refund(paid.desk, paid.town.finance, paid.order_id, refund_id, YES) for _ in range(4)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, WrongState) for one in done) == 3
        assert await sums(paid) == (12_000, 0, 12_000)
        event = (await said(paid.desk, paid.order_id, "payment.recorded"))[-1]
        assert (event["method"], event["amount_fen"]) == ("bank_transfer", -1_000)
        (refund,) = strict.refunds.values()
        await hear_stripe(paid.desk, *vendor.signed(news("refund.updated", refund)))
        assert (await sums(paid), strict.taken_fen()) == ((12_000, 0, 12_000), 13_000)

    async def test_that_did_not_come_is_owed_again(self, paid: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        refund_id = await failed(paid, strict, vendor)
        await send_refund(paid.desk, paid.seller, paid.order_id, refund_id, SENT)
        async with untouched(paid.desk):
            wordless = AnswerCancellation.model_validate({"outcome": "object"})
            with pytest.raises(ReasonWanted):
                await receive_refund(paid.desk, paid.town.buyer, paid.order_id, refund_id, wordless)
        await receive_refund(paid.desk, paid.town.buyer, paid.order_id, refund_id, NO)
        (refund,) = refunds(await view(paid))
        assert (refund["state"], refund["sent_at"], refund["sent_note"]) == ("failed", None, "")
        await retry_refund(paid.desk, paid.town.finance, paid.order_id, refund_id)
        assert (await sums(paid), strict.taken_fen()) == ((12_000, 0, 12_000), 12_000)


class TestOfWhichNoMessageCame:
    """The vendor is asked of a refund at growing gaps, so that a message that was lost costs no money."""

    @pytest.fixture(autouse=True)
    async def alone(self, paid: Walk) -> None:
        """Of the refunds of other tests, by clocks of their own, none is looked at."""
        async with paid.desk.uow.begin() as tx:
            others = "payment_id NOT IN (SELECT payment_id FROM payments WHERE order_id = :order)"
            await tx.execute(sa.text(f"UPDATE refunds SET looks = 7 WHERE {others}"), {"order": paid.order_id})  # noqa: S608

    async def looks(self, paid: Walk, clock: SettableClock, *after: timedelta) -> list[int]:
        """Go to each of these times after the start and look; gives after how many looks each left it."""
        seen = []
        for one in after:
            clock.set(START + one)
            await look_at_refunds(paid.desk)
            async with paid.desk.uow.glance() as tx:
                found = sa.text("SELECT looks FROM refunds JOIN payments USING (payment_id) WHERE order_id = :order")
                seen.append(await tx.value(found, {"order": paid.order_id}))
        return seen

    async def test_is_found_by_the_clock_and_told(self, paid: Walk, strict: StrictStripe, clock: SettableClock) -> None:
        (refund,) = strict.refunds.values()
        assert await self.looks(paid, clock, timedelta(minutes=59), timedelta(hours=1)) == [0, 1]
        assert await sums(paid) == (12_000, 0, 12_000)
        strict.fail_refund(refund["id"])
        assert await self.looks(paid, clock, timedelta(hours=23)) == [1]
        assert await sums(paid) == (12_000, 0, 12_000)
        clock.set(START + timedelta(days=1))
        await asyncio.gather(*(look_at_refunds(paid.desk) for _ in range(3)))
        assert await sums(paid) == (13_000, 1_000, 13_000)
        assert len(await told(paid, "refund_failed")) == 1

    async def test_is_looked_at_seven_times_and_no_more(
        self, paid: Walk, strict: StrictStripe, clock: SettableClock
    ) -> None:
        days = (1, 3, 7, 14, 30, 45, 400)
        seen = await self.looks(paid, clock, timedelta(hours=2), *(timedelta(days=one) for one in days))
        assert seen == [1, 2, 3, 4, 5, 6, 7, 7]
        asked = len(strict.sent)
        await look_at_refunds(paid.desk)
        assert len(strict.sent) == asked

    async def test_is_looked_at_once_for_all_that_was_missed(
        self, paid: Walk, strict: StrictStripe, clock: SettableClock
    ) -> None:
        assert await self.looks(paid, clock, timedelta(days=20), timedelta(days=20)) == [5, 5]
        strict.fail_refund(next(iter(strict.refunds)))
        await self.looks(paid, clock, timedelta(days=30))
        assert await sums(paid) == (13_000, 1_000, 13_000)

    async def test_begins_anew_with_the_next_try(
        self, paid: Walk, strict: StrictStripe, vendor: Vendor, clock: SettableClock
    ) -> None:
        assert await self.looks(paid, clock, timedelta(days=3)) == [3]
        refund_id = await failed(paid, strict, vendor)
        await retry_refund(paid.desk, paid.town.finance, paid.order_id, refund_id)
        assert await self.looks(paid, clock, timedelta(days=3), timedelta(days=3, hours=1)) == [0, 1]

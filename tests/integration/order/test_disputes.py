"""What a card's holder disputes is told; what a bank takes back is booked once, and its order is owed anew."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.clients.stripe import StripeCards
from services.order.domain.refusals import CardBusy, CardsUnavailable
from services.order.store.payment_tables import payments
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.look_at_disputes import LOOKED_AT_FOR, look_at_disputes
from services.order.usecases.put_payment import put_payment
from services.order.usecases.settle_refund import send_refund
from services.order.usecases.time_out_orders import close_settled
from shared.clock import SettableClock
from shared.ids import new_id
from shared.states import WrongState
from tests.build.accounts import a_year, moment
from tests.build.order import Town, Walk
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_books_of_what_came import offenders
from tests.integration.order.test_cards import Vendor, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_refunds_that_fail import SENT, news, sums, told, view
from tests.integration.order.test_returns import a_credit

TRANSFER = PutPayment.model_validate({"method": "bank_transfer", "amount_fen": 13_000})


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
async def kept(desk: Desk, clock: SettableClock, strict: StrictStripe, env: dict[str, str], town: Town) -> Walk:
    """An order of 130.00 yuan, paid by card, of a year of which no month is closed."""
    may = moment(a_year(), 5, 2)
    clock.set(may)
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    goods = await town.goods()
    walk = await town.an_order((goods, 10_000), wanted={"wanted_on": may.date() + timedelta(days=3)})
    await with_card(walk)
    await walk.confirm()
    await walk.pack()
    await walk.ship()
    await walk.accept()
    return walk


class Bank:
    """The bank of who holds the card, and the vendor that tells what it does."""

    def __init__(self, walk: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        self.walk, self.strict, self.vendor = walk, strict, vendor
        (self.intent_id,) = strict.intents
        self.dispute_id = ""

    async def open(self, amount_fen: int = 13_000) -> None:
        self.dispute_id = self.strict.dispute(self.intent_id, amount_fen)
        await self.tell("charge.dispute.created")

    async def decide(self, status: str) -> None:
        self.strict.disputes[self.dispute_id]["status"] = status
        await self.tell("charge.dispute.closed")

    async def tell(self, type_: str, **other: Any) -> None:
        about = self.strict.disputes[self.dispute_id] | other
        await hear_stripe(self.walk.desk, *self.vendor.signed(news(type_, about)))

    async def shown(self) -> dict[str, Any]:
        """Read the dispute as its order shows it."""
        (payment,) = (one for one in (await view(self.walk))["payments"] if one["method"] == "card")
        (dispute,) = payment["disputes"]
        return dict(dispute)


@pytest.fixture
def bank(kept: Walk, strict: StrictStripe, vendor: Vendor) -> Bank:
    return Bank(kept, strict, vendor)


class TestADispute:
    async def test_that_is_open_moves_nothing_and_keeps_its_order_from_closing(
        self, kept: Walk, bank: Bank, clock: SettableClock
    ) -> None:
        await bank.open()
        clock.set(clock.now() + timedelta(days=60))
        await close_settled(kept.desk)
        assert (await view(kept))["state"] == "settled"
        assert await sums(kept) == (13_000, 0, 13_000)
        await bank.decide("won")
        await close_settled(kept.desk)
        assert (await view(kept))["state"] == "closed"
        assert await sums(kept) == (13_000, 0, 13_000)
        assert len(await told(kept, "payment_disputed")) == 2

    async def test_is_what_the_vendor_has_whatever_its_messages_say(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        await bank.tell("charge.dispute.closed", status="lost")
        assert ((await bank.shown())["state"], await sums(kept)) == ("open", (13_000, 0, 13_000))
        await bank.decide("lost")
        await bank.tell("charge.dispute.created", status="needs_response")
        assert ((await bank.shown())["state"], await sums(kept)) == ("lost", (0, 0, 0))

    async def test_follows_what_is_told_of_it_while_it_is_open(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        before = await bank.shown()
        bank.strict.disputes[bank.dispute_id] |= {"amount": 9_000, "status": "under_review"}
        bank.strict.disputes[bank.dispute_id]["evidence_details"]["due_by"] += 86_400
        await bank.tell("charge.dispute.updated")
        after = await bank.shown()
        assert (before["amount_fen"], after["amount_fen"], after["taken_back_fen"]) == (13_000, 9_000, 0)
        assert after["evidence_due_at"] > before["evidence_due_at"]
        assert len(await told(kept, "payment_disputed")) == 1

    async def test_that_the_vendor_does_not_know_is_nothing(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        about = bank.strict.disputes[bank.dispute_id] | {"id": f"dp_{new_id().hex}", "status": "lost"}
        await hear_stripe(kept.desk, *bank.vendor.signed(news("charge.dispute.closed", about)))
        assert ((await bank.shown())["state"], await sums(kept)) == ("open", (13_000, 0, 13_000))

    async def test_of_a_payment_that_is_not_ours_is_nothing_to_us(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        async with kept.desk.uow.glance() as tx:
            before = await tx.value(sa.text("SELECT count(*) FROM disputes"))
        about = bank.strict.disputes[bank.dispute_id] | {"id": "dp_2", "payment_intent": "pi_of_another"}
        await hear_stripe(kept.desk, *bank.vendor.signed(news("charge.dispute.created", about)))
        async with kept.desk.uow.glance() as tx:
            assert await tx.value(sa.text("SELECT count(*) FROM disputes")) == before

    async def test_is_heard_again_when_the_vendor_was_away(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        bank.strict.disputes[bank.dispute_id]["status"] = "lost"
        message = bank.vendor.signed(news("charge.dispute.closed", bank.strict.disputes[bank.dispute_id]))
        bank.strict.lost = bank.dispute_id
        with pytest.raises(CardsUnavailable):
            await hear_stripe(kept.desk, *message)
        assert await sums(kept) == (13_000, 0, 13_000)
        await hear_stripe(kept.desk, *message)
        assert await sums(kept) == (0, 0, 0)


class TestALook:
    """What the vendor has is found a few times a day, though no message of it ever came."""

    async def test_finds_what_was_opened_and_what_was_decided_and_nothing_twice(self, kept: Walk, bank: Bank) -> None:
        bank.dispute_id = bank.strict.dispute(bank.intent_id, 13_000)
        assert [await look_at_disputes(kept.desk) for _ in range(2)] == [1, 0]
        assert ((await bank.shown())["state"], await sums(kept)) == ("open", (13_000, 0, 13_000))
        bank.strict.disputes[bank.dispute_id]["status"] = "lost"
        assert [await look_at_disputes(kept.desk) for _ in range(2)] == [1, 0]
        assert ((await bank.shown())["state"], await sums(kept)) == ("lost", (0, 0, 0))
        assert len(await told(kept, "payment_disputed")) == 2

    async def test_passes_over_what_is_not_ours_or_old(self, kept: Walk, bank: Bank, clock: SettableClock) -> None:
        other = bank.strict.dispute(bank.intent_id, 500)
        bank.strict.disputes[other] |= {"payment_intent": "pi_of_another"}
        assert await look_at_disputes(kept.desk) == 0
        bank.strict.disputes.clear()
        bank.strict.dispute(bank.intent_id, 500)
        clock.set(clock.now() + LOOKED_AT_FOR + timedelta(seconds=1))
        assert await look_at_disputes(kept.desk) == 0

    async def test_finds_nothing_at_the_stand_in_which_knows_none(
        self, desk: Desk, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert desk.cards is not None
        capfd.readouterr()
        assert await look_at_disputes(desk) == 0
        assert "disputes.not_looked_at" not in "".join(capfd.readouterr())

    async def test_is_made_up_for_when_the_vendor_was_away(self, kept: Walk, bank: Bank) -> None:
        bank.dispute_id = bank.strict.dispute(bank.intent_id, 13_000)
        bank.strict.lost = "disputes"
        assert await look_at_disputes(kept.desk) == 0
        bank.strict.lost = bank.dispute_id
        assert await look_at_disputes(kept.desk) == 1
        assert await look_at_disputes(kept.desk) == 1
        assert (await bank.shown())["state"] == "open"


class TestALostOne:
    async def test_is_booked_once_and_its_order_is_owed_anew(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        await bank.decide("lost")
        await bank.tell("charge.dispute.funds_withdrawn")
        now = await view(kept)
        assert (now["state"], now["paid_fen"], now["owed_fen"]) == ("accepted", 0, 13_000)
        assert await sums(kept) == (0, 0, 0)
        assert (await bank.shown())["taken_back_fen"] == 13_000
        steps = [one["step"] for one in now["steps"]]
        assert (steps.count("owe_anew"), steps.count("dispute_lost")) == (1, 1)
        assert len(await told(kept, "payment_disputed")) == 2

    async def test_in_a_rush_of_messages_is_booked_once(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        bank.strict.disputes[bank.dispute_id]["status"] = "lost"
        answers = await asyncio.gather(*(bank.tell("charge.dispute.closed") for _ in range(20)), return_exceptions=True)
        assert {type(one) for one in answers} <= {type(None), CardBusy}
        await bank.tell("charge.dispute.closed")
        assert await sums(kept) == (0, 0, 0)
        assert [one["step"] for one in (await view(kept))["steps"]].count("dispute_lost") == 1

    async def test_is_paid_again_by_transfer_and_settled(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        await bank.decide("lost")
        payment_id = new_id()
        await put_payment(kept.desk, kept.town.buyer, kept.order_id, payment_id, TRANSFER)
        await confirm_payment(kept.desk, kept.seller, kept.order_id, payment_id)
        now = await view(kept)
        assert (now["state"], now["paid_fen"], now["owed_fen"]) == ("settled", 13_000, 0)

    async def test_that_is_won_after_all_is_booked_back(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        await bank.decide("lost")
        await bank.decide("won")
        now = await view(kept)
        assert (now["state"], now["paid_fen"], (await bank.shown())["taken_back_fen"]) == ("settled", 13_000, 0)
        await bank.decide("lost")
        assert (await view(kept))["owed_fen"] == 13_000
        assert await sums(kept) == (0, 0, 0)

    async def test_and_paid_again_and_won_after_all_is_owed_back_to_the_card(self, kept: Walk, bank: Bank) -> None:
        await bank.open()
        await bank.decide("lost")
        payment_id = new_id()
        await put_payment(kept.desk, kept.town.buyer, kept.order_id, payment_id, TRANSFER)
        await confirm_payment(kept.desk, kept.seller, kept.order_id, payment_id)
        await bank.decide("won")
        assert await sums(kept) == (26_000, 13_000, 26_000)
        (card,) = (one for one in (await view(kept))["payments"] if one["method"] == "card")
        await finish_card(kept.desk, UUID(card["payment_id"]))
        assert await sums(kept) == (13_000, 0, 13_000)
        assert bank.strict.taken_fen() == 0

    async def test_takes_no_more_than_is_left_of_what_was_paid(self, kept: Walk, bank: Bank) -> None:
        await credit_order(kept.desk, kept.seller, kept.order_id, a_credit(kept, 1_000))
        assert await sums(kept) == (12_000, 0, 12_000)
        await bank.open(13_000)
        await bank.decide("lost")
        assert await sums(kept) == (0, 0, 0)
        shown = await bank.shown()
        assert (shown["amount_fen"], shown["taken_back_fen"]) == (13_000, 12_000)

    async def test_of_a_closed_order_opens_it_as_it_was_accepted(
        self, kept: Walk, bank: Bank, clock: SettableClock
    ) -> None:
        clock.set(clock.now() + timedelta(days=60))
        await close_settled(kept.desk)
        assert (await view(kept))["state"] == "closed"
        await bank.open(5_000)
        await bank.decide("lost")
        now = await view(kept)
        assert (now["state"], now["paid_fen"], now["owed_fen"]) == ("accepted", 8_000, 5_000)

    async def test_takes_the_place_of_a_refund_that_was_owed(self, kept: Walk, bank: Bank) -> None:
        """The vendor refuses to pay back what the bank took: nothing is owed to the payer beside it."""
        bank.strict.refunds_fail = True
        await credit_order(kept.desk, kept.seller, kept.order_id, a_credit(kept, 1_000))
        assert await sums(kept) == (13_000, 1_000, 13_000)
        await bank.open()
        await bank.decide("lost")
        assert await sums(kept) == (0, 0, 0)
        ((refund,),) = [one["refunds"] for one in (await view(kept))["payments"]]
        assert refund["state"] == "covered"
        with pytest.raises(WrongState):
            await send_refund(kept.desk, kept.seller, kept.order_id, UUID(refund["refund_id"]), SENT)
        assert (await view(kept))["owed_fen"] == 12_000

    async def test_of_a_part_leaves_the_rest_of_a_refund_owed(self, kept: Walk, bank: Bank) -> None:
        """130 paid, 100 kept, 30 owed back; the bank takes 10 back: 20 are owed still."""
        bank.strict.refunds_fail = True
        await credit_order(kept.desk, kept.seller, kept.order_id, a_credit(kept, 3_000))
        await bank.open(1_000)
        await bank.decide("lost")
        assert await sums(kept) == (12_000, 2_000, 12_000)
        ((first, second),) = [one["refunds"] for one in (await view(kept))["payments"]]
        assert (first["state"], second["state"], second["amount_fen"]) == ("covered", "due", 2_000)
        assert (await view(kept))["state"] == "settled"

    async def test_leaves_every_book_right_whatever_comes(self, kept: Walk, bank: Bank) -> None:
        await bank.open(4_000)
        assert await offenders(kept.desk, kept.order_id) == []
        for status, paid_fen in (("lost", 9_000), ("won", 13_000), ("lost", 9_000)):
            await bank.decide(status)
            assert (await view(kept))["paid_fen"] == paid_fen
            assert await offenders(kept.desk, kept.order_id) == []

    async def test_that_no_move_tells_of_is_found(self, kept: Walk, bank: Bank) -> None:
        await bank.open(4_000)
        await bank.decide("lost")
        for planted_fen, found in ((1, 1), (-1, 0)):
            async with kept.desk.uow.begin() as tx:
                await tx.execute(
                    sa.update(payments)
                    .where(payments.c.order_id == kept.order_id)
                    .values(disputed_fen=payments.c.disputed_fen - planted_fen)
                )
            assert len(await offenders(kept.desk, kept.order_id)) == found

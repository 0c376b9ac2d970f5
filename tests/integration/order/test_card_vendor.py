"""What we ask of the card vendor has the shape it documents, and what its stand-in lets pass our own books refuse."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.order.clients.cards import Cards, IntentState
from services.order.clients.stripe import StripeCards
from services.order.domain.refusals import CardBusy, CardsUnavailable, RefundRefused
from services.order.store.payments import vendor_due
from services.order.usecases.agree_return import agree_return
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import TAKEN_FOR, asking, finish_card, finish_due_cards
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.return_goods import return_goods
from shared.clock import SettableClock
from shared.contracts.words import PaymentMethod
from shared.ids import new_id
from shared.rounds import BATCH_MAX
from tests.build.order import Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order import test_cards
from tests.integration.order.test_cards import Away, Died, DiesAfter, Vendor, kept, payment, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit, a_return

VISA = "pm_card_visa"
MANY_VOIDING = """
INSERT INTO payments (payment_id, order_id, method, state, amount_fen, registered_at, registered_by, touched_at,
  card_token, intent_id, authorised_fen)
SELECT gen_random_uuid(), order_id, 'alipay', 'voiding', amount_fen, registered_at, registered_by, touched_at,
  NULL, 'pi_many_' || n, 0
FROM payments, generate_series(1, :many) n WHERE order_id = :order_id"""


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    """The vendor as documented; whatever a test sends has to fit."""
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
def cards(strict: StrictStripe, env: dict[str, str]) -> StripeCards:
    return StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict)


@pytest.fixture
async def walk(town: Town) -> Walk:
    """A placed order of 130.00 yuan."""
    return await town.an_order((await town.goods(), 10_000))


async def paid(walk: Walk) -> UUID:
    """Pay an order by card and accept it; gives the payment."""
    payment_id = await with_card(walk)
    await walk.confirm()
    await walk.pack()
    await walk.ship()
    await walk.accept()
    return payment_id


class TestShapes:
    async def test_every_verb_fits_and_repeated_does_nothing_more(
        self, cards: StripeCards, strict: StrictStripe
    ) -> None:
        payment_id, refund_id = new_id(), new_id()
        order_id, card = new_id(), await kept(cards)
        made = await cards.make(payment_id, order_id, card, 20_000)
        assert await cards.make(payment_id, order_id, card, 20_000) == made
        assert (await cards.hold(made.intent_id)).state is IntentState.HELD
        assert (await cards.hold(made.intent_id)).state is IntentState.HELD
        assert (await cards.capture(made.intent_id, 18_255)).captured_fen == 18_255
        assert (await cards.let_go(made.intent_id)).state is IntentState.CAPTURED
        for _ in range(3):
            await cards.pay_back(made.intent_id, refund_id, 255)
        assert (len(strict.intents), strict.taken_fen()) == (1, 18_000)
        assert {sent.path.split("/")[2] for sent in strict.sent} == {
            "payment_intents",
            "refunds",
            "customers",
            "payment_methods",
        }

    async def test_no_verb_is_left_out_with_all_that_it_may_be_told(
        self, cards: StripeCards, strict: StrictStripe
    ) -> None:
        """Whatever verb is added to the client joins in here, and what passes money on or tries again is told so."""
        used: set[str] = set()

        class Noted:
            def __getattr__(self, name: str) -> Any:
                used.add(name)
                return getattr(cards, name)

        asked: Any = Noted()
        strict.accounts = {"acct_1": {"charges_enabled": True}}
        assert await asked.can_be_paid("acct_1")
        card, refund_id = await kept(asked), new_id()
        held = await asked.make(new_id(), new_id(), card, 20_000, attempt=1, destination="acct_1")
        await asked.hold(held.intent_id)
        await asked.capture(held.intent_id, 18_000)
        strict.refunds_fail = True
        failed = await asked.pay_back(held.intent_id, refund_id, 100, reverse=True)
        strict.refunds_fail = False
        assert await asked.failed_refunds(held.intent_id) == {(str(refund_id), 0): failed}
        assert await asked.pay_back(held.intent_id, refund_id, 100, attempt=1, reverse=True) is None
        assert (await asked.read_dispute(strict.dispute(held.intent_id, 500))).amount_fen == 500
        seen_since = await asked.disputes_since(datetime.fromtimestamp(strict.now() - 1, UTC))
        assert [(intent_id, one.amount_fen) for intent_id, one in seen_since] == [(held.intent_id, 500)]
        assert await asked.disputes_since(datetime.fromtimestamp(strict.now() + 1, UTC)) == []
        assert await asked.read_dispute("dp_of_another") is None
        await asked.make(new_id(), new_id(), card, 300, at_once=True, destination="acct_1")
        for method in (PaymentMethod.ALIPAY, PaymentMethod.WECHAT_PAY):
            wallet = await asked.make_for_wallet(new_id(), new_id(), method, 700, destination="acct_1")
            await asked.ask_payer(wallet.intent_id, "https://zhucai.example/orders")
            await asked.let_go(wallet.intent_id)
        await asked.read(held.intent_id)
        seen = await asked.look(held.intent_id)
        assert (seen.captured_fen, sum(seen.refunds.values())) == (18_000, 100)
        now = datetime.fromtimestamp(strict.now(), UTC)
        assert await asked.charges_between(now - timedelta(hours=1), now + timedelta(hours=1))
        assert used == {name for name in vars(StripeCards) if name[0] != "_"} - {"close", "read_news"}
        posted = [one for one in strict.sent if one.method == "POST"]
        made = [one.params for one in posted if one.path == "/v1/payment_intents"]
        assert [(one["transfer_data"], one["on_behalf_of"]) for one in made] == [
            ({"destination": "acct_1"}, "acct_1")
        ] * 4
        back = [one for one in posted if one.path == "/v1/refunds"]
        assert [one.params["reverse_transfer"] for one in back] == ["true", "true"]
        assert len({one.key for one in posted}) == len(posted)

    @pytest.mark.parametrize("lost", ["customers", "attach", "payment_intents", "confirm", "capture", "refunds"])
    async def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_done_twice(
        self, cards: StripeCards, strict: StrictStripe, lost: str
    ) -> None:
        payment_id, order_id, refund_id = new_id(), new_id(), new_id()

        async def surely(ask: Any) -> Any:
            try:
                return await ask()
            except CardsUnavailable:
                return await ask()

        strict.lost = lost
        card = await surely(lambda: cards.keep(payment_id, VISA))
        made = await surely(lambda: cards.make(payment_id, order_id, card, 20_000))
        await surely(lambda: cards.hold(made.intent_id))
        await surely(lambda: cards.capture(made.intent_id, 15_000))
        await surely(lambda: cards.pay_back(made.intent_id, refund_id, 5_000))
        assert (len(strict.customers), len(strict.intents), strict.taken_fen()) == (1, 1, 10_000)

    async def test_a_card_that_says_no_late_is_answered_by_how_its_intent_stands(
        self, cards: StripeCards, strict: StrictStripe
    ) -> None:
        made = await cards.make(new_id(), new_id(), await kept(cards), 20_000)
        await cards.hold(made.intent_id)
        strict.says_no = "capture"
        assert (await cards.capture(made.intent_id, 15_000)).state is IntentState.HELD
        strict.says_no = "cancel"
        assert (await cards.let_go(made.intent_id)).state is IntentState.HELD
        strict.says_no = None
        made = await cards.make(new_id(), new_id(), await kept(cards), 20_000)
        await cards.hold(made.intent_id)
        assert (await cards.capture(made.intent_id, 15_000)).state is IntentState.CAPTURED
        strict.says_no = "refunds"
        with pytest.raises(CardsUnavailable):
            await cards.pay_back(made.intent_id, new_id(), 5_000)
        strict.says_no = made.intent_id
        with pytest.raises(CardsUnavailable):
            await cards.read(made.intent_id)

    async def test_a_refund_among_very_many_is_found(self, cards: StripeCards, strict: StrictStripe) -> None:
        payment_id, first = new_id(), new_id()
        made = await cards.make(payment_id, new_id(), await kept(cards), 20_000)
        await cards.hold(made.intent_id)
        await cards.capture(made.intent_id, 20_000)
        await cards.pay_back(made.intent_id, first, 1)
        for _ in range(120):
            await cards.pay_back(made.intent_id, new_id(), 1)
        strict.sent.clear()
        await cards.pay_back(made.intent_id, first, 1)
        assert ([sent.method for sent in strict.sent], strict.taken_fen()) == (["GET", "GET"], 20_000 - 121)


class TestStandIn:
    """What `localstripe` lets pass."""

    @pytest.fixture
    async def captured(self, desk: Desk) -> tuple[Cards, str]:
        assert desk.cards is not None
        payment_id = new_id()
        made = await desk.cards.make(payment_id, new_id(), await kept(desk.cards), 20_000)
        await desk.cards.hold(made.intent_id)
        await desk.cards.capture(made.intent_id, 18_255)
        return desk.cards, made.intent_id

    async def test_a_refund_beyond_what_was_taken_is_refused(self, captured: tuple[Cards, str], vendor: Vendor) -> None:
        cards, intent_id = captured
        await cards.pay_back(intent_id, new_id(), 18_000)
        with pytest.raises(RefundRefused):
            await cards.pay_back(intent_id, new_id(), 256)
        await cards.pay_back(intent_id, new_id(), 255)
        assert sorted(await vendor.refunds(intent_id)) == [255, 18_000]

    async def test_a_refund_repeated_with_another_amount_is_refused(
        self, captured: tuple[Cards, str], vendor: Vendor
    ) -> None:
        cards, intent_id = captured
        refund_id = new_id()
        await cards.pay_back(intent_id, refund_id, 100)
        with pytest.raises(RefundRefused):
            await cards.pay_back(intent_id, refund_id, 101)
        assert await vendor.refunds(intent_id) == [100]

    async def test_what_was_taken_of_a_hold_is_read_as_it_is(self, captured: tuple[Cards, str]) -> None:
        cards, intent_id = captured
        assert (await cards.read(intent_id)).captured_fen == 18_255
        await cards.pay_back(intent_id, new_id(), 55)
        assert (await cards.read(intent_id)).captured_fen == 18_255


class TestAtOnce:
    async def test_many_that_charge_charge_once(self, desk: Desk, town: Town, walk: Walk, vendor: Vendor) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        town.desk = replace(desk, cards=Away())
        await walk.accept()
        town.desk = desk
        results = await asyncio.gather(*(finish_card(desk, payment_id) for _ in range(8)), return_exceptions=True)
        assert {type(result) for result in results} <= {type(None), CardBusy}
        now = await payment(walk)
        assert (now["order_state"], now["order_paid_fen"]) == ("settled", 13_000)
        assert len(await said(desk, walk.order_id, "payment.recorded")) == 1
        (intent,) = await vendor.intents(payment_id)
        taken = await vendor.ask("balance_transactions", limit=10_000)
        assert [one["amount"] for one in taken["data"] if one["source"] == intent["latest_charge"]["id"]] == [14_300]

    async def test_many_that_pay_back_pay_back_once(self, desk: Desk, walk: Walk, vendor: Vendor) -> None:
        payment_id = await paid(walk)
        asked = a_return(walk, 2_500)
        await return_goods(desk, walk.town.buyer, walk.order_id, asked)
        await agree_return(replace(desk, cards=Away()), walk.seller, walk.order_id, asked.return_id)
        results = await asyncio.gather(*(finish_card(desk, payment_id) for _ in range(8)), return_exceptions=True)
        assert {type(result) for result in results} <= {type(None), CardBusy}
        (intent,) = await vendor.intents(payment_id)
        assert await vendor.refunds(intent["id"]) == [3_250]
        assert (await payment(walk))["order_paid_fen"] == 9_750

    async def test_credits_and_returns_at_once_never_pay_back_more_than_was_paid(
        self, desk: Desk, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await paid(walk)
        returns = [a_return(walk, 3_000) for _ in range(4)]
        for asked in returns:
            await return_goods(desk, walk.town.buyer, walk.order_id, asked)
        await asyncio.gather(
            *(agree_return(desk, walk.seller, walk.order_id, asked.return_id) for asked in returns),
            *(credit_order(desk, walk.seller, walk.order_id, a_credit(walk, 4_000)) for _ in range(4)),
            return_exceptions=True,
        )
        later = replace(desk, clock=SettableClock(desk.clock.now() + timedelta(minutes=5)))
        await finish_due_cards(later)
        await finish_card(desk, payment_id)
        view = await get_order(desk, walk.town.buyer, walk.order_id)
        (intent,) = await vendor.intents(payment_id)
        back = await vendor.refunds(intent["id"])
        assert 0 < sum(back) <= 13_000
        assert (view["paid_fen"], view["kept_fen"]) == (13_000 - sum(back), 13_000 - sum(back))
        assert {one["state"] for one in view["payments"][0]["refunds"]} == {"done"}

    async def test_the_database_refuses_a_refund_beyond_what_was_paid(self, desk: Desk, walk: Walk) -> None:
        payment_id = await paid(walk)
        with pytest.raises(IntegrityError, match="payments_refunded_check"):
            async with desk.uow.begin() as tx:
                await tx.execute(
                    sa.text("UPDATE payments SET refunded_fen = 13001 WHERE payment_id = :id"), {"id": payment_id}
                )

    async def test_who_died_while_asking_is_followed_after_a_minute(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        town.desk = replace(desk, cards=Away())
        await walk.accept()
        now = desk.clock.now()
        async with asking(desk, payment_id):
            with pytest.raises(CardBusy):
                await finish_card(desk, payment_id)
            for minutes, there in ((TAKEN_FOR, False), (TAKEN_FOR + timedelta(seconds=1), True)):
                async with desk.uow.glance() as tx:
                    assert (payment_id in await vendor_due(tx, now + minutes, timedelta(0), 10_000)) is there
        await finish_card(desk, payment_id)
        assert (await payment(walk))["order_state"] == "settled"


class TestRefused:
    async def test_a_refund_that_the_vendor_refuses_is_told_and_stays_owed(
        self, desk: Desk, walk: Walk, cards: StripeCards, strict: StrictStripe, town: Town
    ) -> None:
        town.desk = desk = replace(desk, cards=cards)
        payment_id = await paid(walk)
        intent_id = next(iter(strict.intents))
        await cards.pay_back(intent_id, new_id(), 13_000)
        await credit_order(desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
        now = await payment(walk)
        assert ([one["state"] for one in now["refunds"]], now["order_paid_fen"]) == (["failed"], 13_000)
        assert (await get_order(desk, walk.town.buyer, walk.order_id))["refund_due_fen"] == 1_000
        async with desk.uow.glance() as tx:
            later = desk.clock.now() + timedelta(days=3)
            assert payment_id not in await vendor_due(tx, later, timedelta(seconds=10), 10_000)
        told = await said(desk, walk.order_id, "notice.raised")
        assert [one["kind"] for one in told if "refund" in one["kind"]] == ["refund_failed"]


class TestNewsOutOfOrder:
    async def test_before_the_response_twice_and_out_of_order(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        assert desk.cards is not None
        (intent,) = await vendor.intents(payment_id)
        news = test_cards.TestNews().news
        captured = vendor.signed(news(intent["id"]))
        town.desk = replace(desk, cards=DiesAfter(desk.cards, "capture"))
        with pytest.raises(Died):
            await walk.accept()
        town.desk = desk
        async with asking(desk, payment_id):
            with pytest.raises(CardBusy):
                await hear_stripe(desk, *captured)
        results = await asyncio.gather(*(hear_stripe(desk, *captured) for _ in range(4)), return_exceptions=True)
        assert {type(result) for result in results} <= {type(None), CardBusy}
        for type_ in ("payment_intent.canceled", "payment_intent.amount_capturable_updated", "payment_intent.created"):
            await hear_stripe(desk, *vendor.signed(news(intent["id"], type_)))
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["order_paid_fen"]) == ("settled", "paid", 13_000)
        assert len(await said(desk, walk.order_id, "payment.recorded")) == 1


class TestRound:
    async def test_tries_a_full_batch_so_that_it_is_known_whether_more_waits(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        town.desk = replace(desk, cards=Away())
        async with desk.uow.begin() as tx:
            await tx.execute(sa.text("UPDATE payments SET state = 'voided' WHERE state IN ('capturing', 'voiding')"))
            await tx.execute(sa.text("UPDATE refunds SET state = 'done', done_at = due_at WHERE state = 'due'"))
        walk = await town.an_order((goods, 10_000))
        await with_card(walk)
        async with desk.uow.begin() as tx:
            await tx.execute(sa.text(MANY_VOIDING), {"order_id": walk.order_id, "many": BATCH_MAX + 5})
        later = replace(desk, clock=SettableClock(desk.clock.now() + timedelta(minutes=5)), cards=Away())
        assert await finish_due_cards(later) == BATCH_MAX
        async with desk.uow.begin() as tx:
            await tx.execute(sa.text("DELETE FROM payments WHERE intent_id LIKE 'pi_many_%'"))

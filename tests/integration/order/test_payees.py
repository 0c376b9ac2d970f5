"""A supplier's account is paid three days after it is put, all its people are told, and each payment keeps its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.order.clients.stripe import StripeCards
from services.order.domain.payee_refusals import PayeeDiffers, PayeeNotReady, PayeeTooOften, PayeeUnknown
from services.order.domain.refusals import CardsNotOffered, CardsUnavailable, NoSuchSupplier
from services.order.store.payment_tables import payments
from services.order.usecases.commands import PutPayeeAccount, PutPayment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card, finish_due_cards
from services.order.usecases.payees import A_DAY_MAX, WAITS, get_payee_account, put_payee_account
from services.order.usecases.put_payment import put_payment
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.ids import new_id
from tests.build.order import WANTED, Town, Walk, an_identity, said, untouched
from tests.build.strict_stripe import Sent, StrictStripe
from tests.integration.order.test_cards import Away, payment, with_card
from tests.integration.order.test_returns import a_credit

OURS, NEXT, SLOW = "acct_ours", "acct_next", "acct_slow"


def an_account(name: str | None) -> PutPayeeAccount:
    return PutPayeeAccount(stripe_account=name)


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    vendor.accounts = {name: {"charges_enabled": name != SLOW} for name in (OURS, NEXT, SLOW)}
    yield vendor
    assert vendor.faults == []


@pytest.fixture
async def walk(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Walk:
    """A placed order of 130.00 yuan."""
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    return await town.an_order((await town.goods(), 10_000))


def later(desk: Desk, after: timedelta) -> None:
    clock = desk.clock
    assert isinstance(clock, SettableClock)
    clock.set(clock.now() + after)


def supplier(walk: Walk) -> UUID:
    found = walk.seller.seats[0].organisation_id
    assert found is not None
    return found


async def put(walk: Walk, name: str | None, payee_id: UUID | None = None) -> dict[str, Any]:
    return await put_payee_account(walk.desk, walk.seller, supplier(walk), payee_id or new_id(), an_account(name))


async def paid(walk: Walk, name: str) -> None:
    """Have an account be paid already."""
    await put(walk, name)
    later(walk.desk, WAITS)


async def deliver(walk: Walk) -> None:
    await walk.pack()
    await walk.ship()
    await walk.accept()


def made(strict: StrictStripe, path: str = "/v1/payment_intents") -> list[Sent]:
    return [one for one in strict.sent if (one.method, one.path) == ("POST", path)]


class TestPutting:
    async def test_counts_three_days_later_and_all_people_are_told(self, walk: Walk) -> None:
        view = await put(walk, OURS)
        assert (view["stripe_account"], view["waits"]["stripe_account"]) == (None, OURS)
        (notice,) = await said(walk.desk, supplier(walk), "notice.raised")
        assert (notice["kind"], [one["roles"] for one in notice["audience"]], notice["by_account_id"]) == (
            "payee_changed",
            [["supplier", "seller", "packer", "helper"]],
            None,
        )
        later(walk.desk, WAITS - timedelta(minutes=1))
        assert (await get_payee_account(walk.desk, walk.seller, supplier(walk)))["stripe_account"] is None
        later(walk.desk, timedelta(minutes=1))
        view = await get_payee_account(walk.desk, walk.seller, supplier(walk))
        assert (view["stripe_account"], view["waits"]) == (OURS, None)

    async def test_what_waits_is_undone_by_going_back_and_never_begins(self, walk: Walk) -> None:
        await paid(walk, OURS)
        await put(walk, NEXT)
        assert (await put(walk, OURS))["waits"] is None
        later(walk.desk, WAITS * 2)
        assert (await get_payee_account(walk.desk, walk.seller, supplier(walk)))["stripe_account"] == OURS
        view = await put(walk, None)
        assert (view["stripe_account"], view["waits"]) == (None, None)

    async def test_again_is_the_same_and_with_other_content_refused(self, walk: Walk) -> None:
        payee_id = new_id()
        first = await put(walk, OURS, payee_id)
        async with untouched(walk.desk):
            assert await put(walk, OURS, payee_id) == first
            with pytest.raises(PayeeDiffers):
                await put(walk, NEXT, payee_id)

    async def test_is_refused_where_the_vendor_knows_it_not_or_does_not_pay_it_yet(
        self, walk: Walk, desk: Desk
    ) -> None:
        async with untouched(desk):
            with pytest.raises(PayeeUnknown):
                await put(walk, "acct_nobody")
            with pytest.raises(PayeeNotReady):
                await put(walk, SLOW)
            for cards, refusal in ((None, CardsNotOffered), (Away(), CardsUnavailable), (desk.cards, PayeeUnknown)):
                at = replace(desk, cards=cards)  # The last one is the stand-in, which passes nothing on.
                with pytest.raises(refusal):
                    await put_payee_account(at, walk.seller, supplier(walk), new_id(), an_account(OURS))

    async def test_is_for_the_owner_alone(self, walk: Walk) -> None:
        mine = supplier(walk)
        helper, packer = (an_identity(Seat(role, mine)) for role in (Role.HELPER, Role.PACKER))
        other = (await walk.town.an_order((await walk.town.goods(), 10_000))).seller
        async with untouched(walk.desk):
            for who in (helper, packer, other, walk.town.buyer, walk.town.finance):
                with pytest.raises(NotAllowed):
                    await put_payee_account(walk.desk, who, mine, new_id(), an_account(OURS))
            for who in (other, walk.town.buyer, walk.town.finance):
                with pytest.raises(NotAllowed):
                    await get_payee_account(walk.desk, who, mine)
            with pytest.raises(NoSuchSupplier):
                await put_payee_account(walk.desk, walk.seller, new_id(), new_id(), an_account(OURS))
        assert (await get_payee_account(walk.desk, helper, mine))["stripe_account"] is None

    async def test_is_bounded_by_the_day(self, walk: Walk) -> None:
        for _ in range(A_DAY_MAX):
            await put(walk, None)
        async with untouched(walk.desk):
            with pytest.raises(PayeeTooOften):
                await put(walk, None)

    @pytest.mark.parametrize("name", ["", "ours", "acct_", "acct_a b", "acct_\n", "acct_" + "a" * 101, "cus_1"])
    def test_takes_a_name_of_an_account_alone(self, name: str) -> None:
        with pytest.raises(ValidationError):
            an_account(name)


class TestPaying:
    async def test_passes_all_of_it_on_and_has_it_paid_back_from_there(self, walk: Walk, strict: StrictStripe) -> None:
        await paid(walk, OURS)
        await with_card(walk)
        await walk.confirm()
        await deliver(walk)
        await credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
        (intent,) = made(strict)
        assert (intent.params["transfer_data"], intent.params["on_behalf_of"]) == ({"destination": OURS}, OURS)
        assert "application_fee_amount" not in intent.params
        (refund,) = made(strict, "/v1/refunds")
        assert (refund.params["reverse_transfer"], "refund_application_fee" in refund.params) == ("true", False)
        assert (strict.taken_fen(), (await payment(walk))["destination"]) == (12_000, OURS)

    async def test_to_an_account_that_came_to_be_closed_is_not_asked_of_the_card(
        self, walk: Walk, strict: StrictStripe
    ) -> None:
        await paid(walk, OURS)
        await with_card(walk)
        for closed, refusal in (({OURS: {"charges_enabled": False}}, PayeeNotReady), ({}, PayeeUnknown)):
            strict.accounts = closed
            async with untouched(walk.desk):
                with pytest.raises(refusal):
                    await walk.confirm()
        assert (made(strict), (await payment(walk))["state"]) == ([], "registered")
        await put(walk, None)  # Its seller has the platform paid instead, at once.
        await walk.confirm()
        (intent,) = made(strict)
        assert "transfer_data" not in intent.params

    async def test_without_an_account_stays_with_the_platform(self, walk: Walk, strict: StrictStripe) -> None:
        await put(walk, OURS)  # It does not count yet.
        await with_card(walk)
        await walk.confirm()
        await deliver(walk)
        await credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
        sent = [*made(strict), *made(strict, "/v1/refunds")]
        assert [one.params.keys() & {"transfer_data", "on_behalf_of", "reverse_transfer"} for one in sent] == [
            set()
        ] * 2

    async def test_a_wallet_passes_it_on_too(self, walk: Walk, strict: StrictStripe) -> None:
        await paid(walk, OURS)
        await walk.confirm()
        await deliver(walk)
        payment_id = new_id()
        content = {"method": "alipay", "amount_fen": 13_000, "return_url": "https://zhucai.example/"}
        command = PutPayment.model_validate(content)
        await put_payment(walk.desk, walk.town.finance, walk.order_id, payment_id, command)
        (intent,) = made(strict)
        assert (intent.params["transfer_data"], intent.params["on_behalf_of"]) == ({"destination": OURS}, OURS)
        (intent_id,) = strict.intents
        strict.pay(intent_id)
        await finish_card(walk.desk, payment_id)
        await credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 500))
        assert made(strict, "/v1/refunds")[0].params["reverse_transfer"] == "true"

    async def test_keeps_its_account_when_it_is_renewed_or_supplemented_after_a_change(
        self, walk: Walk, strict: StrictStripe
    ) -> None:
        await paid(walk, OURS)
        await put(walk, NEXT)
        payment_id = await with_card(walk)
        await walk.confirm()
        later(walk.desk, timedelta(days=5, hours=12, minutes=1))
        assert (await get_payee_account(walk.desk, walk.seller, supplier(walk)))["stripe_account"] == NEXT
        await finish_card(walk.desk, payment_id)
        (held,) = strict.held()
        strict.intents[held]["amount"] = 10_000
        async with walk.desk.uow.begin() as tx:
            await tx.execute(payments.update().where(payments.c.intent_id == held).values(authorised_fen=10_000))
        await deliver(walk)
        later(walk.desk, timedelta(seconds=11))
        await finish_due_cards(walk.desk)
        assert [one.params["transfer_data"]["destination"] for one in made(strict)] == [OURS] * 3
        assert strict.taken_fen() == 13_000
        goods = await walk.town.goods(supplier(walk))
        other = await walk.town.an_order((goods, 10_000), wanted={"wanted_on": WANTED + timedelta(days=30)})
        await with_card(other)
        await other.confirm()
        assert made(strict)[-1].params["transfer_data"]["destination"] == NEXT

    async def test_keeps_its_account_when_it_is_asked_again_after_a_lost_answer(
        self, walk: Walk, strict: StrictStripe
    ) -> None:
        await paid(walk, OURS)
        await put(walk, NEXT)
        await with_card(walk)
        later(walk.desk, WAITS - timedelta(minutes=2))
        strict.lost = "payment_intents"
        with pytest.raises(CardsUnavailable):
            await walk.confirm()
        later(walk.desk, timedelta(minutes=3))
        await walk.confirm()
        assert [one.params["transfer_data"]["destination"] for one in made(strict)] == [OURS] * 2
        assert len(strict.held()) == 1

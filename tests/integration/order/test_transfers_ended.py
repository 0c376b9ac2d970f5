"""A transfer that was registered by mistake is taken back, one that never came is denied, and what it was for is paid.

Whatever comes at once, one of confirming, denying and taking back is done, and the figures are that one's.
"""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import (
    MoreThanOwed,
    NoSuchPayment,
    NoSuchStatement,
    PaidTogether,
    PaymentByCard,
    PaymentDiffers,
)
from services.order.domain.transfer_refusals import PaymentEnded, TooManyPayments
from services.order.store.payments import pending_fen
from services.order.usecases.account_commands import DenyTransfer, PutAccountPayment, WithdrawTransfer
from services.order.usecases.commands import REASON_MAX, PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.deny_payment import deny_payment
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_voucher import get_voucher
from services.order.usecases.pay_account import (
    confirm_account_payment,
    deny_account_payment,
    get_account_voucher,
    put_account_payment,
    put_account_voucher,
    withdraw_account_payment,
)
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_voucher import put_voucher
from services.order.usecases.transfers import PAYMENTS_MAX
from services.order.usecases.withdraw_payment import withdraw_payment
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.contracts.words import PaymentMethod
from shared.ids import derived_id, new_id
from shared.states import WrongState
from tests.build.order import Town, Walk, said, untouched
from tests.build.papers import PDF
from tests.integration.order.test_pay_account import Owing, fen, owing
from tests.integration.order.test_payments import a_transfer, walk

__all__ = ["owing", "walk"]

BACK = WithdrawTransfer(reason="金额登记有误")
NO = DenyTransfer(reason="账户未到账")


async def registered(walk: Walk, amount_fen: int = 13_000) -> UUID:
    payment_id = new_id()
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, a_transfer(amount_fen))
    return payment_id


def told(notice: dict[str, Any]) -> tuple[str, list[list[str]]]:
    return notice["kind"], [one["roles"] for one in notice["audience"]]


class TestTakingBack:
    async def test_lets_the_order_be_paid_anew_and_tells_the_supplier(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = await registered(walk)
        view = await withdraw_payment(desk, town.finance, walk.order_id, payment_id, BACK)
        (payment,) = view["payments"]
        assert (payment["state"], payment["reason"]) == ("withdrawn", "金额登记有误")
        assert (view["state"], view["paid_fen"], view["pending_fen"], view["owed_fen"]) == ("accepted", 0, 0, 13_000)
        assert "pay" in view["open_steps"]
        last = view["steps"][-1]
        assert (last["step"], last["reason"], last["account_id"]) == (
            "withdraw_payment",
            "金额登记有误",
            str(town.finance.account_id),
        )
        (notice,) = await said(desk, payment_id, "notice.raised")
        assert told(notice) == ("payment_withdrawn", [["supplier"]])
        assert {"name": "amount_fen", "value": "13000"} in notice["facts"]
        anew = await registered(walk)
        order = await confirm_payment(desk, walk.seller, walk.order_id, anew)
        assert (order["state"], order["paid_fen"]) == ("settled", 13_000)
        assert [one["amount_fen"] for one in await said(desk, walk.order_id, "payment.recorded")] == [13_000]

    async def test_is_the_end_of_that_id(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = await registered(walk)
        await withdraw_payment(desk, town.buyer, walk.order_id, payment_id, BACK)
        async with untouched(desk):
            again = await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000))
            assert again["state"] == "withdrawn"
            with pytest.raises(PaymentEnded) as refused:
                await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(12_000))
            assert refused.value.facts == {"payment_id": str(payment_id), "state": "withdrawn"}
            for step in (
                withdraw_payment(desk, town.buyer, walk.order_id, payment_id, BACK),
                deny_payment(desk, walk.seller, walk.order_id, payment_id, NO),
                confirm_payment(desk, walk.seller, walk.order_id, payment_id),
                put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF),
            ):
                with pytest.raises(WrongState):
                    await step

    async def test_is_too_late_once_there_is_a_voucher(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = await registered(walk)
        await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF)
        async with untouched(desk):
            with pytest.raises(WrongState) as refused:
                await withdraw_payment(desk, town.buyer, walk.order_id, payment_id, BACK)
        assert refused.value.facts["open_steps"] == ["confirm", "deny", "submit"]

    async def test_is_for_who_may_pay_and_for_a_transfer_that_is_there(
        self, desk: Desk, town: Town, walk: Walk
    ) -> None:
        payment_id, other = await registered(walk), await Town(desk).heard_of()
        elsewhere = await town.an_order((await town.goods(), 5_000), upto="accepted")
        async with untouched(desk):
            for who in (walk.seller, town.approver, other.buyer, other.finance):
                with pytest.raises(NotAllowed):
                    await withdraw_payment(desk, who, walk.order_id, payment_id, BACK)
            for who in (town.buyer, town.finance, other.buyer):
                with pytest.raises(NotAllowed):
                    await deny_payment(desk, who, walk.order_id, payment_id, NO)
            for one, named in ((walk, new_id()), (elsewhere, payment_id)):
                with pytest.raises(NoSuchPayment):
                    await withdraw_payment(desk, town.buyer, one.order_id, named, BACK)
                with pytest.raises(NoSuchPayment):
                    await deny_payment(desk, one.seller, one.order_id, named, NO)

    async def test_is_not_for_cards(self, desk: Desk, town: Town) -> None:
        walk, payment_id = await town.an_order((await town.goods(), 10_000)), new_id()
        card = {"method": "card", "amount_fen": 13_000, "stripe_payment_method": "pm_card_visa"}
        await put_payment(desk, town.buyer, walk.order_id, payment_id, PutPayment.model_validate(card))
        async with untouched(desk):
            with pytest.raises(PaymentByCard):
                await withdraw_payment(desk, town.buyer, walk.order_id, payment_id, BACK)
            with pytest.raises(PaymentByCard):
                await deny_payment(desk, walk.seller, walk.order_id, payment_id, NO)

    async def test_is_bounded_by_how_many_are_registered_at_all(self, desk: Desk, town: Town, walk: Walk) -> None:
        for _ in range(PAYMENTS_MAX):
            await withdraw_payment(desk, town.buyer, walk.order_id, await registered(walk, 1), BACK)
        async with untouched(desk):
            with pytest.raises(TooManyPayments):
                await registered(walk, 1)

    @pytest.mark.parametrize("reason", ["", " ", "a\0b", "长" * (REASON_MAX + 1)])
    def test_wants_a_reason_that_can_be_read(self, reason: str) -> None:
        for command in (WithdrawTransfer, DenyTransfer):
            with pytest.raises(ValueError, match="reason"):
                command.model_validate({"reason": reason})


class TestDenying:
    @pytest.mark.parametrize("with_voucher", [True, False])
    async def test_lets_it_be_paid_anew_and_the_voucher_be_read(
        self, desk: Desk, town: Town, walk: Walk, with_voucher: bool
    ) -> None:
        payment_id = await registered(walk)
        if with_voucher:
            await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF)
        view = await deny_payment(desk, walk.seller, walk.order_id, payment_id, NO)
        (payment,) = view["payments"]
        assert (payment["state"], payment["reason"], view["pending_fen"]) == ("denied", "账户未到账", 0)
        assert view["steps"][-1]["step"] == "deny_payment"
        notices = await said(desk, payment_id, "notice.raised")
        assert told(notices[-1]) == ("payment_denied", [["buyer"], ["finance"]])
        assert [one["kind"] for one in notices[:-1]] == ["payment_submitted"] * with_voucher
        if with_voucher:
            for who in (town.buyer, walk.seller):
                assert (await get_voucher(desk, who, walk.order_id, payment_id)).body == PDF
        async with untouched(desk):
            with pytest.raises(PaymentEnded):
                await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(1))
            with pytest.raises(WrongState):
                await confirm_payment(desk, walk.seller, walk.order_id, payment_id)
        await confirm_payment(desk, walk.seller, walk.order_id, await registered(walk))
        assert (await get_order(desk, town.buyer, walk.order_id))["state"] == "settled"


class TestAtOnce:
    async def test_one_of_confirming_denying_and_taking_back_is_done(self, desk: Desk, town: Town, walk: Walk) -> None:
        ended = set()
        for amount_fen in (3_000, 2_500, 2_000, 1_500, 1_000, 500):
            before = await get_order(desk, town.buyer, walk.order_id)
            payment_id = await registered(walk, amount_fen)
            steps = [
                withdraw_payment(desk, town.buyer, walk.order_id, payment_id, BACK),
                confirm_payment(desk, walk.seller, walk.order_id, payment_id),
                deny_payment(desk, walk.seller, walk.order_id, payment_id, NO),
                withdraw_payment(desk, town.finance, walk.order_id, payment_id, BACK),
                confirm_payment(desk, walk.seller, walk.order_id, payment_id),
            ]
            done = await asyncio.gather(
                *steps[amount_fen // 500 % 3 :], *steps[: amount_fen // 500 % 3], return_exceptions=True
            )
            assert sorted(type(one).__name__ for one in done) == ["WrongState"] * 4 + ["dict"]
            after = await get_order(desk, town.buyer, walk.order_id)
            (payment,) = (one for one in after["payments"] if one["payment_id"] == str(payment_id))
            arrived = amount_fen if payment["state"] == "paid" else 0
            assert (after["paid_fen"] - before["paid_fen"], after["pending_fen"]) == (arrived, 0)
            assert payment["paid_fen"] == arrived
            ended.add(payment["state"])
        assert ended <= {"paid", "denied", "withdrawn"}
        paid = [one["amount_fen"] for one in await said(desk, walk.order_id, "payment.recorded")]
        assert sum(paid) == (await get_order(desk, town.buyer, walk.order_id))["paid_fen"]

    async def test_a_voucher_and_taking_back_are_not_both_done(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = await registered(walk)
        done = await asyncio.gather(
            put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF),
            withdraw_payment(desk, town.finance, walk.order_id, payment_id, BACK),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["WrongState", "dict"]
        (payment,) = (await get_order(desk, town.buyer, walk.order_id))["payments"]
        assert (payment["state"] == "submitted") == (payment["voucher"] is not None)
        assert payment["state"] in ("submitted", "withdrawn")


class TestOverAStatement:
    async def test_is_taken_back_whole_and_its_orders_are_paid_anew(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_900))
        back = await withdraw_account_payment(desk, town.finance, owing.statement, payment_id, BACK)
        assert (back["state"], back["reason"], len(back["parts"])) == ("withdrawn", "金额登记有误", 2)
        for one in (owing.first, owing.second):
            order = await get_order(desk, town.buyer, one.order_id)
            assert [(part["state"], part["reason"]) for part in order["payments"]] == [("withdrawn", "金额登记有误")]
            assert (order["pending_fen"], order["steps"][-1]["step"]) == (0, "withdraw_payment")
        (notice,) = await said(desk, payment_id, "notice.raised")
        assert told(notice) == ("payment_withdrawn", [["supplier"]])
        async with untouched(desk):
            again = await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_900))
            assert again["state"] == "withdrawn"
            with pytest.raises(PaymentEnded):
                await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(1_000))
            with pytest.raises(WrongState):
                await withdraw_account_payment(desk, town.buyer, owing.statement, payment_id, BACK)
        anew = new_id()
        await put_account_payment(desk, town.buyer, owing.statement, anew, fen(3_900))
        await confirm_account_payment(desk, owing.seller, owing.statement, anew)
        assert await owing.paid() == [("settled", 2_600), ("settled", 1_300)]

    async def test_with_a_voucher_waits_for_the_supplier_and_keeps_it_when_denied(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(1_000))
        await put_account_voucher(desk, town.buyer, owing.statement, payment_id, PDF)
        async with untouched(desk):
            with pytest.raises(WrongState):
                await withdraw_account_payment(desk, town.buyer, owing.statement, payment_id, BACK)
        await deny_account_payment(desk, owing.seller, owing.statement, payment_id, NO)
        assert (await get_account_voucher(desk, town.buyer, owing.statement, payment_id)).body == PDF
        order = await get_order(desk, town.buyer, owing.first.order_id)
        assert (order["steps"][-1]["step"], order["steps"][-1]["reason"]) == ("deny_payment", "账户未到账")

    async def test_its_parts_are_not_ended_alone(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        view = await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_900))
        part = view["parts"][0]
        order_id, part_id = UUID(part["order_id"]), UUID(part["payment_id"])
        (seen,) = (await get_order(desk, town.buyer, order_id))["payments"]
        assert seen["together"] == {"statement_id": str(owing.statement), "payment_id": str(payment_id)}
        async with untouched(desk):
            with pytest.raises(PaidTogether):
                await withdraw_payment(desk, town.buyer, order_id, part_id, BACK)
            with pytest.raises(PaidTogether):
                await deny_payment(desk, owing.seller, order_id, part_id, NO)

    async def test_one_of_confirming_denying_and_taking_back_is_done(self, owing: Owing) -> None:
        town, desk = owing.town, owing.town.desk
        for turn in range(3):
            payment_id, before = new_id(), await owing.paid()
            await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(900))
            steps = [
                withdraw_account_payment(desk, town.buyer, owing.statement, payment_id, BACK),
                confirm_account_payment(desk, owing.seller, owing.statement, payment_id),
                deny_account_payment(desk, owing.seller, owing.statement, payment_id, NO),
            ]
            done = await asyncio.gather(*steps[turn:], *steps[:turn], return_exceptions=True)
            assert sorted(type(one).__name__ for one in done) == ["WrongState", "WrongState", "dict"]
            (ended,) = (one for one in done if isinstance(one, dict))
            arrived = sum(after[1] for after in await owing.paid()) - sum(one[1] for one in before)
            assert arrived == (900 if ended["state"] == "paid" else 0)
            async with desk.uow.glance() as tx:
                for one in (owing.first, owing.second):
                    assert await pending_fen(tx, one.order_id, but=payment_id) == 0

    async def test_taken_back_while_its_orders_are_paid_alone_nothing_is_paid_twice(self, owing: Owing) -> None:
        town, desk, whole = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, whole, fen(3_900))
        order_id = owing.first.order_id
        asked = [put_payment(desk, town.buyer, order_id, new_id(), a_transfer(2_600)) for _ in range(3)]
        back = withdraw_account_payment(desk, town.buyer, owing.statement, whole, BACK)
        done = await asyncio.gather(asked[0], back, *asked[1:], return_exceptions=True)
        assert isinstance(done[1], dict)
        taken = [one for one in (done[0], *done[2:]) if isinstance(one, dict)]
        assert len(taken) <= 1
        assert (await get_order(desk, town.buyer, order_id))["pending_fen"] == 2_600 * len(taken)

    async def test_is_nobody_elses(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(1_000))
        other = await Town(desk).heard_of()
        async with untouched(desk):
            for who in (other.buyer, other.finance, owing.seller, town.approver):
                with pytest.raises(NotAllowed):
                    await withdraw_account_payment(desk, who, owing.statement, payment_id, BACK)
            with pytest.raises(NoSuchPayment):
                await withdraw_account_payment(desk, town.buyer, owing.statement, new_id(), BACK)
            with pytest.raises(NoSuchStatement):
                await withdraw_account_payment(desk, town.buyer, new_id(), payment_id, BACK)

    async def test_takes_no_part_that_somebody_registered_under_its_name(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        planted = derived_id("account payment", payment_id, owing.first.order_id)
        one = PutPayment(method=PaymentMethod.BANK_TRANSFER, amount_fen=1)
        await put_payment(desk, town.buyer, owing.first.order_id, planted, one)
        async with untouched(desk):
            with pytest.raises(PaymentDiffers):
                await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_000))

    async def test_is_bounded_by_how_many_are_registered_at_all(self, owing: Owing, clock: SettableClock) -> None:
        town, desk = owing.town, owing.town.desk
        for _ in range(PAYMENTS_MAX):
            payment_id = new_id()
            await put_account_payment(desk, town.buyer, owing.statement, payment_id, PutAccountPayment(amount_fen=1))
            await withdraw_account_payment(desk, town.buyer, owing.statement, payment_id, BACK)
        async with untouched(desk):
            with pytest.raises(TooManyPayments):
                await put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(1))
            with pytest.raises(MoreThanOwed):
                await put_payment(desk, town.buyer, owing.second.order_id, new_id(), a_transfer(1_301))

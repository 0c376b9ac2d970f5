"""One transfer pays the orders of a statement, the oldest first, all or none, and no fen twice."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.order.domain.refusals import MoreThanOwed, NoSuchPayment, NothingToPay, PaidTogether, PaymentDiffers
from services.order.usecases.account_commands import DenyTransfer, PutAccountPayment
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.get_order import get_order
from services.order.usecases.pay_account import (
    confirm_account_payment,
    deny_account_payment,
    get_account_voucher,
    put_account_payment,
    put_account_voucher,
)
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_voucher import put_voucher
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed
from shared.contracts.words import PaymentMethod
from shared.ids import new_id
from shared.states import WrongState
from tests.build.accounts import a_year, accepted, close_all, moment, statements
from tests.build.order import Town, Walk, said, untouched
from tests.build.papers import PDF


class Owing:
    """Two orders on one statement: 2,600 fen accepted on the 4th, and 1,300 on the 9th."""

    def __init__(self, town: Town, statement: UUID, first: Walk, second: Walk) -> None:
        self.town, self.statement, self.first, self.second = town, statement, first, second

    @property
    def seller(self) -> Identity:
        return self.first.seller

    async def paid(self) -> list[tuple[str, int]]:
        found = [await get_order(self.town.desk, self.town.buyer, one.order_id) for one in (self.first, self.second)]
        return [(one["state"], one["paid_fen"]) for one in found]


@pytest.fixture
async def owing(town: Town, clock: SettableClock) -> Owing:
    year, goods = a_year(), await town.goods()
    clock.set(moment(year, 3, 2))
    await close_all(town)
    second = await accepted(town, clock, moment(year, 3, 9), goods)
    first = await accepted(town, clock, moment(year, 3, 10) - timedelta(days=6), goods, 2_000)
    clock.set(moment(year, 4, 2))
    await close_all(town)
    (statement,) = await statements(town)
    return Owing(town, UUID(statement["statement_id"]), first, second)


def fen(amount: int) -> PutAccountPayment:
    return PutAccountPayment(amount_fen=amount)


class TestPaying:
    async def test_covers_the_oldest_first_and_is_confirmed_whole(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        told = await put_account_payment(desk, town.finance, owing.statement, payment_id, fen(3_000))
        parts = {one["order_id"]: one["amount_fen"] for one in told["parts"]}
        assert parts == {str(owing.first.order_id): 2_600, str(owing.second.order_id): 400}
        assert await put_account_payment(desk, town.finance, owing.statement, payment_id, fen(3_000)) == told
        sent = await put_account_voucher(desk, town.finance, owing.statement, payment_id, PDF)
        assert sent["state"] == "submitted"
        assert (await get_account_voucher(desk, owing.seller, owing.statement, payment_id)).body == PDF
        done = await confirm_account_payment(desk, owing.seller, owing.statement, payment_id)
        assert done["state"] == "paid"
        assert await owing.paid() == [("settled", 2_600), ("accepted", 400)]
        paid = await said(desk, owing.second.order_id, "payment.recorded")
        assert [one["amount_fen"] for one in paid] == [400]
        async with untouched(desk):
            with pytest.raises(WrongState):
                await confirm_account_payment(desk, owing.seller, owing.statement, payment_id)

    async def test_takes_no_more_than_is_owed_whatever_comes_at_once(self, owing: Owing) -> None:
        town, desk = owing.town, owing.town.desk
        asked = [put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(1_000)) for _ in range(6)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        taken = [one for one in answers if isinstance(one, dict)]
        assert len(taken) == 3
        assert all(isinstance(one, dict | MoreThanOwed) for one in answers)
        async with untouched(desk):
            with pytest.raises(MoreThanOwed):
                await put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(901))
        await put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(900))
        async with untouched(desk):
            with pytest.raises(NothingToPay):
                await put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(1))

    async def test_is_confirmed_once_by_two_at_once(self, owing: Owing) -> None:
        desk, payment_id = owing.town.desk, new_id()
        await put_account_payment(desk, owing.town.buyer, owing.statement, payment_id, fen(3_900))
        asked = [confirm_account_payment(desk, owing.seller, owing.statement, payment_id) for _ in range(2)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["WrongState", "dict"]
        assert await owing.paid() == [("settled", 2_600), ("settled", 1_300)]

    async def test_that_has_not_arrived_is_paid_anew(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_900))
        no = DenyTransfer(reason="账户未到账")
        await put_account_voucher(desk, town.buyer, owing.statement, payment_id, PDF)
        denied = await deny_account_payment(desk, owing.seller, owing.statement, payment_id, no)
        assert (denied["state"], denied["reason"]) == ("denied", "账户未到账")
        kinds = [one["kind"] for one in await said(desk, payment_id, "notice.raised")]
        assert kinds == ["payment_submitted", "payment_denied"]
        await put_account_payment(desk, town.buyer, owing.statement, new_id(), fen(3_900))
        assert await owing.paid() == [("accepted", 0), ("accepted", 0)]

    async def test_its_parts_take_no_step_of_their_own(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        told = await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(3_900))
        part = told["parts"][0]
        order_id, part_id = UUID(part["order_id"]), UUID(part["payment_id"])
        other = PutPayment(method=PaymentMethod.BANK_TRANSFER, amount_fen=1)
        async with untouched(desk):
            with pytest.raises(PaidTogether):
                await confirm_payment(desk, owing.seller, order_id, part_id)
            with pytest.raises(PaidTogether):
                await put_voucher(desk, town.buyer, order_id, part_id, PDF)
            with pytest.raises(PaidTogether):
                await put_payment(desk, town.buyer, order_id, part_id, other)

    async def test_is_nobody_elses(self, owing: Owing) -> None:
        town, desk, payment_id = owing.town, owing.town.desk, new_id()
        await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(1_000))
        other = await Town(desk).heard_of()
        async with untouched(desk):
            for who in (other.buyer, other.finance, owing.seller):
                with pytest.raises(NotAllowed):
                    await put_account_payment(desk, who, owing.statement, new_id(), fen(1))
            with pytest.raises(NotAllowed):
                await confirm_account_payment(desk, town.finance, owing.statement, payment_id)
            with pytest.raises(PaymentDiffers):
                await put_account_payment(desk, town.buyer, owing.statement, payment_id, fen(999))
            with pytest.raises(NoSuchPayment):
                await confirm_account_payment(desk, owing.seller, owing.statement, new_id())

"""A transfer is registered for what is owed, evidenced by its voucher, and paid when the supplier says so."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.order.domain.refusals import (
    CardsNotOffered,
    MoreThanOwed,
    NoSuchPayment,
    NotAVoucher,
    NothingToPay,
    NoVoucher,
    PaymentDiffers,
    VoucherTooLarge,
)
from services.order.domain.transfer_refusals import TransferDiffers
from services.order.usecases.account_commands import ConfirmTransfer
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_voucher import get_voucher
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_voucher import put_voucher
from services.order.usecases.return_goods import return_goods
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import a_photo
from tests.build.order import Town, Walk, an_identity, said, untouched
from tests.build.papers import PDF
from tests.integration.order.test_returns import a_return

A_PNG = a_photo(form="PNG")


def a_transfer(amount_fen: int) -> PutPayment:
    return PutPayment.model_validate({"method": "bank_transfer", "amount_fen": amount_fen})


def seen(amount_fen: int) -> ConfirmTransfer:
    return ConfirmTransfer(amount_fen=amount_fen)


async def pay(walk: Walk, amount_fen: int) -> tuple[UUID, dict[str, Any]]:
    payment_id = new_id()
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, a_transfer(amount_fen))
    return payment_id, await confirm_payment(walk.desk, walk.seller, walk.order_id, payment_id)


@pytest.fixture
async def walk(town: Town) -> Walk:
    """An accepted order of 130.00 yuan."""
    return await town.an_order((await town.goods(), 10_000), upto="accepted")


class TestATransfer:
    async def test_with_its_voucher_pays_and_settles_the_order(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = new_id()
        view = await put_payment(desk, town.finance, walk.order_id, payment_id, a_transfer(13_000))
        assert (view["state"], view["amount_fen"], view["voucher"]) == ("registered", 13_000, None)
        view = await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF)
        digest = hashlib.sha256(PDF).hexdigest()
        assert (view["state"], view["voucher"]["sha256"]) == ("submitted", digest)
        assert await desk.files.keys(f"orders/{walk.order_id}/") == [
            f"orders/{walk.order_id}/payments/{payment_id}/{digest}"
        ]
        found = await get_voucher(desk, walk.seller, walk.order_id, payment_id)
        assert (found.body, found.media_type) == (PDF, "application/pdf")
        order = await confirm_payment(desk, walk.seller, walk.order_id, payment_id)
        assert (order["state"], order["paid_fen"], order["owed_fen"]) == ("settled", 13_000, 0)
        (event,) = await said(desk, walk.order_id, "payment.recorded")
        assert (event["amount_fen"], event["method"], event["paid_on"]) == (13_000, "bank_transfer", "2026-03-02")
        assert (await said(desk, walk.order_id, "order.moved"))[-1]["state"] == "settled"

    async def test_may_come_in_parts_and_never_more_than_is_owed(self, desk: Desk, town: Town, walk: Walk) -> None:
        _, order = await pay(walk, 5_000)
        assert (order["state"], order["owed_fen"]) == ("accepted", 8_000)
        await put_payment(desk, town.buyer, walk.order_id, new_id(), a_transfer(3_000))
        async with untouched(desk):
            with pytest.raises(MoreThanOwed) as refused:
                await put_payment(desk, town.buyer, walk.order_id, new_id(), a_transfer(5_001))
        assert refused.value.facts == {"left_fen": 5_000, "asked_fen": 5_001}
        done = await asyncio.gather(
            *(put_payment(desk, town.buyer, walk.order_id, new_id(), a_transfer(3_000)) for _ in range(4)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, dict) for one in done) == 1

    async def test_the_same_again_is_the_same_and_its_amount_can_be_mended(
        self, desk: Desk, town: Town, walk: Walk
    ) -> None:
        payment_id = new_id()
        first = await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000))
        async with untouched(desk):
            assert await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000)) == first
        mended = await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(12_000))
        assert mended["amount_fen"] == 12_000
        await put_voucher(desk, town.buyer, walk.order_id, payment_id, A_PNG)
        async with untouched(desk):
            with pytest.raises(PaymentDiffers):
                await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(11_000))

    async def test_is_refused_before_acceptance_and_to_strangers(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="shipped")
        elsewhere = (await Town(desk).heard_of()).finance
        above = an_identity(Seat(Role.FINANCE, new_id(), "/430000/"))
        async with untouched(desk):
            with pytest.raises(NothingToPay):
                await put_payment(desk, town.buyer, walk.order_id, new_id(), a_transfer(1))
            for who in (walk.seller, town.approver, elsewhere, above):
                with pytest.raises(NotAllowed):
                    await put_payment(desk, who, walk.order_id, new_id(), a_transfer(1))

    async def test_is_confirmed_once_and_by_the_supplier_alone(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = new_id()
        await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000))
        async with untouched(desk):
            for who in (town.buyer, town.finance):
                with pytest.raises(NotAllowed):
                    await confirm_payment(desk, who, walk.order_id, payment_id)
            with pytest.raises(NoSuchPayment):
                await confirm_payment(desk, walk.seller, walk.order_id, new_id())
        done = await asyncio.gather(
            *(confirm_payment(desk, walk.seller, walk.order_id, payment_id) for _ in range(4)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, WrongState) for one in done) == 3
        assert (await get_order(desk, town.buyer, walk.order_id))["paid_fen"] == 13_000

    async def test_is_confirmed_at_what_was_seen_or_not_at_all(self, desk: Desk, town: Town, walk: Walk) -> None:
        payment_id = new_id()
        await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(12_000))
        await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000))
        async with untouched(desk):
            for seen_fen in (12_000, 12_999, 13_001, 1):
                with pytest.raises(TransferDiffers) as refused:
                    await confirm_payment(desk, walk.seller, walk.order_id, payment_id, seen(seen_fen))
                assert (refused.value.facts["amount_fen"], refused.value.facts["seen_fen"]) == (13_000, seen_fen)
        order = await confirm_payment(desk, walk.seller, walk.order_id, payment_id, seen(13_000))
        assert (order["state"], order["paid_fen"]) == ("settled", 13_000)
        with pytest.raises(WrongState):  # It is paid: what was seen is no question any more.
            await confirm_payment(desk, walk.seller, walk.order_id, payment_id, seen(12_000))

    @pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, "1.5", True, None], ids=str)
    def test_is_seen_as_a_whole_amount(self, amount: Any) -> None:
        if amount is None:
            assert ConfirmTransfer.model_validate({"amount_fen": None}) == ConfirmTransfer()
            return
        with pytest.raises(ValidationError):
            ConfirmTransfer.model_validate({"amount_fen": amount}, strict=True)

    async def test_whose_amount_changes_meanwhile_is_paid_at_what_was_seen_or_left(
        self, desk: Desk, town: Town
    ) -> None:
        ginger = await town.goods(stock=500_000)
        for _ in range(6):
            walk = await town.an_order((ginger, 10_000), upto="accepted")
            payment_id = new_id()
            await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(12_000))
            await asyncio.gather(
                put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(5_000)),
                confirm_payment(desk, walk.seller, walk.order_id, payment_id, seen(12_000)),
                return_exceptions=True,
            )
            order = await get_order(desk, town.buyer, walk.order_id)
            (payment,) = order["payments"]
            paid = (payment["state"], payment["amount_fen"], order["paid_fen"])
            assert paid in {("paid", 12_000, 12_000), ("registered", 5_000, 0)}

    async def test_of_goods_that_went_back_leaves_a_refund_that_is_shown(
        self, desk: Desk, town: Town, walk: Walk
    ) -> None:
        await pay(walk, 13_000)
        asked = a_return(walk, 5_000)
        await return_goods(desk, town.buyer, walk.order_id, asked)
        view = await agree_return(desk, walk.seller, walk.order_id, asked.return_id)
        assert (view["state"], view["kept_fen"], view["refund_due_fen"]) == ("settled", 6_500, 6_500)
        async with untouched(desk):
            with pytest.raises(NothingToPay):
                await put_payment(desk, town.buyer, walk.order_id, new_id(), a_transfer(1))

    async def test_is_the_way_where_cards_are_not_offered(self, town: Town, desk: Desk) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        card = PutPayment.model_validate(
            {"method": "card", "amount_fen": 13_000, "stripe_payment_method": "pm_card_visa"}
        )
        async with untouched(desk):
            with pytest.raises(CardsNotOffered):
                await put_payment(replace(desk, cards=None), town.buyer, walk.order_id, new_id(), card)


class TestAVoucher:
    @pytest.fixture
    async def payment_id(self, desk: Desk, town: Town, walk: Walk) -> UUID:
        payment_id = new_id()
        await put_payment(desk, town.buyer, walk.order_id, payment_id, a_transfer(13_000))
        return payment_id

    async def test_may_be_replaced_until_the_transfer_is_confirmed(
        self, desk: Desk, town: Town, walk: Walk, payment_id: UUID
    ) -> None:
        await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF)
        view = await put_voucher(desk, town.buyer, walk.order_id, payment_id, A_PNG)
        assert view["voucher"]["media_type"] == "image/png"
        await confirm_payment(desk, walk.seller, walk.order_id, payment_id)
        keys = await desk.files.keys(f"orders/{walk.order_id}/")
        async with untouched(desk):
            assert (await put_voucher(desk, town.buyer, walk.order_id, payment_id, A_PNG))["state"] == "paid"
            with pytest.raises(WrongState):
                await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF + b" ")
        assert await desk.files.keys(f"orders/{walk.order_id}/") == keys

    async def test_is_a_pdf_a_jpeg_or_a_png_of_at_most_ten_mebibytes(
        self, desk: Desk, town: Town, walk: Walk, payment_id: UUID
    ) -> None:
        stranger = (await Town(desk).heard_of()).buyer
        async with untouched(desk):
            for body in (b"", b"<html>", b"GIF89a", b"RIFF\x04\0\0\0WEBP"):
                with pytest.raises(NotAVoucher):
                    await put_voucher(desk, town.buyer, walk.order_id, payment_id, body)
            with pytest.raises(VoucherTooLarge):
                await put_voucher(desk, town.buyer, walk.order_id, payment_id, PDF + bytes(10 * 1024**2))
            with pytest.raises(NotAllowed):
                await put_voucher(desk, stranger, walk.order_id, payment_id, PDF)
            with pytest.raises(NotAllowed):
                await get_voucher(desk, stranger, walk.order_id, payment_id)
            with pytest.raises(NoVoucher):
                await get_voucher(desk, town.buyer, walk.order_id, payment_id)
        assert await desk.files.keys(f"orders/{walk.order_id}/") == []


async def test_a_transfer_names_no_card(desk: Desk, town: Town, walk: Walk) -> None:
    command = PutPayment.model_validate(
        {"method": "bank_transfer", "amount_fen": 1, "stripe_payment_method": "pm_card_visa"}
    )
    async with untouched(desk):
        with pytest.raises(InvalidFields):
            await put_payment(desk, town.buyer, walk.order_id, new_id(), command)

"""One invoice is one record whoever brings it; its parts, red letters, receipts and papers keep within what it says."""

import asyncio
import io
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.invoices import (
    InvoiceExceeded,
    InvoiceTwice,
    OrderNumberTwice,
    ReceiptsAboveCap,
    ReceiptTwice,
)
from services.procurement_quota.domain.seeded_rules import NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.usecases.claim_origin_anew import (
    ClaimAnew,
    NothingNew,
    NothingRejected,
    claim_origin_anew,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_off_platform_purchase import PutInvoice, PutReceipt
from services.procurement_quota.usecases.put_purchase_evidence import (
    get_purchase_evidence,
    put_purchase_evidence,
)
from services.procurement_quota.usecases.put_red_letter import (
    NothingToReverse,
    PutRedLetter,
    RedLetterDiffers,
    RedLetterExceeded,
    put_red_letter,
)
from services.procurement_quota.usecases.read_off_platform_purchases import get_off_platform_purchase
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, OwnRequest
from shared.contracts.words import Channel
from shared.errors import Conflict, InvalidFields, Refusal
from shared.ids import new_id
from shared.media import FileEmpty, FileKindUnknown, FileNotAsDeclared, FileTooLarge
from shared.papers.evidence import (
    EvidenceFixed,
    TooMuchEvidence,
)
from shared.papers.paper import Paper
from tests.build.market import a_credit_code
from tests.build.papers import PDF
from tests.build.quota import Kitchen, an_invoice_number
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

ACCEPT = VerifyPurchase(outcome=Outcome.ACCEPT, reason="随货证明与发票一致")
REJECT = VerifyPurchase(outcome=Outcome.REJECT, reason="无产地证明")
PERSON = "11010519491231002X"


def a_red_letter(amount_fen: int, number: str = "", **other: Any) -> PutRedLetter:
    invoice = PutInvoice(number=number or an_invoice_number())
    facts: dict[str, Any] = {"invoice": invoice, "issued_on": date(2025, 6, 12), "amount_fen": amount_fen}
    return PutRedLetter(**facts | {"reason": "退货"} | other)


class TestInvoiceNumbers:
    @pytest.mark.parametrize(
        ("number", "code", "field"),
        [
            ("123456789", None, "invoice.number"),
            ("2443200000001234567", None, "invoice.number"),
            ("12345678", None, "invoice.code"),
            ("12345678", "04300230011", "invoice.code"),
        ],
    )
    async def test_that_are_none_are_told(
        self, kitchen: Kitchen, unchanged: Unchanged, number: str, code: str | None, field: str
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await kitchen.buy_elsewhere(100, invoice=PutInvoice(number=number, code=code))
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_a_purchase_has_one_paper(self, kitchen: Kitchen, unchanged: Unchanged) -> None:
        receipt = PutReceipt(number="1", payee_id=PERSON)
        async with unchanged():
            for papers in ({"invoice": None}, {"receipt": receipt}):
                with pytest.raises(InvalidFields):
                    await kitchen.buy_elsewhere(100, **papers)

    async def test_a_split_never_exceeds_its_total_whoever_comes_at_once(self, kitchen_of: MakeKitchen) -> None:
        invoice = PutInvoice(number=an_invoice_number(), total_fen=1_000)
        kitchens = [await kitchen_of() for _ in range(8)]
        done = await asyncio.gather(
            *(one.buy_elsewhere(300, invoice=invoice) for one in kitchens), return_exceptions=True
        )
        refused = [one for one in done if isinstance(one, BaseException)]
        assert {type(one) for one in refused} == {InvoiceExceeded}, refused
        assert len(done) - len(refused) == 3

    async def test_the_same_invoice_at_once_is_one_record(self, kitchen_of: MakeKitchen) -> None:
        invoice = PutInvoice(number=an_invoice_number())
        kitchens = [await kitchen_of() for _ in range(5)]
        done = await asyncio.gather(
            *(one.buy_elsewhere(300, invoice=invoice) for one in kitchens), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in done) == ["InvoiceTwice"] * 4 + ["UUID"]


class TestReceipts:
    async def test_stand_for_an_invoice_up_to_a_cap_a_day(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        payee = a_credit_code("430224")

        async def buy(amount_fen: int, number: str, **other: Any) -> UUID:
            receipt = PutReceipt(number=number, payee_id=payee)
            return await kitchen.buy_elsewhere(amount_fen, invoice=None, receipt=receipt, **other)

        first = await buy(30_000, "1")
        async with unchanged():
            for amount_fen, number, error in ((100, "1", ReceiptTwice), (20_001, "2", ReceiptsAboveCap)):
                with pytest.raises(error):
                    await buy(amount_fen, number)
            with pytest.raises(InvalidFields):
                await buy(50_001, "3", bought_on=date(2025, 6, 4))
        await buy(20_000, "2")
        await buy(50_000, "3", bought_on=date(2025, 6, 4))
        read = await get_off_platform_purchase(desk, kitchen.finance, first)
        assert (read["invoice"], read["receipt"]) == (
            None,
            {"number": "1", "payee_id": f"{payee[:6]}{'*' * 10}{payee[-2:]}"},
        )
        assert payee not in str(await kitchen.lines())

    async def test_name_a_payee_that_there_can_be(self, kitchen: Kitchen, unchanged: Unchanged) -> None:
        async with unchanged():
            receipt = PutReceipt(number="1", payee_id="110105194912310020")
            with pytest.raises(InvalidFields) as refused:
                await kitchen.buy_elsewhere(100, invoice=None, receipt=receipt)
        assert refused.value.facts["errors"][0]["field"] == "receipt.payee_id"


class TestOrdersOfThe832Platform:
    async def test_are_one_by_their_number(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        order = {"channel": Channel.PLATFORM_832, "order_number": f"832-{new_id().hex[:12]}"}
        await kitchen.buy_elsewhere(100, **order)
        other = await kitchen_of()
        async with unchanged():
            with pytest.raises(OrderNumberTwice):
                await kitchen.buy_elsewhere(100, **order)
            with pytest.raises(OrderNumberTwice):
                await kitchen.buy_elsewhere(100, **order, category="eggs", seller="别家")
            with pytest.raises(OrderNumberTwice):
                await other.buy_elsewhere(100, **order)
        await kitchen.buy_elsewhere(50, **order, category="eggs")
        assert (await kitchen.statement(NATIONAL_CANTEEN))["figures"]["base_fen"] == 150


class TestRedLetters:
    async def test_take_back_on_their_day_in_the_year_of_the_purchase(self, desk: Desk, kitchen: Kitchen) -> None:
        purchase = await kitchen.buy_elsewhere(1_000)
        await verify_off_platform_purchase(desk, kitchen.above, purchase, ACCEPT)
        answer, new = await put_red_letter(desk, kitchen.buyer, purchase, new_id(), a_red_letter(400))
        assert (new, answer["reversed_fen"], answer["state"]) == (True, 400, "accepted")
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (600, 600)
        line = (await kitchen.lines())[-1]
        assert (line["kind"], line["amount_fen"], line["happened_on"]) == ("reversal", -400, "2025-06-12")
        assert line["corrects"] is not None

    async def test_never_take_more_than_is_left(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        purchase = await kitchen.buy_elsewhere(1_000)
        red, command = new_id(), a_red_letter(700)
        await put_red_letter(desk, kitchen.buyer, purchase, red, command)
        async with unchanged():
            assert (await put_red_letter(desk, kitchen.buyer, purchase, red, command))[1] is False
            with pytest.raises(RedLetterDiffers):
                await put_red_letter(desk, kitchen.buyer, purchase, red, command.model_copy(update={"amount_fen": 1}))
            with pytest.raises(RedLetterExceeded) as refused:
                await put_red_letter(desk, kitchen.buyer, purchase, new_id(), a_red_letter(301))
            assert refused.value.facts["left_fen"] == 300
            with pytest.raises(InvoiceTwice):
                await put_red_letter(desk, kitchen.buyer, purchase, new_id(), a_red_letter(1, command.invoice.number))
            with pytest.raises(InvoiceTwice):
                await kitchen.buy_elsewhere(5, invoice=command.invoice)
            for day in (date(2025, 6, 2), date(2025, 6, 21)):
                odd = a_red_letter(1, issued_on=day)
                with pytest.raises(InvalidFields):
                    await put_red_letter(desk, kitchen.buyer, purchase, new_id(), odd)
        await put_red_letter(desk, kitchen.buyer, purchase, new_id(), a_red_letter(300))
        assert (await kitchen.statement())["figures"]["base_fen"] == 0

    async def test_of_an_id_that_another_purchase_has_are_refused(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        first, second, red = await kitchen.buy_elsewhere(1_000), await kitchen.buy_elsewhere(1_000), new_id()
        await put_red_letter(desk, kitchen.buyer, first, red, a_red_letter(400))
        async with unchanged():
            with pytest.raises(RedLetterDiffers):
                await put_red_letter(desk, kitchen.buyer, second, red, a_red_letter(400))

    async def test_at_once_never_take_more_than_is_left(self, desk: Desk, kitchen: Kitchen) -> None:
        purchase = await kitchen.buy_elsewhere(1_000)
        done = await asyncio.gather(
            *(put_red_letter(desk, kitchen.buyer, purchase, new_id(), a_red_letter(300)) for _ in range(6)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, RedLetterExceeded) for one in done) == 3
        assert (await kitchen.statement())["figures"]["base_fen"] == 100

    async def test_of_8_digits_are_one_by_their_code_too(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        digits = f"{new_id().int % 10**8:08d}"
        mine, another = (PutInvoice(number=digits, code=code) for code in ("043001900104", "043001900105"))
        first, second = await kitchen.buy_elsewhere(1_000), await kitchen.buy_elsewhere(1_000, invoice=another)
        await put_red_letter(desk, kitchen.buyer, first, new_id(), a_red_letter(10, invoice=mine))
        async with unchanged():
            with pytest.raises(InvoiceTwice):
                await kitchen.buy_elsewhere(500, invoice=mine)
            with pytest.raises(InvoiceTwice):
                await put_red_letter(desk, kitchen.buyer, second, new_id(), a_red_letter(10, invoice=mine))
        third = PutInvoice(number=digits, code="043001900106")
        await kitchen.buy_elsewhere(500, invoice=third)
        fourth = PutInvoice(number=digits, code="043001900107")
        await put_red_letter(desk, kitchen.buyer, second, new_id(), a_red_letter(10, invoice=fourth))

    async def test_one_reverses_both_parts_of_a_split_and_no_other_invoice(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        invoice, number = PutInvoice(number=an_invoice_number(), total_fen=1_000), an_invoice_number()
        other = await kitchen_of()
        first = await kitchen.buy_elsewhere(400, invoice=invoice)
        second = await other.buy_elsewhere(600, invoice=invoice)
        foreign = await kitchen.buy_elsewhere(400)
        await put_red_letter(desk, kitchen.buyer, first, new_id(), a_red_letter(400, number))
        await put_red_letter(desk, other.buyer, second, new_id(), a_red_letter(600, number))
        receipt = await kitchen.buy_elsewhere(5, invoice=None, receipt=PutReceipt(number=number, payee_id=PERSON))
        async with unchanged():
            with pytest.raises(InvoiceTwice):
                await put_red_letter(desk, kitchen.buyer, foreign, new_id(), a_red_letter(1, number))
            with pytest.raises(NothingToReverse):
                await put_red_letter(desk, kitchen.buyer, receipt, new_id(), a_red_letter(1))


def an_archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


async def file_it(
    desk: Desk, kitchen: Kitchen, purchase: UUID, body: bytes = PDF, declared: str = "", document: UUID | None = None
) -> tuple[dict[str, Any], bool]:
    paper = Paper(document or new_id(), "发票.pdf", body, declared)
    return await put_purchase_evidence(desk, kitchen.buyer, purchase, paper)


class TestEvidence:
    async def test_is_kept_byte_for_byte_and_named_by_the_verification(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        purchase, document = await kitchen.buy_elsewhere(1_000), new_id()
        answer, new = await file_it(desk, kitchen, purchase, document=document)
        assert new
        assert [one["name"] for one in answer["evidence"]] == ["发票.pdf"]
        _, found = await get_purchase_evidence(desk, kitchen.auditor, purchase, document)
        assert found.body == PDF
        async with unchanged():
            assert (await file_it(desk, kitchen, purchase, document=document))[1] is False
            with pytest.raises(EvidenceFixed):
                await file_it(desk, kitchen, purchase, PDF + b" ", document=document)
        await verify_off_platform_purchase(desk, kitchen.above, purchase, ACCEPT)
        verified = (await kitchen.lines())[-1]
        assert verified["facts"]["evidence_sha256"] == [answer["evidence"][0]["sha256"]]

    @pytest.mark.parametrize(
        ("body", "declared", "refused"),
        [
            (b"", "", FileEmpty),
            (b"MZ\x90", "", FileKindUnknown),
            (PDF, "image/png", FileNotAsDeclared),
            (PDF + b"\0" * 10 * 1024**2, "", FileTooLarge),
            (b"RIFF\x04\0\0\0WEBP", "", FileKindUnknown),
            (an_archive("a.txt"), "", FileKindUnknown),
            (an_archive("OFD.xml", "../a"), "", FileKindUnknown),
            (b"PK\x03\x04half", "", FileKindUnknown),
        ],
        ids=["empty", "program", "other type", "large", "WebP", "no OFD", "path out", "half"],
    )
    async def test_of_another_kind_is_refused(
        self,
        desk: Desk,
        kitchen: Kitchen,
        files: Any,
        unchanged: Unchanged,
        body: bytes,
        declared: str,
        refused: type[Refusal],
    ) -> None:
        purchase = await kitchen.buy_elsewhere(100)
        async with unchanged():
            with pytest.raises(refused):
                await file_it(desk, kitchen, purchase, body, declared)

    async def test_has_a_bound(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        purchase = await kitchen.buy_elsewhere(100)
        for _ in range(10):
            await file_it(desk, kitchen, purchase, an_archive("OFD.xml"), "application/ofd")
        with pytest.raises(TooMuchEvidence):
            await file_it(desk, kitchen, purchase)


class TestClaimAnew:
    async def test_needs_a_new_paper_and_is_verified_again(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        purchase, why = await kitchen.buy_elsewhere(1_000), ClaimAnew(reason="已补交产地证明")
        await file_it(desk, kitchen, purchase)
        for error in (NothingRejected, NothingNew):
            async with unchanged():
                with pytest.raises(error):
                    await claim_origin_anew(desk, kitchen.buyer, purchase, why)
            if error is NothingRejected:
                await verify_off_platform_purchase(desk, kitchen.above, purchase, REJECT)
        await file_it(desk, kitchen, purchase, PDF + b"\n")
        assert (await claim_origin_anew(desk, kitchen.buyer, purchase, why))["state"] == "claimed"
        both = Identity(kitchen.buyer.account_id, new_id(), "李梅", (*kitchen.buyer.seats, *kitchen.above.seats))
        async with unchanged():
            with pytest.raises(OwnRequest):
                await verify_off_platform_purchase(desk, both, purchase, ACCEPT)
        answer = await verify_off_platform_purchase(desk, kitchen.above, purchase, ACCEPT)
        assert (answer["state"], [one["outcome"] for one in answer["earlier_verifications"]]) == (
            "accepted",
            ["reject"],
        )
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (1_000, 1_000)
        reasons = [line["reason"] for line in await kitchen.lines()]
        assert reasons == ["origin_unverified", "origin_rejected", "origin_unverified", "origin_listed"]
        with pytest.raises(Conflict):
            await claim_origin_anew(desk, kitchen.buyer, purchase, why)

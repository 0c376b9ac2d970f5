"""What finance enters, attests and closes is kept, checked, and refused where it must be."""

from datetime import date
from uuid import UUID

import pytest

from services.procurement_quota.domain.invoices import InvoiceExceeded, InvoiceTwice
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Outcome, PurchaseState
from services.procurement_quota.usecases import put_attestation as attesting
from services.procurement_quota.usecases.close_year import CloseYear, StillHearing, YearClosed, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_attestation import PutAttestation, PutBridge, put_attestation
from services.procurement_quota.usecases.put_canteen import (
    PutCanteen,
    PutHolder,
    PutShares,
    SharesFixed,
    put_canteen,
)
from services.procurement_quota.usecases.put_off_platform_purchase import (
    PurchaseDiffers,
    PutInvoice,
    put_off_platform_purchase,
)
from services.procurement_quota.usecases.read_off_platform_purchases import list_off_platform_purchases
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    NothingToVerify,
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.words import CanteenKind, Channel, Fund
from shared.db.unit_of_work import KeyReused, Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import FURONG, Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

ACCEPT = VerifyPurchase(outcome=Outcome.ACCEPT, reason="随货证明与发票一致")
REJECT = VerifyPurchase(outcome=Outcome.REJECT, reason="无产地证明")


async def verify(
    desk: Desk, who: Identity, purchase: UUID, what: VerifyPurchase, once: Stamp | None = None
) -> dict[str, object]:
    return await verify_off_platform_purchase(desk, who, purchase, what, once=once)


class TestOffPlatformPurchase:
    async def test_enters_the_base_at_once_and_counts_once_verified_above(self, desk: Desk, kitchen: Kitchen) -> None:
        purchase = await kitchen.buy_elsewhere(128_000)
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (128_000, 0)
        answer = await verify(desk, kitchen.above, purchase, ACCEPT)
        assert answer["state"] == "accepted"
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (128_000, 128_000)
        entered, verified = await kitchen.lines()
        assert (entered["reason"], verified["reason"]) == ("origin_unverified", "origin_listed")
        assert (verified["kind"], verified["amount_fen"], verified["counted_fen"]) == ("correction", 0, 128_000)
        assert verified["corrects"] == {"unit_id": entered["unit_id"], "seq": entered["seq"]}

    async def test_rejected_stays_in_the_base_alone(self, desk: Desk, kitchen: Kitchen) -> None:
        purchase = await kitchen.buy_elsewhere(5_000)
        await verify(desk, kitchen.above, purchase, REJECT)
        figures = (await kitchen.statement())["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (5_000, 0)
        assert (await kitchen.lines())[-1]["reason"] == "origin_rejected"

    async def test_through_the_832_platform_counts_nationally_with_its_order_number(
        self, desk: Desk, kitchen: Kitchen
    ) -> None:
        with_number = await kitchen.buy_elsewhere(700, channel=Channel.PLATFORM_832, order_number="832-1")
        without = await kitchen.buy_elsewhere(300, channel=Channel.PLATFORM_832)
        for purchase in (with_number, without):
            await verify(desk, kitchen.above, purchase, ACCEPT)
        figures = (await kitchen.statement(NATIONAL_CANTEEN))["figures"]
        assert (figures["base_fen"], figures["counted_fen"]) == (1_000, 700)

    async def test_again_is_the_same_and_with_other_content_is_refused(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        purchase_id, command = new_id(), kitchen.elsewhere(100)
        first, new = await put_off_platform_purchase(desk, kitchen.finance, purchase_id, command)
        async with unchanged():
            again, new_again = await put_off_platform_purchase(desk, kitchen.finance, purchase_id, command)
            assert (first, new, new_again) == (again, True, False)
            other = command.model_copy(update={"amount_fen": 101})
            with pytest.raises(PurchaseDiffers):
                await put_off_platform_purchase(desk, kitchen.finance, purchase_id, other)

    async def test_with_an_invoice_that_was_entered_is_refused(self, kitchen: Kitchen, unchanged: Unchanged) -> None:
        invoice = PutInvoice(number="24432000000012345678")
        await kitchen.buy_elsewhere(100, invoice=invoice)
        async with unchanged():
            with pytest.raises(InvoiceTwice):
                await kitchen.buy_elsewhere(100, invoice=invoice)
            with pytest.raises(InvoiceTwice):
                await kitchen.buy_elsewhere(50, invoice=invoice.model_copy(update={"code": "043002300111"}))

    async def test_splits_an_invoice_up_to_its_total(self, kitchen_of: MakeKitchen, unchanged: Unchanged) -> None:
        invoice = PutInvoice(number="00123456", code="043002300111", total_fen=1_000)
        one, other = await kitchen_of(), await kitchen_of()
        await one.buy_elsewhere(600, invoice=invoice)
        async with unchanged():
            with pytest.raises(InvoiceExceeded) as refused:
                await other.buy_elsewhere(401, invoice=invoice)
            assert refused.value.facts["left_fen"] == 400
            with pytest.raises(InvoiceTwice):
                await one.buy_elsewhere(400, invoice=invoice)
        await other.buy_elsewhere(400, invoice=invoice)
        other_paper = PutInvoice(number="00123456", code="043002300222")
        await other.buy_elsewhere(9_999, invoice=other_paper)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("category", "bricks"),
            ("bought_on", date(2025, 6, 21)),
            ("bought_on", date(2019, 12, 31)),
            ("origin_county", "999999"),
            ("origin_county", "430200"),
            ("channel", Channel.ZHUCAI),
        ],
    )
    async def test_names_the_field_that_is_wrong(
        self, kitchen: Kitchen, unchanged: Unchanged, field: str, value: object
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields) as refused:
                await kitchen.buy_elsewhere(100, **{field: value})
        assert refused.value.facts["errors"][0]["field"] == field

    async def test_is_verified_by_nobody_beside_or_who_entered_it(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        purchase = await kitchen.buy_elsewhere(100)
        beside = someone(Role.FINANCE, new_id(), "/430000/430200/")
        async with unchanged():
            for who in (kitchen.finance, kitchen.buyer, beside, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await verify(desk, who, purchase, ACCEPT)
        both = Identity(kitchen.buyer.account_id, new_id(), "李梅", (*kitchen.buyer.seats, *kitchen.above.seats))
        async with unchanged():
            with pytest.raises(OwnRequest):
                await verify(desk, both, purchase, ACCEPT)

    async def test_is_verified_once_and_a_repeat_answers_the_same(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        purchase = await kitchen.buy_elsewhere(100)
        once = Stamp.of_request("verify", new_id().hex, b"1")
        first = await verify(desk, kitchen.above, purchase, ACCEPT, once)
        async with unchanged():
            assert await verify(desk, kitchen.above, purchase, ACCEPT, once) == first
            with pytest.raises(KeyReused):
                await verify(desk, kitchen.above, purchase, REJECT, Stamp(once.door, once.key, "other"))
            with pytest.raises(NothingToVerify):
                await verify(desk, kitchen.above, purchase, REJECT)
        without_origin = await kitchen.buy_elsewhere(100, origin_county=None)
        with pytest.raises(NothingToVerify):
            await verify(desk, kitchen.above, without_origin, ACCEPT)

    async def test_is_listed_to_whom_it_concerns(self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen) -> None:
        other = await kitchen_of()
        mine = [await kitchen.buy_elsewhere(100 + number) for number in range(3)]
        await other.buy_elsewhere(1)
        await verify(desk, kitchen.above, mine[0], ACCEPT)

        async def listed(who: Identity, state: PurchaseState | None = None) -> list[object]:
            page = await list_off_platform_purchases(desk, who, canteen=None, state=state, limit=50, cursor=None)
            return [item["id"] for item in page["items"]]

        assert await listed(kitchen.buyer) == [str(one) for one in reversed(mine)]
        assert await listed(kitchen.finance, PurchaseState.CLAIMED) == [str(mine[2]), str(mine[1])]
        with pytest.raises(NotAllowed):
            await listed(someone(Role.SUPPLIER, new_id()))
        first = await list_off_platform_purchases(
            desk, kitchen.buyer, canteen=kitchen.canteen_id, state=None, limit=2, cursor=None
        )
        rest = await list_off_platform_purchases(
            desk, kitchen.buyer, canteen=None, state=None, limit=2, cursor=first["next"]
        )
        assert [item["id"] for item in rest["items"]] == [str(mine[0])]


class TestAttestation:
    async def test_keeps_every_version_with_its_bridge(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        await kitchen.accept(a_line(4_000), on=date(2025, 5, 5))
        bridge = PutBridge(timing_fen=-200, freight_fen=30, not_food_fen=70)
        command = PutAttestation(farm_produce_fen=5_000, bridge=bridge)
        first, new = await put_attestation(desk, kitchen.finance, kitchen.canteen_id, 2025, 5, command)
        assert new
        assert (first["books_fen"], first["ledger_fen"], first["remainder_fen"]) == (4_900, 4_000, 1_000)
        assert (first["due_on"], first["late"], first["version"]) == ("2025-06-10", True, 1)
        async with unchanged():
            assert (await put_attestation(desk, kitchen.finance, kitchen.canteen_id, 2025, 5, command))[1] is False
        less = PutAttestation(farm_produce_fen=3_000)
        second, _ = await put_attestation(desk, kitchen.finance, kitchen.canteen_id, 2025, 5, less)
        assert (second["version"], second["needs_explanation"]) == (2, True)
        read = await attesting.get_attestation(desk, kitchen.auditor, kitchen.canteen_id, 2025, 5, Fund.CANTEEN)
        assert [one["farm_produce_fen"] for one in read["versions"]] == [5_000, 3_000]

    async def test_is_refused_for_a_month_to_come_or_by_another(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        command = PutAttestation(farm_produce_fen=1)
        async with unchanged():
            with pytest.raises(InvalidFields):
                await put_attestation(desk, kitchen.finance, kitchen.canteen_id, 2025, 7, command)
            for who in (kitchen.buyer, kitchen.above, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await put_attestation(desk, who, kitchen.canteen_id, 2025, 5, command)


class TestCloseYear:
    async def test_waits_until_nothing_is_on_its_way(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        kitchen.clock.set(noon(date(2026, 1, 20)))

        async def one_waits() -> int:
            return 1

        lagging = Desk(desk.uow, desk.clock, desk.files, desk.signer, one_waits)
        async with unchanged():
            with pytest.raises(StillHearing):
                await close_year(lagging, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))

    async def test_is_refused_before_its_end_twice_and_to_others(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async with unchanged():
            with pytest.raises(InvalidFields):
                await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        kitchen.clock.set(noon(date(2026, 1, 20)))
        async with unchanged():
            for who in (kitchen.buyer, kitchen.above, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await close_year(desk, who, kitchen.canteen_id, CloseYear(year=2025))
        once = Stamp.of_request("close", new_id().hex, b"1")
        closed = await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025), once=once)
        statuses = {one["rule"]: one["status"] for one in closed["filed"]}
        assert (statuses[HUNAN_CANTEEN], statuses[HUNAN_UNION]) == ("unproven", "preference")
        async with unchanged():
            again = await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025), once=once)
            assert again == closed
            with pytest.raises(YearClosed):
                await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        [line] = await kitchen.lines()
        assert (line["kind"], line["amount_fen"], line["seq"]) == ("close", 0, closed["entry"]["seq"])
        assert line["facts"]["filed"][HUNAN_CANTEEN]["status"] == "unproven"


class TestShares:
    async def test_are_fixed_before_the_year_and_whole(
        self, desk: Desk, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        first, second = await kitchen_of(FURONG), await kitchen_of(FURONG)

        def shared(year: int, *weights: int) -> PutCanteen:
            holders = [
                PutHolder(unit_id=one.unit_id, weight_bp=weight)
                for one, weight in zip((first, second), weights, strict=True)
            ]
            shares = PutShares(
                year=year, holders=holders, evidence="就餐人次", approved_by="长沙市残联", approved_on=date(2024, 12, 1)
            )
            return PutCanteen(
                unit_id=first.unit_id,
                name="机关食堂",
                kind=CanteenKind.SHARED,
                valid_from=date(2025, 1, 1),
                shares=shares,
            )

        with pytest.raises(ValueError, match="sum to exactly 10000"):
            shared(2026, 5_000, 4_999)
        await put_canteen(desk, first.canteen_id, shared(2026, 6_000, 4_000))
        async with unchanged():
            await put_canteen(desk, first.canteen_id, shared(2026, 6_000, 4_000))
            with pytest.raises(SharesFixed):
                await put_canteen(desk, first.canteen_id, shared(2026, 5_000, 5_000))
        first.clock.set(noon(date(2027, 3, 1)))
        async with unchanged():
            with pytest.raises(SharesFixed):
                await put_canteen(desk, first.canteen_id, shared(2027, 5_000, 5_000))

"""A purchase booked to the wrong canteen moves by approval from above, in both chains at once, or not at all."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Outcome, PurchaseState, TransferOutcome, TransferState
from services.procurement_quota.store.declarations import entries_filed
from services.procurement_quota.usecases.decide_transfer import DecideTransfer, TransferDecided, decide_transfer
from services.procurement_quota.usecases.get_movements import AskMovements, get_movements
from services.procurement_quota.usecases.put_off_platform_purchase import PutInvoice
from services.procurement_quota.usecases.put_red_letter import PutRedLetter, put_red_letter
from services.procurement_quota.usecases.put_transfer import (
    NotBooked,
    NothingToTransfer,
    PutTransfer,
    TransferDiffers,
    TransferWaits,
    put_transfer,
)
from services.procurement_quota.usecases.read_off_platform_purchases import list_off_platform_purchases
from services.procurement_quota.usecases.read_transfers import get_transfer, list_transfers
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.order import AcceptanceRecorded, KeptLine
from shared.contracts.words import Fund
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import CHALING, FURONG, Kitchen, a_line, an_invoice_number, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

APPROVE = DecideTransfer(outcome=TransferOutcome.APPROVE, reason="已核对送货单与付款凭证")
REFUSE = DecideTransfer(outcome=TransferOutcome.REFUSE, reason="送货单抬头无误")
JUNE = date(2025, 6, 10)


@dataclass
class Mistake:
    """An order of 1,000 yuan that was booked to `wrong` and belongs to `right`."""

    wrong: Kitchen
    right: Kitchen
    line: KeptLine
    accepted: AcceptanceRecorded

    def asked(self, **other: Any) -> PutTransfer:
        facts: dict[str, Any] = {
            "order_id": self.accepted.purchase.order_id,
            "to_canteen_id": self.right.canteen_id,
            "payer": "茶陵县残疾人联合会",
            "receiver": "茶陵县残联机关食堂",
            "delivery_address": "茶陵县云阳街道",
            "reason": "下单时误选了食堂",
        }
        return PutTransfer(**facts | other)

    async def ask(self, by: Identity | None = None, **other: Any) -> UUID:
        transfer_id = new_id()
        await put_transfer(self.wrong.desk, by or self.wrong.finance, transfer_id, self.asked(**other))
        return transfer_id

    async def decide(self, transfer_id: UUID, command: DecideTransfer = APPROVE) -> dict[str, Any]:
        return await decide_transfer(self.wrong.desk, self.wrong.above, transfer_id, command)

    async def move(self, **other: Any) -> dict[str, Any]:
        return await self.decide(await self.ask(**other))

    async def shown(self, **dates: Any) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Give base, counted and unpaid at the wrong canteen and at the right one."""
        found = []
        for kitchen in (self.wrong, self.right):
            figures = (await kitchen.statement(**dates))["figures"]
            found.append((figures["base_fen"], figures["counted_fen"], figures["unpaid_fen"]))
        return found[0], found[1]


@pytest.fixture
async def mistake(kitchen_of: MakeKitchen) -> Mistake:
    wrong, right = await kitchen_of(FURONG), await kitchen_of(CHALING)
    line = a_line(1_000_00)
    return Mistake(wrong, right, line, await wrong.accept(line, on=JUNE))


THERE, HERE, NOWHERE = (1_000_00, 1_000_00, 1_000_00), (1_000_00, 1_000_00, 1_000_00), (0, 0, 0)


class TestApproved:
    async def test_moves_by_two_entries_and_takes_along_what_is_owed(self, mistake: Mistake) -> None:
        assert await mistake.shown() == (THERE, NOWHERE)
        answer = await mistake.move()
        assert await mistake.shown() == (NOWHERE, HERE)
        assert (answer["state"], answer["amount_fen"], answer["decision"]["outcome"]) == (
            "approved",
            1_000_00,
            "approve",
        )
        assert [(one["side"], one["amount_fen"], one["happened_on"]) for one in answer["entries"]] == [
            ("out", -1_000_00, "2025-06-10"),
            ("in", 1_000_00, "2025-06-10"),
        ]
        [came] = await mistake.right.lines()
        assert came["kind"] == "transfer"
        assert came["facts"]["transfer"]["delivery_address"] == "茶陵县云阳街道"
        left = (await mistake.wrong.lines())[-1]
        assert left["corrects"] == came["corrects"] == {"unit_id": str(mistake.wrong.unit_id), "seq": 1}

    async def test_may_be_asked_for_by_the_right_unit(self, mistake: Mistake) -> None:
        transfer_id = await mistake.ask(mistake.right.finance)
        seen = await get_transfer(mistake.right.desk, mistake.right.finance, transfer_id)
        assert (seen["amount_fen"], seen["state"]) == (None, "asked")
        above = await get_transfer(mistake.right.desk, mistake.right.above, transfer_id)
        assert above["amount_fen"] == 1_000_00
        await mistake.decide(transfer_id)
        assert await mistake.shown() == (NOWHERE, HERE)

    async def test_was_not_known_before(self, mistake: Mistake) -> None:
        before = mistake.wrong.clock.now()
        mistake.wrong.clock.set(datetime(2025, 6, 21, 1, 0, tzinfo=UTC))
        await mistake.move()
        assert await mistake.shown(known_by=before) == (THERE, NOWHERE)
        later = datetime(2025, 6, 22, 1, 0, tzinfo=UTC)
        mistake.wrong.clock.set(later)
        assert await mistake.shown(known_by=datetime(2025, 6, 21, 12, 0, tzinfo=UTC)) == (NOWHERE, HERE)

    async def test_what_moved_is_told_on_both_sides(self, mistake: Mistake) -> None:
        since = mistake.wrong.clock.now()
        mistake.wrong.clock.set(datetime(2025, 6, 21, 1, 0, tzinfo=UTC))
        await mistake.move()
        ask = AskMovements(since, None, HUNAN_CANTEEN, 2025)
        for kitchen, fen in ((mistake.wrong, -1_000_00), (mistake.right, 1_000_00)):
            subject = kitchen.canteen_id
            told = await get_movements(kitchen.desk, kitchen.finance, subject, ask, limit=10, cursor=None)
            moved = [(one["movement"], one["entries"], one["base_fen"], one["counted_fen"]) for one in told["sums"]]
            assert moved == [("transferred", 1, fen, fen)]

    async def test_a_return_and_a_credit_follow_and_so_does_a_later_transfer(self, mistake: Mistake) -> None:
        await mistake.wrong.give_back(mistake.accepted, mistake.line, 100_00, date(2025, 6, 12))
        answer = await mistake.move()
        assert answer["amount_fen"] == 900_00
        await mistake.wrong.give_back(mistake.accepted, mistake.line, 200_00, date(2025, 6, 18))
        await mistake.wrong.credit(mistake.accepted, mistake.line, 50_00, date(2025, 6, 19))
        assert await mistake.shown() == (NOWHERE, (650_00, 650_00, 650_00))
        back = Mistake(mistake.right, mistake.wrong, mistake.line, mistake.accepted)
        await back.move()
        assert await mistake.shown() == ((650_00, 650_00, 650_00), NOWHERE)

    async def test_is_listed_in_both_declarations(self, mistake: Mistake) -> None:
        await mistake.move()
        async with mistake.wrong.desk.uow.glance() as tx:
            for kitchen, fen in ((mistake.wrong, -1_000_00), (mistake.right, 1_000_00)):
                filed = await entries_filed(tx, kitchen.canteen_id, 2025, datetime(2026, 2, 1, tzinfo=UTC))
                assert [one.amount_fen for one in filed if one.kind == "transfer"] == [fen]


class TestUnion:
    async def test_stays_beside_the_national_share_where_it_belongs(self, kitchen_of: MakeKitchen) -> None:
        wrong, right = await kitchen_of(FURONG), await kitchen_of(CHALING)
        line = a_line(700)
        mistake = Mistake(wrong, right, line, await wrong.accept(line, on=JUNE, fund=Fund.UNION))
        await mistake.move()
        shown = [(await one.statement(NATIONAL_CANTEEN))["union_apart"] for one in (wrong, right)]
        assert [(one["base_fen"], one["counted_fen"]) for one in shown] == [(0, 0), (700, 0)]


class TestElsewhere:
    async def test_a_purchase_made_elsewhere_moves_with_who_may_act_on_it(self, mistake: Mistake) -> None:
        wrong, right = mistake.wrong, mistake.right
        purchase = await wrong.buy_elsewhere(500_00)
        await mistake.move(order_id=None, purchase_id=purchase)
        accept = VerifyPurchase(outcome=Outcome.ACCEPT, reason="随货证明与发票一致")
        await verify_off_platform_purchase(right.desk, right.above, purchase, accept)
        assert (await mistake.shown())[1] == (500_00, 500_00, 0)
        letter = PutRedLetter(
            invoice=PutInvoice(number=an_invoice_number()),
            issued_on=date(2025, 6, 12),
            amount_fen=100_00,
            reason="退货",
        )
        with pytest.raises(NotAllowed):
            await put_red_letter(wrong.desk, wrong.finance, purchase, new_id(), letter)
        answer, _ = await put_red_letter(right.desk, right.finance, purchase, new_id(), letter)
        assert answer["canteen_id"] == str(right.canteen_id)
        assert (await mistake.shown())[1] == (400_00, 400_00, 0)
        asked: dict[str, Any] = {"canteen": None, "state": None, "limit": 9, "cursor": None}
        for who, found in (
            (right.finance, [purchase]),
            (right.buyer, [purchase]),
            (wrong.finance, []),
            (wrong.buyer, []),
        ):
            page = await list_off_platform_purchases(right.desk, who, **asked)
            assert [UUID(one["id"]) for one in page["items"]] == found
        asked |= {"canteen": right.canteen_id, "state": PurchaseState.ACCEPTED}
        page = await list_off_platform_purchases(right.desk, right.auditor, **asked)
        assert [(one["id"], one["canteen_id"]) for one in page["items"]] == [(str(purchase), str(right.canteen_id))]


class TestRefused:
    async def test_leaves_everything_where_it_is(self, mistake: Mistake) -> None:
        transfer_id = await mistake.ask()
        answer = await mistake.decide(transfer_id, REFUSE)
        assert (answer["state"], answer["entries"], answer["decision"]["reason"]) == ("refused", [], "送货单抬头无误")
        assert await mistake.shown() == (THERE, NOWHERE)
        await mistake.move()
        assert await mistake.shown() == (NOWHERE, HERE)

    async def test_nobody_decides_but_finance_above_both_who_did_not_ask(
        self, mistake: Mistake, unchanged: Unchanged
    ) -> None:
        above_wrong = someone(Role.FINANCE, new_id(), "/430000/430100/")
        transfer_id, own = await mistake.ask(), new_id()
        async with unchanged():
            for who in (mistake.wrong.finance, mistake.right.finance, above_wrong, mistake.wrong.buyer):
                with pytest.raises(NotAllowed):
                    await decide_transfer(mistake.wrong.desk, who, transfer_id, APPROVE)
            with pytest.raises(NotAllowed):
                await put_transfer(mistake.wrong.desk, mistake.wrong.buyer, own, mistake.asked())
        await mistake.decide(transfer_id, REFUSE)
        both = Identity(
            new_id(),
            new_id(),
            "兼任",
            (*mistake.wrong.finance.seats, *someone(Role.FINANCE, new_id(), "/430000/").seats),
        )
        asked = await mistake.ask(both)
        with pytest.raises(OwnRequest):
            await decide_transfer(mistake.wrong.desk, both, asked, APPROVE)

    async def test_finance_of_neither_unit_asks_for_nothing_and_reads_nothing(
        self, mistake: Mistake, kitchen_of: MakeKitchen, unchanged: Unchanged
    ) -> None:
        stranger = (await kitchen_of()).finance
        transfer_id = await mistake.ask()
        async with unchanged():
            for asked in (mistake.asked(), mistake.asked(order_id=new_id())):
                with pytest.raises(NotAllowed):
                    await put_transfer(mistake.wrong.desk, stranger, new_id(), asked)
            with pytest.raises(NotAllowed):
                await get_transfer(mistake.wrong.desk, stranger, transfer_id)
        found = await list_transfers(mistake.wrong.desk, stranger, canteen=None, state=None, limit=10, cursor=None)
        assert found["items"] == []

    async def test_what_cannot_be_asked_for(self, mistake: Mistake, unchanged: Unchanged) -> None:
        desk, finance = mistake.wrong.desk, mistake.wrong.finance
        refusals: list[tuple[PutTransfer, type[Exception]]] = [
            (mistake.asked(order_id=None), InvalidFields),
            (mistake.asked(purchase_id=new_id()), InvalidFields),
            (mistake.asked(to_canteen_id=mistake.wrong.canteen_id), InvalidFields),
            (mistake.asked(order_id=new_id(), to_canteen_id=mistake.wrong.canteen_id), NotBooked),
            (mistake.asked(order_id=None, purchase_id=mistake.accepted.acceptance_id), NotAllowed),
        ]
        async with unchanged():
            for asked, refusal in refusals:
                with pytest.raises(refusal):
                    await put_transfer(desk, finance, new_id(), asked)

    async def test_one_waits_at_a_time_and_its_content_does_not_change(self, mistake: Mistake) -> None:
        desk, finance, transfer_id = mistake.wrong.desk, mistake.wrong.finance, new_id()
        first, new = await put_transfer(desk, finance, transfer_id, mistake.asked())
        again, not_new = await put_transfer(desk, mistake.right.finance, transfer_id, mistake.asked())
        assert (new, not_new) == (True, False)
        assert {**again, "amount_fen": 1_000_00} == first
        with pytest.raises(TransferDiffers):
            await put_transfer(desk, finance, transfer_id, mistake.asked(payer="另一单位"))
        with pytest.raises(TransferWaits):
            await mistake.ask()

    async def test_asked_again_after_it_was_approved_is_the_same(self, mistake: Mistake, unchanged: Unchanged) -> None:
        transfer_id = await mistake.ask()
        approved = await mistake.decide(transfer_id)
        async with unchanged():
            for who in (mistake.wrong.finance, mistake.right.finance):
                again = await put_transfer(mistake.wrong.desk, who, transfer_id, mistake.asked())
                assert again == (approved, False)
            with pytest.raises(NotAllowed):
                await put_transfer(mistake.wrong.desk, mistake.wrong.finance, new_id(), mistake.asked())

    async def test_what_went_back_entirely_has_nothing_to_move(self, mistake: Mistake) -> None:
        waiting = await mistake.ask()
        await mistake.wrong.give_back(mistake.accepted, mistake.line, 1_000_00, date(2025, 6, 12))
        with pytest.raises(NothingToTransfer):
            await mistake.decide(waiting)
        await mistake.decide(waiting, REFUSE)
        with pytest.raises(NothingToTransfer):
            await mistake.ask()

    async def test_is_decided_once(self, mistake: Mistake) -> None:
        transfer_id = await mistake.ask()
        done = await asyncio.gather(*(mistake.decide(transfer_id) for _ in range(3)), return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["TransferDecided", "TransferDecided", "dict"]
        assert await mistake.shown() == (NOWHERE, HERE)
        with pytest.raises(TransferDecided):
            await mistake.decide(transfer_id, REFUSE)


class TestList:
    async def test_pages_what_the_seats_reach_by_state_and_canteen(self, mistake: Mistake) -> None:
        refused = await mistake.ask()
        await mistake.decide(refused, REFUSE)
        waiting = await mistake.ask(mistake.right.finance)
        desk = mistake.wrong.desk

        async def listed(who: Identity, **asked: Any) -> list[str]:
            found, cursor = [], None
            while True:
                asked = {"canteen": mistake.wrong.canteen_id, "state": None, **asked}
                page = await list_transfers(desk, who, **asked, limit=1, cursor=cursor)
                found += [one["id"] for one in page["items"]]
                cursor = page["next"]
                if cursor is None:
                    return found

        for who in (mistake.wrong.finance, mistake.right.finance, mistake.wrong.auditor):
            assert await listed(who) == [str(waiting), str(refused)]
        assert await listed(mistake.wrong.finance, state=TransferState.ASKED) == [str(waiting)]
        assert await listed(mistake.wrong.finance, state=TransferState.APPROVED) == []
        with pytest.raises(NotAllowed):
            await listed(mistake.wrong.buyer)

"""A month's accounts are closed once, add up from month to month, and never change; what is paid late is told."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import NoSuchStatement, NotYourObjection, ObjectionDiffers, TermsDiffer
from services.order.store.accounts import take_month
from services.order.usecases.account_commands import CloseObjection, ObjectToStatement, PutPaymentTerms
from services.order.usecases.account_statements import (
    close_account_objection,
    confirm_account_statement,
    get_account_statement,
    list_account_statements,
    object_to_account_statement,
)
from services.order.usecases.close_accounts import close_accounts
from services.order.usecases.commands import CreditOrder
from services.order.usecases.credit_order import credit_order
from services.order.usecases.overdue_payments import list_days_to_pay, list_overdue_payments, tell_overdue
from services.order.usecases.payment_terms import get_payment_terms, put_payment_terms
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.rounds import BATCH_MAX
from shared.states import WrongState
from tests.build.accounts import a_year, accepted, close_all, moment, pay, statements
from tests.build.order import Town, said, untouched

FIGURES = ("opening_fen", "accepted_fen", "returned_fen", "credited_fen", "paid_fen", "refunded_fen", "closing_fen")


class Year:
    """Moments of a year of one's own."""

    def __init__(self) -> None:
        self.number = a_year()

    def __call__(self, month: int, day: int, hour: int = 2) -> datetime:
        return moment(self.number, month, day, hour)


@pytest.fixture
def at() -> Year:
    return Year()


def figures(statement: dict[str, Any]) -> list[int]:
    return [statement[name] for name in FIGURES]


async def credit(walk: Any, amount_fen: int) -> None:
    lines = [{"line_id": walk.line_ids()[0], "amount_fen": amount_fen}]
    command = CreditOrder.model_validate({"credit_id": new_id(), "lines": lines, "reason": "规格偏小"})
    walk.view = await credit_order(walk.desk, walk.seller, walk.order_id, command)


class TestClosing:
    async def test_carries_what_is_owed_from_month_to_month(self, town: Town, clock: SettableClock, at: Year) -> None:
        goods = await town.goods()
        await close_all(town)
        first = await accepted(town, clock, at(4, 3), goods)  # 1,300 fen
        second = await accepted(town, clock, at(4, 20), goods, 2_000)  # 2,600 fen
        await pay(first, 500)
        clock.set(at(5, 1))
        await close_all(town)
        await pay(first, 800)
        await credit(second, 100)
        clock.set(at(6, 1))
        await close_all(town)
        april, may = await statements(town)
        assert (april["month"], figures(april)) == (f"{at.number}-04", [0, 3_900, 0, 0, 500, 0, 3_400])
        assert (may["month"], figures(may)) == (f"{at.number}-05", [3_400, 0, 0, 100, 800, 0, 2_500])
        assert [line["due_on"] for line in april["lines"]] == [f"{at.number}-05-03", f"{at.number}-05-20"]
        assert (april["due_on"], may["due_on"]) == (f"{at.number}-05-20", f"{at.number}-05-20")
        assert {line["order_id"]: line["closing_fen"] for line in may["lines"]} == {
            str(first.order_id): 0,
            str(second.order_id): 2_500,
        }
        assert may["owed_now_fen"] == 2_500
        for statement in (april, may):
            for name in FIGURES:
                assert statement[name] == sum(line[name] for line in statement["lines"])

    async def test_is_of_a_supplier_whatever_it_is_called(self, town: Town, clock: SettableClock, at: Year) -> None:
        """Listings keep the name that they were published with, so orders of one supplier bear two names at once."""
        before = await town.goods()
        after = await town.goods(before.supplier_id, supplier_name="云阳阳光帮扶基地")
        clock.set(at(2, 1))
        await close_all(town)
        await accepted(town, clock, at(2, 3), before)
        await accepted(town, clock, at(2, 4), after)
        await accepted(town, clock, at(2, 5), before)
        clock.set(at(3, 1))
        await close_all(town)
        await accepted(town, clock, at(3, 2), after)
        clock.set(at(4, 1))
        await close_all(town)
        february, march = await statements(town)
        assert [figures(one)[0::6] for one in (february, march)] == [[0, 3_900], [3_900, 5_200]]
        assert len(february["lines"]) == 3
        assert march["supplier"]["name"] == "云阳阳光帮扶基地"

    async def test_waits_until_all_of_the_month_can_be_seen(self, town: Town, clock: SettableClock, at: Year) -> None:
        clock.set(at(4, 1))
        await close_all(town)
        walk = await accepted(town, clock, at(4, 30, 15), await town.goods())
        clock.set(at(4, 30, 16))  # Midnight in Shanghai: what began before it may not be written yet.
        await close_all(town)
        assert await statements(town) == []
        clock.set(at(4, 30, 16) + timedelta(minutes=15))
        await close_all(town)
        (april,) = await statements(town)
        assert [line["order_id"] for line in april["lines"]] == [str(walk.order_id)]

    async def test_reads_late_as_it_would_have_on_its_day(self, town: Town, clock: SettableClock, at: Year) -> None:
        goods = await town.goods()
        clock.set(at(7, 1))
        await close_all(town)
        walk = await accepted(town, clock, at(7, 31, 15), goods)  # 23:00 of the 31st in Shanghai
        await accepted(town, clock, at(7, 31, 16), goods)  # midnight: of August
        clock.set(at(9, 20))
        await pay(walk)
        await close_all(town)
        july, august = await statements(town)
        assert (july["month"], figures(july)) == (f"{at.number}-07", [0, 1_300, 0, 0, 0, 0, 1_300])
        assert (august["month"], figures(august)) == (f"{at.number}-08", [1_300, 1_300, 0, 0, 0, 0, 2_600])

    async def test_is_done_once_however_many_close_at_once(self, town: Town, clock: SettableClock, at: Year) -> None:
        clock.set(at(10, 1))
        await close_all(town)
        await accepted(town, clock, at(10, 5), await town.goods())
        clock.set(at(11, 1))
        await asyncio.gather(*(close_accounts(town.desk) for _ in range(4)))
        await close_all(town)
        (october,) = await statements(town)
        assert october["number"].startswith(f"{at.number}10-")
        notices = await said(town.desk, october["statement_id"], "notice.raised")
        assert [one["kind"] for one in notices] == ["statement_issued"]
        async with untouched(town.desk):
            assert await close_accounts(town.desk) == 0

    async def test_rests_while_another_program_is_at_it(self, town: Town, clock: SettableClock, at: Year) -> None:
        clock.set(at(10, 1))
        await close_all(town)
        clock.set(at(12, 1))
        async with town.desk.uow.begin() as other:
            await take_month(other, date(at.number, 10, 1))
        async with town.desk.uow.begin() as other:
            assert await take_month(other, date(at.number, 10, 1)) is not None
            assert await close_accounts(town.desk) == 0

    async def test_leaves_out_accounts_in_which_nothing_moved(self, town: Town, clock: SettableClock, at: Year) -> None:
        goods = await town.goods()
        clock.set(at(11, 2))
        await close_all(town)
        walk = await accepted(town, clock, at(11, 5), goods)
        await pay(walk)
        clock.set(at(12, 2))
        await close_all(town)
        clock.set(at(12, 2) + timedelta(days=40))
        await close_all(town)
        (november,) = await statements(town)
        assert (november["closing_fen"], november["due_on"]) == (0, None)


async def issued(town: Town, clock: SettableClock, at: Year) -> dict[str, Any]:
    """Give a statement of a month of one's own."""
    clock.set(at(3, 5))
    await close_all(town)
    await accepted(town, clock, at(3, 10), await town.goods())
    clock.set(at(4, 2))
    await close_all(town)
    (statement,) = await statements(town)
    return statement


class TestASide:
    async def test_confirms_and_with_both_it_is_confirmed(self, town: Town, clock: SettableClock, at: Year) -> None:
        statement = await issued(town, clock, at)
        seller = next(iter(town.suppliers.values()))
        statement_id = UUID(statement["statement_id"])
        once = await confirm_account_statement(town.desk, town.finance, statement_id)
        assert (once["state"], once["supplier_confirmed_at"]) == ("issued", None)
        again = await confirm_account_statement(town.desk, town.buyer, statement_id)
        assert again["canteen_confirmed_at"] == once["canteen_confirmed_at"]
        both = await confirm_account_statement(town.desk, seller, statement_id)
        assert both["state"] == "confirmed"
        assert await confirm_account_statement(town.desk, seller, statement_id) == both
        command = ObjectToStatement(objection_id=new_id(), reason="太晚了")
        async with untouched(town.desk):
            with pytest.raises(WrongState):
                await object_to_account_statement(town.desk, seller, statement_id, command)

    async def test_objects_until_it_says_that_it_is_settled(self, town: Town, clock: SettableClock, at: Year) -> None:
        statement = await issued(town, clock, at)
        seller = next(iter(town.suppliers.values()))
        statement_id, order_id = UUID(statement["statement_id"]), UUID(statement["lines"][0]["order_id"])
        await confirm_account_statement(town.desk, seller, statement_id)
        command = ObjectToStatement(objection_id=new_id(), order_id=order_id, reason="少记一笔退货")
        held = await object_to_account_statement(town.desk, town.buyer, statement_id, command)
        assert (held["state"], held["supplier_confirmed_at"]) == ("disputed", None)
        assert await object_to_account_statement(town.desk, town.buyer, statement_id, command) == held
        note = CloseObjection(note="已补记")
        async with untouched(town.desk):
            with pytest.raises(WrongState):
                await confirm_account_statement(town.desk, seller, statement_id)
            with pytest.raises(NotYourObjection):
                await close_account_objection(town.desk, seller, statement_id, command.objection_id, note)
            other = command.model_copy(update={"reason": "别的"})
            with pytest.raises(ObjectionDiffers):
                await object_to_account_statement(town.desk, town.buyer, statement_id, other)
            elsewhere = ObjectToStatement(objection_id=new_id(), order_id=new_id(), reason="不在其中")
            with pytest.raises(InvalidFields):
                await object_to_account_statement(town.desk, town.buyer, statement_id, elsewhere)
        settled = await close_account_objection(town.desk, town.buyer, statement_id, command.objection_id, note)
        assert (settled["state"], settled["objections"][0]["note"]) == ("issued", "已补记")

    async def test_reads_no_others(self, town: Town, clock: SettableClock, at: Year) -> None:
        statement = await issued(town, clock, at)
        other = await Town(town.desk).heard_of()
        async with untouched(town.desk):
            for who in (other.buyer, other.finance, town.approver):
                with pytest.raises(NotAllowed):
                    await confirm_account_statement(town.desk, who, UUID(statement["statement_id"]))
            with pytest.raises(NotAllowed):
                await get_account_statement(town.desk, other.finance, UUID(statement["statement_id"]))
            with pytest.raises(NoSuchStatement):
                await get_account_statement(town.desk, town.finance, new_id())
        given: dict[str, Any] = {
            "canteen": None,
            "supplier": None,
            "state": None,
            "month": None,
            "limit": 10,
            "cursor": None,
        }
        assert (await list_account_statements(town.desk, other.finance, **given))["items"] == []


class TestTerms:
    async def test_hold_for_what_is_ordered_from_their_day_on(self, town: Town, clock: SettableClock, at: Year) -> None:
        goods = await town.goods()
        clock.set(at(5, 2))
        await close_all(town)
        before = await accepted(town, clock, at(5, 3), goods)
        command = PutPaymentTerms(days=7, valid_from=date(at.number, 5, 5))
        terms_id = new_id()
        told = await put_payment_terms(town.desk, town.finance, town.unit_id, terms_id, command)
        assert await put_payment_terms(town.desk, town.finance, town.unit_id, terms_id, command) == told
        after = await accepted(town, clock, at(5, 10), goods)
        clock.set(at(6, 1))
        await close_all(town)
        (may,) = await statements(town)
        assert {line["order_id"]: line["due_on"] for line in may["lines"]} == {
            str(before.order_id): f"{at.number}-06-02",
            str(after.order_id): f"{at.number}-05-17",
        }
        assert (await get_payment_terms(town.desk, town.unit_id))["terms"][0]["days"] == 7

    async def test_are_set_ahead_by_finance_alone(self, town: Town) -> None:
        today = PutPaymentTerms(days=7, valid_from=date(2026, 3, 2))
        tomorrow = PutPaymentTerms(days=7, valid_from=date(2026, 3, 3))
        async with untouched(town.desk):
            with pytest.raises(InvalidFields):
                await put_payment_terms(town.desk, town.finance, town.unit_id, new_id(), today)
            with pytest.raises(NotAllowed):
                await put_payment_terms(town.desk, town.buyer, town.unit_id, new_id(), tomorrow)
        await put_payment_terms(town.desk, town.finance, town.unit_id, new_id(), tomorrow)
        with pytest.raises(TermsDiffer):
            await put_payment_terms(town.desk, town.finance, town.unit_id, new_id(), tomorrow)
        with pytest.raises(ValueError, match="60"):
            PutPaymentTerms(days=61, valid_from=date(2026, 3, 3))


class TestWhatIsLate:
    async def test_is_seen_by_both_sides_and_told_once(self, town: Town, clock: SettableClock, at: Year) -> None:
        walk = await accepted(town, clock, at(6, 1), await town.goods())
        clock.set(at(7, 1))
        assert await self._late(town, town.finance) == []  # The thirtieth day is in time.
        clock.set(at(7, 2))
        (late,) = await self._late(town, town.finance)
        assert (late["due_on"].isoformat(), late["days_overdue"], late["owed_fen"]) == (f"{at.number}-07-01", 1, 1_300)
        assert await self._late(town, walk.seller) == [late]
        other = await Town(town.desk).heard_of()
        assert await self._late(town, other.finance) == []
        while await tell_overdue(town.desk) == BATCH_MAX:
            pass
        (notice,) = await said(town.desk, walk.order_id, "notice.raised")
        assert (notice["kind"], {one["name"]: one["value"] for one in notice["facts"]}["days"]) == (
            "payment_overdue",
            "1",
        )
        async with untouched(town.desk):
            assert await tell_overdue(town.desk) == 0
        await pay(walk)
        assert await self._late(town, town.finance) == []

    async def _late(self, town: Town, who: Identity) -> list[dict[str, Any]]:
        asked = (
            {"canteen": town.canteen_id, "supplier": None}
            if who is town.finance
            else {"canteen": None, "supplier": None}
        )
        items: list[dict[str, Any]] = (await list_overdue_payments(town.desk, who, limit=100, cursor=None, **asked))[
            "items"
        ]
        return items


class TestDaysToPay:
    async def test_tells_the_median_and_what_was_owed(self, town: Town, clock: SettableClock, at: Year) -> None:
        goods = await town.goods()
        clock.set(at(1, 2))
        await close_all(town)
        for day, paid_on, quantity in ((3, 5, 1_000), (4, 24, 2_000), (5, 29, 1_000)):
            walk = await accepted(town, clock, at(1, day), goods, quantity)
            clock.set(at(1, paid_on))
            await pay(walk)
        await accepted(town, clock, at(1, 30), goods)
        clock.set(at(2, 1))
        await close_all(town)
        told = await list_days_to_pay(
            town.desk, month=date(at.number, 1, 1), canteen=town.canteen_id, limit=5, cursor=None
        )
        (figure,) = told["items"]
        assert (figure["payments"], figure["paid_fen"], figure["median_days"]) == (3, 5_200, 20)
        # (2 x 1,300 + 20 x 2,600 + 24 x 1,300) / 5,200 = 16.5, half a day rounded up
        assert (figure["fen_days"], figure["weighted_days"]) == (85_800, 17)
        assert (figure["owed_fen"], figure["overdue_fen"], figure["overdue_days"]) == (1_300, 0, 0)

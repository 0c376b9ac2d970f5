"""What a closed month left out stands once, as late, on the statement closed next; the closed one never changes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from services.order.store.late_lines import left_out
from services.order.usecases.account_commands import PutAccountPayment
from services.order.usecases.account_statements import get_account_statement
from services.order.usecases.close_accounts import close_accounts
from services.order.usecases.overdue_payments import list_days_to_pay
from services.order.usecases.pay_account import put_account_payment
from shared.clock import SettableClock
from shared.ids import new_id
from tests.build.accounts import a_year, accepted, close_all, moment, pay, statements
from tests.build.order import Town, Walk, said, untouched

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
FIGURES = ("opening_fen", "late_fen", "accepted_fen", "returned_fen", "credited_fen", "paid_fen", "closing_fen")
MOVES = ("opening_fen", "accepted_fen", "returned_fen", "credited_fen", "paid_fen", "refunded_fen", "late_fen")


@pytest.fixture
async def owner(env: dict[str, str]) -> AsyncIterator[Owner]:
    """Whoever owns the tables, and can write what an old version left there."""
    name = env["ORDER_DATABASE_URL"].rsplit("/", 1)[1]
    connection = await asyncpg.connect(env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
    yield connection
    await connection.close()


async def leave_out(owner: Owner, town: Town, month: date, order_id: UUID) -> None:
    """Leave an order out of a closed month's statement, as it was when a supplier bore two names."""
    key = (town.canteen_id, month, order_id)
    where = "s.canteen_id = $1 AND s.month = $2"
    sums = ", ".join(
        f"{name} = s.{name} - l.{name}"
        for name in ("opening_fen", "accepted_fen", "returned_fen", "credited_fen", "paid_fen", "closing_fen")
    )
    await owner.execute(
        f"UPDATE account_statements s SET {sums} FROM account_lines l"  # noqa: S608 - names of our own
        f" WHERE {where} AND l.statement_id = s.statement_id AND l.order_id = $3",
        *key,
    )
    gone = await owner.execute(
        "DELETE FROM account_lines l USING account_statements s"  # noqa: S608 - names of our own
        f" WHERE {where} AND l.statement_id = s.statement_id AND l.order_id = $3",
        *key,
    )
    assert gone == "DELETE 1"


def left_out_of(town: Town) -> str:
    """Ask as the operator's check does: of the months before the last that was closed."""
    return left_out("max(month)", f"'{town.canteen_id}'")


def figures(told: dict[str, Any], names: tuple[str, ...] = FIGURES) -> list[int]:
    return [told[name] for name in names]


def line_of(statement: dict[str, Any], walk: Walk) -> dict[str, Any]:
    (line,) = [line for line in statement["lines"] if line["order_id"] == str(walk.order_id)]
    return dict(line)


class Months:
    """A February of two orders, one under each name of their supplier, of a year of one's own."""

    def __init__(self, town: Town, clock: SettableClock) -> None:
        self.town = town
        self.clock = clock
        self.year = a_year()

    def first(self, month: int) -> date:
        return date(self.year, month, 1)

    async def close(self, month: int) -> None:
        """Close all months before one."""
        self.clock.set(moment(self.year, month, 1))
        await close_all(self.town)

    async def begin(self) -> tuple[Walk, Walk]:
        await self.close(2)
        first = await self.town.goods()
        self.second_goods = await self.town.goods(first.supplier_id, supplier_name="云阳阳光帮扶基地")
        stated = await accepted(self.town, self.clock, moment(self.year, 2, 3), first)
        return stated, await accepted(self.town, self.clock, moment(self.year, 2, 4), self.second_goods, 2_000)


@pytest.fixture
def months(town: Town, clock: SettableClock) -> Months:
    return Months(town, clock)


class TestWhatAMonthLeftOut:
    async def test_stands_once_on_the_next(self, town: Town, months: Months, owner: Owner) -> None:
        stated, missed = await months.begin()
        await months.close(3)
        await leave_out(owner, town, months.first(2), missed.order_id)
        (february,) = await statements(town)
        await accepted(town, months.clock, moment(months.year, 3, 9), months.second_goods)
        await months.close(4)
        before, march = await statements(town)
        assert before == february
        assert figures(february) == [0, 0, 1_300, 0, 0, 0, 1_300]
        assert figures(march) == [1_300, 2_600, 1_300, 0, 0, 0, 5_200]
        assert (march["owed_now_fen"], march["due_on"]) == (5_200, f"{months.year}-04-08")
        late = line_of(march, missed)
        assert (figures(late), late["due_on"]) == (
            [0, 2_600, 0, 0, 0, 0, 2_600],
            str(date(months.year, 2, 4) + timedelta(days=30)),
        )
        (told,) = late["late"]
        assert (told["late_for"], figures(told, MOVES)) == (f"{months.year}-02", [0, 2_600, 0, 0, 0, 0, 2_600])
        assert line_of(march, stated)["late"] == []
        await pay(missed)
        await months.close(5)
        *_, april = await statements(town)
        assert figures(april) == [5_200, 0, 0, 0, 0, 2_600, 2_600]
        assert all(line["late"] == [] for line in april["lines"])
        async with untouched(town.desk):
            assert await close_accounts(town.desk) == 0

    async def test_stands_though_nothing_of_it_is_owed(self, town: Town, months: Months, owner: Owner) -> None:
        _, missed = await months.begin()
        await pay(missed)
        await months.close(3)
        await leave_out(owner, town, months.first(2), missed.order_id)
        await months.close(4)
        _, march = await statements(town)
        assert figures(march) == [1_300, 0, 0, 0, 0, 0, 1_300]
        (told,) = line_of(march, missed)["late"]
        assert figures(told, MOVES) == [0, 2_600, 0, 0, 2_600, 0, 0]

    async def test_takes_back_an_opening_that_brought_it_unexplained(
        self, town: Town, months: Months, owner: Owner
    ) -> None:
        """March was closed by a version that began with what was owed, not with what February had ended with."""
        _, missed = await months.begin()
        await months.close(4)
        await leave_out(owner, town, months.first(2), missed.order_id)
        assert [row["order_id"] for row in await owner.fetch(left_out_of(town))] == [missed.order_id]
        await months.close(5)
        february, march, april = await statements(town)
        assert (february["closing_fen"], march["opening_fen"]) == (1_300, 3_900)
        assert await owner.fetch(left_out_of(town)) == []
        assert figures(april) == [3_900, 0, 0, 0, 0, 0, 3_900]
        (accepted_late, taken_back) = line_of(april, missed)["late"]
        assert (accepted_late["late_for"], figures(accepted_late, MOVES)) == (
            f"{months.year}-02",
            [0, 2_600, 0, 0, 0, 0, 2_600],
        )
        assert (taken_back["late_for"], figures(taken_back, MOVES)) == (
            f"{months.year}-03",
            [-2_600, 0, 0, 0, 0, 0, -2_600],
        )
        await months.close(6)
        *_, may = await statements(town)
        assert all(line["late"] == [] for line in may["lines"])

    async def test_and_the_next_one_too_stands_month_by_month(self, town: Town, months: Months, owner: Owner) -> None:
        _, missed = await months.begin()
        await months.close(3)
        await pay(missed, 500)
        await months.close(4)
        for month in (2, 3):
            await leave_out(owner, town, months.first(month), missed.order_id)
        await months.close(5)
        *_, april = await statements(town)
        late = line_of(april, missed)
        assert [(one["late_for"][-2:], one["accepted_fen"], one["paid_fen"]) for one in late["late"]] == [
            ("02", 2_600, 0),
            ("03", 0, 500),
        ]
        assert figures(late) == [0, 2_100, 0, 0, 0, 0, 2_100]
        assert april["opening_fen"] == 1_300

    async def test_can_be_what_was_owed_before_the_first_month_of_all(
        self, town: Town, months: Months, owner: Owner
    ) -> None:
        _, missed = await months.begin()
        await months.close(4)
        await leave_out(owner, town, months.first(3), missed.order_id)
        before = await owner.fetch("DELETE FROM account_months WHERE month < $1 RETURNING *", months.first(3))
        try:
            await months.close(5)
        finally:
            rows = [tuple(row) for row in before]
            await owner.executemany("INSERT INTO account_months VALUES ($1, $2, $3, $4)", rows)
        *_, april = await statements(town)
        (told,) = line_of(april, missed)["late"]
        assert (told["late_for"], figures(told, MOVES)) == (f"{months.year}-03", [2_600, 0, 0, 0, 0, 0, 2_600])
        assert figures(april) == [1_300, 2_600, 0, 0, 0, 0, 3_900]

    async def test_is_written_once_however_many_close_at_once(self, town: Town, months: Months, owner: Owner) -> None:
        _, missed = await months.begin()
        await months.close(3)
        await leave_out(owner, town, months.first(2), missed.order_id)
        months.clock.set(moment(months.year, 4, 1))
        await asyncio.gather(*(close_accounts(town.desk) for _ in range(4)))
        await close_all(town)
        _, march = await statements(town)
        assert figures(march) == [1_300, 2_600, 0, 0, 0, 0, 3_900]
        assert len(line_of(march, missed)["late"]) == 1
        (notice,) = await said(town.desk, march["statement_id"], "notice.raised")
        told = {one["name"]: one["value"] for one in notice["facts"]}
        assert (told["late_fen"], told["owed_fen"]) == ("2600", "3900")

    async def test_is_paid_as_any_other_and_seen_by_the_seller(self, town: Town, months: Months, owner: Owner) -> None:
        stated, missed = await months.begin()
        await months.close(3)
        await leave_out(owner, town, months.first(2), missed.order_id)
        await months.close(4)
        _, march = await statements(town)
        statement_id = UUID(march["statement_id"])
        assert await get_account_statement(town.desk, missed.seller, statement_id) == march
        command = PutAccountPayment(amount_fen=3_900)
        payment = await put_account_payment(town.desk, town.finance, statement_id, new_id(), command)
        assert {(one["order_id"], one["amount_fen"]) for one in payment["parts"]} == {
            (str(stated.order_id), 1_300),
            (str(missed.order_id), 2_600),
        }


class TestATransactionSeenTooLate:
    async def test_is_late_and_its_payment_counts_among_the_days(
        self, town: Town, months: Months, owner: Owner
    ) -> None:
        """A payment of the last instant of February, which the closing of that month did not see."""
        stated, missed = await months.begin()
        months.clock.set(moment(months.year, 2, 14))
        await pay(stated)  # 11 days after its acceptance
        months.clock.set(moment(months.year, 2, 28, 15))
        await pay(missed, 600)  # 24 days after
        await months.close(3)
        await self._unseen_payment(owner, town, months.first(2), missed.order_id, 600, 24)
        await months.close(4)
        february, march = await statements(town)
        assert (february["closing_fen"], figures(march)) == (2_600, [2_600, -600, 0, 0, 0, 0, 2_000])
        (told,) = line_of(march, missed)["late"]
        assert figures(told, MOVES) == [0, 0, 0, 0, 600, 0, -600]
        earlier, later = await self._figure(town, months.first(2)), await self._figure(town, months.first(3))
        assert (earlier["payments"], earlier["paid_fen"], earlier["late_payments"]) == (1, 1_300, 0)
        assert (later["payments"], later["paid_fen"], later["late_payments"], later["late_paid_fen"]) == (
            1,
            600,
            1,
            600,
        )
        assert (later["median_days"], later["weighted_days"], later["owed_fen"]) == (24, 24, 2_000)
        await months.close(5)
        last = await self._figure(town, months.first(4))
        assert (last["payments"], last["late_payments"], last["owed_fen"]) == (0, 0, 2_000)

    async def test_may_be_one_that_lessened_what_was_owed_to_nothing(
        self, town: Town, months: Months, owner: Owner
    ) -> None:
        """What stands on one statement as owed, and was paid unseen, is on the next with nothing left."""
        _, missed = await months.begin()
        months.clock.set(moment(months.year, 2, 28, 15) + timedelta(minutes=59))
        await pay(missed)
        await months.close(3)
        await self._unseen_payment(owner, town, months.first(2), missed.order_id, 2_600, 24)
        await months.close(4)
        _, march = await statements(town)
        assert figures(line_of(march, missed)) == [2_600, -2_600, 0, 0, 0, 0, 0]

    async def _unseen_payment(
        self, owner: Owner, town: Town, month: date, order_id: UUID, amount_fen: int, days: int
    ) -> None:
        for table, also in (
            ("account_lines", " AND t.order_id = $4"),
            ("account_statements", " AND $4::uuid <> s.unit_id"),
        ):
            await owner.execute(
                f"UPDATE {table} t SET paid_fen = t.paid_fen - $3, closing_fen = t.closing_fen + $3"  # noqa: S608
                " FROM account_statements s WHERE s.statement_id = t.statement_id AND s.canteen_id = $1"
                f" AND s.month = $2{also}",
                *(town.canteen_id, month, amount_fen, order_id),
            )
        await owner.execute(
            "UPDATE pay_figures SET payments = payments - 1, paid_fen = paid_fen - $3, fen_days = fen_days - $3 * $4,"
            " median_days = CASE payments WHEN 1 THEN NULL ELSE 11 END WHERE canteen_id = $1 AND month = $2",
            *(town.canteen_id, month, amount_fen, days),
        )

    async def _figure(self, town: Town, month: date) -> dict[str, Any]:
        told = await list_days_to_pay(town.desk, month=month, canteen=town.canteen_id, limit=5, cursor=None)
        (figure,) = told["items"]
        return dict(figure)

"""What is read from folded sums is what the entries themselves say, to the fen, whatever is folded, for all dates."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.procurement_quota.domain.chain import Draft
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.judging import Judgement
from services.procurement_quota.domain.words import EntryKind, Reason
from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.store import folding, ledger
from services.procurement_quota.store.figures import months, positions, unpaid
from services.procurement_quota.store.heard import keep_payments
from services.procurement_quota.usecases import fold_ledger as fold
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.fold_ledger import fold_ledger, fold_whole_ledger
from services.procurement_quota.usecases.load_reference import load_reference
from shared.clock import SHANGHAI, SettableClock, end_of_day
from shared.contracts.order import PaymentRecorded
from shared.contracts.words import Fund, PaymentMethod
from shared.db.unit_of_work import ReadTx
from shared.ids import new_id
from tests.build.own_set import own_set
from tests.build.quota import Kitchen, a_kitchen

RULES = ("hunan-2020-canteen", "national-2021-canteen")
START = datetime(2024, 12, 20, 1, tzinfo=UTC)

MONTHS = """
SELECT canteen_id, posting_month, sum(CAST(judgements -> :rule_code ->> 'base_fen' AS bigint)) AS base_fen,
  sum(CAST(judgements -> :rule_code ->> 'counted_fen' AS bigint)) AS counted_fen, sum(amount_fen) AS amount_fen
FROM entry WHERE canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND year = :year AND fund = :fund
  AND happened_on <= :happened_by AND recorded_at <= :known_by AND judgements ? :rule_code GROUP BY 1, 2
"""
UNPAID = """
SELECT canteen_id, sum(greatest(0, accepted_fen - paid_fen)) AS unpaid_fen FROM (
  SELECT e.canteen_id, e.order_id, min(e.year) AS year, sum(e.amount_fen) AS accepted_fen,
    coalesce((SELECT sum(p.amount_fen) FROM payment p WHERE p.order_id = e.order_id
      AND p.paid_on <= :happened_by AND p.recorded_at <= :known_by), 0) AS paid_fen
  FROM entry e WHERE e.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND e.fund = :fund AND e.order_id IS NOT NULL
    AND e.year <= :year AND e.happened_on <= :happened_by AND e.recorded_at <= :known_by
  GROUP BY e.canteen_id, e.order_id) AS orders
WHERE year = :year GROUP BY canteen_id
"""
HEADS = """
SELECT DISTINCT ON (unit_id) unit_id, seq, hash, recorded_at FROM entry
WHERE unit_id = ANY(CAST(:unit_ids AS uuid[])) AND recorded_at <= :known_by ORDER BY unit_id, seq DESC
"""
"""The entries asked themselves, as long as there was nothing else to ask."""


@dataclass
class Years:
    """Three canteens of two units, of which facts become known late, early, together, and at the ends of days."""

    desk: Desk
    clock: SettableClock
    kitchens: list[Kitchen]
    chance: random.Random
    now: datetime = START
    orders: list[UUID] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    @property
    def ids(self) -> list[UUID]:
        return [one.canteen_id for one in self.kitchens]

    def day(self) -> date:
        """Give a day about now: most things are recorded soon, some late, some before their day."""
        return self.now.astimezone(SHANGHAI).date() - timedelta(days=self.chance.choice([0, 0, 0, 1, 3, 20, 45, -2]))

    def order(self) -> UUID:
        if not self.orders or self.chance.random() < 0.4:
            self.orders.append(new_id())
        return self.chance.choice(self.orders[-12:])

    async def go_on(self, times: int) -> None:
        """Let something be recorded so many times."""
        for _ in range(times):
            self.now += timedelta(minutes=self.chance.choice([0, 1, 50, 400, 3000, 9000]))
            if self.chance.random() < 0.15:
                self.now = end_of_day(self.now.astimezone(SHANGHAI).date()) + timedelta(
                    microseconds=self.chance.choice([0, 1])
                )
            self.moments.append(self.now)
            with self.clock.at(self.now):
                await (self.pay() if self.chance.random() < 0.3 else self.book())

    async def book(self) -> None:
        kitchens = self.chance.choices(self.kitchens, k=self.chance.choice([1, 1, 2, 4]))
        async with self.desk.uow.begin() as tx:
            heads = await ledger.lock_heads(tx, {one.unit_id for one in kitchens})
            await ledger.post(tx, heads, [self.draft(one) for one in kitchens])

    def draft(self, kitchen: Kitchen) -> Draft:
        happened_on, lot = self.day(), new_id()
        judged = self.chance.sample(RULES, k=self.chance.choice([0, 1, 2, 2]))
        amount = self.chance.choice([0, 7, 10_000, 33_333, -5_000])
        return Draft(
            unit_id=kitchen.unit_id,
            kind=EntryKind.CORRECTION if amount == 0 else EntryKind.TRANSFER,
            canteen_id=kitchen.canteen_id,
            fund=self.chance.choice([Fund.CANTEEN, Fund.CANTEEN, Fund.UNION]),
            year=happened_on.year - self.chance.choice([0, 0, 0, 1]),
            happened_on=happened_on,
            amount_fen=amount,
            source_id=lot,
            source_line=lot,
            lot_id=lot,
            lot_line=lot,
            order_id=self.order() if self.chance.random() < 0.7 else None,
            supplier_id=None,
            listing_id=None,
            facts={},
            judgements=tuple(
                Judgement(
                    code, 1, True, True, amount or self.chance.randrange(-900, 900), amount // 3, Reason.ORIGIN_LISTED
                )
                for code in judged
            ),
            corrects=(kitchen.unit_id, 1) if amount == 0 else None,
        )

    async def pay(self) -> None:
        kitchen = self.chance.choice(self.kitchens)
        events = [
            PaymentRecorded(
                payment_id=new_id(),
                order_id=self.order(),
                unit_id=kitchen.unit_id,
                canteen_id=kitchen.canteen_id,
                fund=Fund.CANTEEN,
                method=PaymentMethod.BANK_TRANSFER,
                amount_fen=self.chance.choice([5_000, 10_000, 40_000, -3_000]),
                paid_on=self.day(),
            )
            for _ in range(self.chance.choice([1, 2]))
        ]
        async with self.desk.uow.begin() as tx:
            await keep_payments(tx, [(new_id(), event) for event in events])

    def dates(self) -> Iterator[tuple[date, datetime]]:
        """Give pairs of dates: ends of days and months, moments in between, and when something was recorded."""
        last = self.now.astimezone(SHANGHAI).date()
        days = [date(2024, 12, 31), date(2025, 1, 31), last, last - timedelta(days=9)]
        days += [START.date() + timedelta(days=self.chance.randrange((last - START.date()).days + 1)) for _ in range(3)]
        moments = [end_of_day(day) for day in days] + self.chance.sample(self.moments, k=4) + [self.now]
        moments.append(self.chance.choice(self.moments) - timedelta(microseconds=1))
        for _ in range(14):
            yield self.chance.choice(days), self.chance.choice(moments)
        yield last, self.now

    async def differs(self) -> list[Any]:
        """List where a figure differs from its entries."""
        async with self.desk.uow.read() as tx:
            return [one for dates in self.dates() for one in await self._differs(tx, *dates)]

    async def _differs(self, tx: ReadTx, happened_by: date, known_by: datetime) -> list[Any]:
        rule, year = self.chance.choice(RULES), self.chance.choice([2024, 2025, 2025])
        fund = self.chance.choice([Fund.CANTEEN, Fund.CANTEEN, Fund.UNION])
        ids = self.chance.choice([self.ids, self.ids[:1]])
        asked = Asked(rule, fund, year, happened_by, known_by)
        given = {
            "canteen_ids": ids,
            "year": year,
            "fund": fund.value,
            "happened_by": happened_by,
            "known_by": known_by,
        }
        units = {one.unit_id for one in self.kitchens}
        told = (
            {
                (canteen_id, month, sums.base_fen, sums.counted_fen, sums.amount_fen)
                for canteen_id, of_canteen in (await months(tx, ids, asked)).items()
                for month, sums in of_canteen.items()
            },
            {pair for pair in (await unpaid(tx, ids, asked)).items() if pair[1]},
            {(one.unit_id, one.seq, one.hash, one.recorded_at) for one in await positions(tx, units, known_by)},
        )
        booked = (
            {tuple(row) for row in await tx.rows(sa.text(MONTHS), given | {"rule_code": rule})},
            {tuple(row) for row in await tx.rows(sa.text(UNPAID), given) if row.unpaid_fen},
            {tuple(row) for row in await tx.rows(sa.text(HEADS), {"unit_ids": list(units), "known_by": known_by})},
        )
        return [] if told == booked else [(asked, told, booked)]


@pytest.fixture(scope="module")
async def kitchens(env: dict[str, str]) -> AsyncIterator[list[Kitchen]]:
    """Two canteens of one unit and one of another, in a ledger of its own: nobody else's entries wait there.

    Beside some others, three of them are many, and one is few.
    """
    own: dict[str, Any] = {name.lower(): value for name, value in (await own_set(env, "folded")).items()}
    clock = SettableClock(START - timedelta(days=90))
    async with opened(Settings(_env_file=None, **{**own, "run": "serve"}), clock=clock) as program:
        await load_reference(program.desk)
        first, second = await a_kitchen(program.desk, clock), await a_kitchen(program.desk, clock)
        for _ in range(4):
            await a_kitchen(program.desk, clock)
        yield [first, second, replace(first, canteen_id=new_id())]


@pytest.fixture
async def years(kitchens: list[Kitchen]) -> Years:
    """Years that go on from test to test, with everything folded."""
    desk, clock = kitchens[0].desk, kitchens[0].clock
    await fold_whole_ledger(desk)
    return Years(desk, clock, kitchens, random.Random(2), await _latest(desk))


async def _latest(desk: Desk) -> datetime:
    async with desk.uow.glance() as tx:
        found: datetime | None = await tx.value(sa.text("SELECT max(recorded_at) FROM entry"))
    return START if found is None else found


class TestFoldedFigures:
    async def test_are_those_of_the_entries_whatever_is_folded(
        self, years: Years, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fold, "ENTRIES_AT_ONCE", 5)
        monkeypatch.setattr(fold, "PAYMENTS_AT_ONCE", 2)
        for steps in (0, 1, 2, 4, 0, 3, 9, 1):
            await years.go_on(20)
            for _ in range(steps):
                await fold_ledger(years.desk)
            assert await years.differs() == []
        await fold_whole_ledger(years.desk)
        assert await years.differs() == []

    async def test_are_not_touched_by_a_step_that_ended_midway(
        self, years: Years, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await years.go_on(12)

        async def dies(*_: object) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(folding, "add_owed", dies)
            with pytest.raises(RuntimeError, match="killed"):
                await fold_ledger(years.desk)
        assert await years.differs() == []
        await fold_whole_ledger(years.desk)
        assert await years.differs() == []

    async def test_are_folded_by_one_at_a_time(self, years: Years) -> None:
        await years.go_on(3)
        async with years.desk.uow.begin() as tx:
            assert await folding.lock(tx, wait=False)
            assert not await fold_ledger(years.desk)
        assert await fold_ledger(years.desk)
        assert not await fold_ledger(years.desk)

"""A closed month keeps what was filed; later facts stand beside it as restated, and months close in their order."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from deploy.operator.invariants.filings import filing_checks
from deploy.operator.reading import snapshots
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.close_month import CloseMonth, MonthNotAttested, MonthsInOrder, close_month
from services.procurement_quota.usecases.close_year import CloseYear, StillHearing, YearClosed, close_year
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import Kitchen, a_line, noon
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged


async def close(kitchen: Kitchen, month: int, **how: Any) -> dict[str, Any]:
    command = CloseMonth(year=2025, month=month)
    return await close_month(kitchen.desk, kitchen.finance, kitchen.canteen_id, command, **how)


def months(told: dict[str, Any]) -> list[tuple[int, int, int, bool]]:
    """Give month, base as filed, base as restated, and whether it moved."""
    return [
        (one["month"], one["as_filed"]["base_fen"], one["restated"]["base_fen"], one["moved"])
        for one in told["closed_months"]
    ]


class TestCloseMonth:
    async def test_freezes_what_was_filed_and_shows_later_facts_beside_it(self, kitchen: Kitchen) -> None:
        kitchen.clock.set(noon(date(2025, 7, 12)))
        await kitchen.accept(a_line(30_000), on=date(2025, 1, 10))
        await kitchen.attest(1, 100_000)
        await kitchen.attest(2, 160_000)
        filed = await close(kitchen, 1)
        [hunan] = [one for one in filed["filed"] if one["rule"] == HUNAN_CANTEEN]
        assert hunan["figures"] == {
            "month_ledger_fen": 30_000,
            "month_counted_fen": 30_000,
            "ledger_fen": 30_000,
            "attested_fen": 100_000,
            "base_fen": 100_000,
            "counted_fen": 30_000,
            "share_bp": 3_000,
        }
        await close(kitchen, 2)
        before = await kitchen.statement()
        assert months(before) == [(1, 100_000, 100_000, False), (2, 160_000, 160_000, False)]
        kitchen.clock.set(noon(date(2025, 7, 20)))
        await kitchen.buy_elsewhere(90_000, origin_county=None, bought_on=date(2025, 1, 20))
        after = await kitchen.statement()
        assert months(after) == [(1, 100_000, 120_000, True), (2, 160_000, 160_000, True)]
        assert after["closed_months"][0]["as_filed"] == before["closed_months"][0]["as_filed"]
        assert after["closed_months"][0]["restated"]["month_ledger_fen"] == 120_000
        then = await kitchen.statement(known_by=date(2025, 7, 15))
        assert months(then) == months(before)
        closed = [line for line in await kitchen.lines() if line["kind"] == "close"]
        assert [(line["reason"], line["facts"]["month"]) for line in closed] == [
            ("month_closed", 1),
            ("month_closed", 2),
        ]

    async def test_goes_in_order_once_attested_and_over(self, kitchen: Kitchen, unchanged: Unchanged) -> None:
        kitchen.clock.set(noon(date(2025, 2, 28)))
        await kitchen.attest(2, 0)
        async with unchanged():
            with pytest.raises(InvalidFields):
                await close(kitchen, 2)
            with pytest.raises(MonthNotAttested):
                await close(kitchen, 1)
            kitchen.clock.set(noon(date(2025, 3, 1)))
            with pytest.raises(MonthsInOrder):
                await close(kitchen, 2)
        await kitchen.attest(1, 0)
        once = Stamp.of_request("month", new_id().hex, b"1")
        first = await close(kitchen, 1, once=once)
        async with unchanged():
            assert await close(kitchen, 1, once=once) == first
            with pytest.raises(MonthsInOrder):
                await close(kitchen, 1)
        await close(kitchen, 2)

    async def test_waits_until_nothing_is_on_its_way_and_is_finances_own(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async def one_waits() -> int:
            return 1

        kitchen.clock.set(noon(date(2025, 2, 3)))
        await kitchen.attest(1, 0)
        command = CloseMonth(year=2025, month=1)
        async with unchanged():
            with pytest.raises(StillHearing):
                await close_month(replace(desk, lag=one_waits), kitchen.finance, kitchen.canteen_id, command)
            for who in (kitchen.buyer, kitchen.above, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await close_month(desk, who, kitchen.canteen_id, command)

    async def test_begins_with_the_canteen_and_ends_with_the_year(
        self, desk: Desk, kitchen_of: MakeKitchen, unchanged: Unchanged, quota_env: dict[str, str]
    ) -> None:
        kitchen = await kitchen_of(valid_from=date(2025, 11, 1))
        kitchen.clock.set(noon(date(2026, 1, 12)))
        await kitchen.attest(11, 0)
        await kitchen.attest(12, 0)
        await close(kitchen, 11)
        await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        async with unchanged():
            with pytest.raises(YearClosed):
                await close(kitchen, 12)
        async with snapshots(quota_env, ("procurement_quota",)) as read:
            assert [check.line() for check in await filing_checks(read) if not check.holds] == []

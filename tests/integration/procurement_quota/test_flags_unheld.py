"""Where no rule holds what is flagged a flag waits for nobody, and is there for a rule that begins to hold."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.store import ledger
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.load_reference import load_reference
from shared.clock import SettableClock
from tests.build.own_set import own_set
from tests.build.quota import NOW, a_kitchen, a_line, heard, noon
from tests.integration.procurement_quota.test_flags import OPEN, UPHELD, a_flag, counted, hear, holding, told


@pytest.fixture
def own_clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
async def fresh(env: dict[str, str], own_clock: SettableClock) -> AsyncIterator[Desk]:
    """An installation of its own, with the rules that it begins with."""
    read: dict[str, Any] = {name.lower(): value for name, value in (await own_set(env, "unheld")).items()}
    async with opened(Settings(_env_file=None, **{**read, "run": "serve"}), clock=own_clock) as program:
        await load_reference(program.desk)
        yield program.desk


async def test_a_flag_waits_for_nobody_until_a_rule_holds(fresh: Desk, own_clock: SettableClock) -> None:
    kitchen = await a_kitchen(fresh, own_clock)
    before = await holding(fresh, kitchen, holds=False)
    accepted, later = await kitchen.accept(a_line(1_000)), kitchen.acceptance(a_line(300), a_line(20))
    async with fresh.uow.begin() as tx:
        await ledger.lock_revocations(tx, alone=False)
        await ledger.lock_heads(tx, [kitchen.unit_id])
        await asyncio.wait_for(hear(fresh, a_flag(accepted, 1, OPEN)), timeout=10)
        await asyncio.wait_for(hear(fresh, a_flag(later, 1, OPEN, lines=slice(0, 1))), timeout=10)
    own_clock.set(noon(date(2025, 6, 26)))
    code = await holding(fresh, kitchen)
    await count_purchases(fresh, heard(later))
    assert await told(kitchen, code) == [("purchase", "flag_open", 0), ("purchase", "origin_listed", 20)]
    await hear(fresh, a_flag(accepted, 2, UPHELD), a_flag(later, 2, UPHELD))
    assert (await told(kitchen, code))[2:] == [("correction", "flag_upheld", 0), ("correction", "flag_upheld", -20)]
    assert await counted(kitchen, before) == (1_320, 1_320)

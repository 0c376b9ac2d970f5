"""The land of the tests: Hunan's federations, three canteens, the county lists, and three rules bound to this year."""

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_rule import ContinueRule, continue_rule
from shared.clock import SettableClock, SystemClock
from shared.contracts.words import CanteenKind
from shared.ids import derived_id

PROVINCE, PREFECTURE, COUNTY, ELSEWHERE = "430000", "430200", "430224", "430100"
"""湖南省, 株洲市, 茶陵县 (one of the 51), and 长沙市, which is neither above nor below these."""
LISTED_COUNTY, UNLISTED_COUNTY = "430224", "430382"
"""茶陵县, and 韶山市, which stands on no list."""
PATH_OF = {
    PROVINCE: "/430000/",
    PREFECTURE: "/430000/430200/",
    COUNTY: "/430000/430200/430224/",
    ELSEWHERE: "/430000/430100/",
}
CONTINUED = ("hunan-2020-canteen", "hunan-2020-union")
"""The notice binds 2020 alone; for the tests a document continues it."""


def unit_id(code: str) -> UUID:
    return derived_id("unit", code)


def canteen_id(code: str, number: int = 1) -> UUID:
    return derived_id("canteen", code, number)


@dataclass(frozen=True)
class Land:
    """Units by what they are to each other, and their canteens."""

    province: UUID
    prefecture: UUID
    county: UUID
    elsewhere: UUID
    canteen: UUID
    """Of the county's federation, whose own county is one of the 51: its rate is 50 %."""
    prefecture_canteen: UUID
    """Its rate is 20 %, wherever its office stands."""
    other_canteen: UUID
    """Of the federation elsewhere."""


@asynccontextmanager
async def quota_desk(env: Mapping[str, str]) -> AsyncIterator[Any]:
    """Open the quota service's desk a minute ago: what is issued is as known some seconds ago."""
    settings = importlib.import_module("services.procurement_quota.settings").Settings(
        _env_file=None, **{name.lower(): value for name, value in env.items()} | {"run": ""}
    )
    earlier = SettableClock(SystemClock().now() - timedelta(minutes=1))
    async with importlib.import_module("services.procurement_quota.main").opened(settings, clock=earlier) as program:
        yield program.desk


async def open_canteen(desk: Any, code: str, number: int = 1) -> UUID:
    """Open the numbered canteen of a federation's own; opened again it is the same."""
    canteen = canteen_id(code, number)
    await put_canteen(desk, canteen, PutCanteen(unit_id=unit_id(code), name=f"{code}机关食堂", kind=CanteenKind.OWN))
    return canteen


async def lay_out(env: Mapping[str, str]) -> Land:
    """Load the reference data into empty databases, as the operator does, and open the canteens."""
    async with quota_desk(env) as desk:
        await load_reference(desk)
        for rule in CONTINUED:
            await continue_rule(
                desk, ContinueRule(rule_code=rule, valid_from=date(2021, 1, 1), document="延续文件（测试）")
            )
        for code in (COUNTY, PREFECTURE, ELSEWHERE):
            await open_canteen(desk, code)
    return Land(
        province=unit_id(PROVINCE),
        prefecture=unit_id(PREFECTURE),
        county=unit_id(COUNTY),
        elsewhere=unit_id(ELSEWHERE),
        canteen=canteen_id(COUNTY),
        prefecture_canteen=canteen_id(PREFECTURE),
        other_canteen=canteen_id(ELSEWHERE),
    )

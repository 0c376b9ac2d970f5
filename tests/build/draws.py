"""Samples of years long closed, which only a clock set back can announce before their public draw."""

import importlib
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.confirm_draw_result import ConfirmResult, confirm_draw_result
from services.procurement_quota.usecases.enter_draw_result import EnterResult, enter_draw_result
from services.procurement_quota.usecases.put_sample_draw import PutSampleDraw, put_sample_draw
from shared.clock import SettableClock
from shared.contracts.authority import Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from tests.build.land import COUNTY, Land
from tests.build.quota import Kitchen, a_kitchen, someone

VALUE = "03 09 14 21 27 33+08"
FORM = "00 00 00 00 00 00+00"
STRANGER = Path(__file__).parents[1] / "independent" / "draw_sample.py"
YEAR = 2021
"""The first of the years that these are of."""


def an_announcement(unit_id: UUID, year: int, held_on: date, **other: Any) -> PutSampleDraw:
    """Announce five lines by a lottery's issue."""
    facts: dict[str, Any] = {
        "unit_id": unit_id,
        "year": year,
        "size": 5,
        "draw": f"双色球第{held_on.year}030期",
        "held_on": held_on,
        "result_source": "中国福利彩票发行管理中心官网（www.cwl.gov.cn）",
        "value_form": FORM,
    }
    return PutSampleDraw.model_validate(facts | other)


def drawn_again(path: Path) -> subprocess.CompletedProcess[bytes]:
    """Let a stranger draw a file again, with the value as they read it."""
    return subprocess.run([sys.executable, "-I", str(STRANGER), str(path), VALUE], capture_output=True, check=False)


async def draws_of_the_past(env: Mapping[str, str], land: Land) -> dict[str, Any]:
    """Leave a draw of the prefecture's waiting for its value, one for a second person, and one drawn; gives their ids.

    Each is of a year of its own, in which one purchase of 100 yuan was closed.
    """
    settings = importlib.import_module("services.procurement_quota.settings").Settings(
        _env_file=None, **{name.lower(): value for name, value in env.items()} | {"run": ""}
    )
    ids: dict[str, Any] = {}
    async with importlib.import_module("services.procurement_quota.main").opened(settings) as program:
        clock = SettableClock(datetime(YEAR, 1, 2, 4, tzinfo=UTC))
        uow = UnitOfWork(program.uow.engine, source=program.uow.source, clock=clock)
        desk = replace(program.desk, clock=clock, uow=uow)
        kitchen = await a_kitchen(desk, clock, COUNTY, valid_from=date(YEAR, 1, 1))
        for place, purpose in enumerate(("enter", "confirm", "read")):
            ids[f"draw to {purpose}"] = await _draw(kitchen, land.prefecture, YEAR + place, purpose)
    return ids


async def _draw(kitchen: Kitchen, unit_id: UUID, year: int, purpose: str) -> UUID:
    desk, draw_id = kitchen.desk, new_id()
    first, second = (someone(Role.AUDITOR, new_id(), "/430000/") for _ in range(2))
    kitchen.clock.set(datetime(year + 1, 1, 5, 4, tzinfo=UTC))
    await kitchen.buy_elsewhere(10_000, origin_county=None, bought_on=date(year, 6, 1))
    await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=year))
    await put_sample_draw(desk, first, draw_id, an_announcement(unit_id, year, date(year + 1, 3, 18)))
    kitchen.clock.set(datetime(year + 1, 3, 19, 4, tzinfo=UTC))
    if purpose != "enter":
        await enter_draw_result(desk, first, draw_id, EnterResult(version=0, value=VALUE))
    if purpose == "read":
        await confirm_draw_result(desk, second, draw_id, ConfirmResult(version=1, value=VALUE))
    return draw_id

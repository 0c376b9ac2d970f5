"""An auditor announces a sample: of what, how many lines, and which public draw, not yet held, will decide.

Decision: a unit has one draw of a year at a time, and it stays until it is drawn. Why: whoever could announce several
and complete one would choose among their results. Price: where the public draw is never held, two people say so
(`not_held`) before another is announced.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.sample_draws import DIGITS_MIN, FORM_PATTERN, DrawDiffers, DrawWaits
from services.procurement_quota.domain.sampling import SIZE_MAX
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.samples import (
    SampleDraw,
    canteens_in_scope,
    draw_by_id,
    frame_lines,
    waiting_draws,
    write_draw,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN
from services.procurement_quota.usecases.move_unit import unit_known
from services.procurement_quota.usecases.sample_view import draw_written, known_draw
from services.procurement_quota.usecases.texts import Line
from shared.clock import SHANGHAI, today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem

AHEAD_DAYS_MAX = 400


class PutSampleDraw(BaseModel):
    """What is announced, before the public draw is held and once the year can be closed before that day."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit_id": "019a0000-0000-7000-8000-0000000000d1",
                    "year": 2026,
                    "size": 60,
                    "draw": "中国福利彩票双色球第2027030期",
                    "held_on": "2027-03-18",
                    "result_source": "中国福利彩票发行管理中心官网（www.cwl.gov.cn）开奖公告",
                    "value_form": "00 00 00 00 00 00+00",
                }
            ]
        },
    )

    unit_id: UUID
    """With all units below it."""
    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    size: int = Field(ge=1, le=SIZE_MAX)
    """Lines; all of them if the frame has fewer."""
    draw: Line
    held_on: date
    """From tomorrow on, and after the year's end."""
    result_source: Line
    value_form: Annotated[str, Field(max_length=60, pattern=FORM_PATTERN)]
    """How the value will be written, as it is published: 0 for each digit, everything else as it is."""


GIVEN = ("unit_id", "year", "size", "draw", "held_on", "result_source", "value_form")


async def put_sample_draw(
    desk: Desk, identity: Identity, draw_id: UUID, command: PutSampleDraw
) -> tuple[dict[str, Any], bool]:
    """Announce a draw; gives it, and whether it is new. Raises UnitUnknown, InvalidFields, DrawDiffers, DrawWaits."""
    async with desk.uow.glance() as reading:
        unit = await unit_known(reading, command.unit_id)
    require(identity, "put_sample_draw", Owned(unit_path=unit.path))
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"sample {command.unit_id} {command.year}")
        known = await draw_by_id(tx, draw_id)
        if known is None:
            _check(command, today(desk.clock))
            for waiting in await waiting_draws(tx, command.unit_id, command.year):
                if waiting.held_on >= today(desk.clock) or await has_frame(tx, waiting):
                    raise DrawWaits(draw_id=str(waiting.id))
            values = command.model_dump() | {"announced_by": identity.account_id, "recorded_at": tx.now}
            if not await write_draw(tx, {"id": draw_id, **values}):
                raise DrawDiffers(draw_id=str(draw_id))
        elif any(getattr(known, name) != getattr(command, name) for name in GIVEN):
            raise DrawDiffers(draw_id=str(draw_id))
        return await draw_written(tx, identity, await known_draw(tx, draw_id)), known is None


def _check(command: PutSampleDraw, day: date) -> None:
    if command.value_form.count("0") < DIGITS_MIN:
        raise InvalidFields(
            field_problem("value_form", f"has {DIGITS_MIN} digits or more", f"须有{DIGITS_MIN}位以上数字")
        )
    if not day < command.held_on <= day + timedelta(days=AHEAD_DAYS_MAX):
        raise InvalidFields(
            field_problem(
                "held_on",
                "is a day after today, when the public draw is still to be held",
                "须为今天之后、尚未开奖的日期",
            )
        )
    if command.held_on.year <= command.year:
        raise InvalidFields(
            field_problem("held_on", "is after the end of the year that is drawn from", "须在所抽年度结束之后")
        )


def day_begins(held_on: date) -> datetime:
    """Give the moment before which a canteen must be closed: the day of the draw begins in Shanghai."""
    return datetime.combine(held_on, time(), SHANGHAI)


async def has_frame(tx: ReadTx, one: SampleDraw) -> bool:
    """Tell whether there is anything to draw from, which does not change once the day of the draw has begun."""
    scope = await canteens_in_scope(tx, one.unit_id, one.year, day_begins(one.held_on))
    ids = [row.canteen_id for row in scope if row.in_time]
    return bool(ids) and bool(await frame_lines(tx, ids, one.year, 1))

"""The demo's auditor announces a sample of the closed year, and draws it by a draw that says that it is invented."""

from datetime import date

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.people import MARK, PROVINCE
from deploy.operator.demo.plan import Month
from deploy.operator.demo.world import World
from services.procurement_quota.usecases.confirm_draw_result import ConfirmResult, confirm_draw_result
from services.procurement_quota.usecases.enter_draw_result import EnterResult, enter_draw_result
from services.procurement_quota.usecases.put_sample_draw import PutSampleDraw, put_sample_draw
from shared.ids import derived_id

ANNOUNCED, HELD = (2, 10), (3, 18)
"""Month and day of the next year."""
SIZE = 30
VALUE = "03 09 14 21 27 33+08"
FORM = "00 00 00 00 00 00+00"


async def sample(world: World, month: Month) -> None:
    """Announce the sample in one month and draw it in the next, as far as today goes."""
    desk, calendar = world.desks["procurement_quota"], world.plan.calendar
    year, auditor = calendar.running_year, world.sign_in("auditor")
    draw_id = derived_id("demo-sample", calendar.closed_year)
    announced, held_on = moment(date(year, *ANNOUNCED), 10), date(year, *HELD)
    drawn = moment(held_on.replace(day=held_on.day + 1), 9)
    if month == (year, ANNOUNCED[0]) and announced < calendar.horizon:
        command = PutSampleDraw(
            unit_id=world.plan.units[PROVINCE].unit_id,
            year=calendar.closed_year,
            size=SIZE,
            draw=f"虚构开奖第{year}030期{MARK}",
            held_on=held_on,
            result_source=f"仅供演示，无公布来源{MARK}",
            value_form=FORM,
        )
        with world.clock.at(announced):
            await put_sample_draw(desk, auditor, draw_id, command)
    if month == (year, HELD[0]) and drawn < calendar.horizon:
        with world.clock.at(drawn):
            await enter_draw_result(desk, auditor, draw_id, EnterResult(version=0, value=VALUE))
            officer = world.sign_in("federation officer")
            await confirm_draw_result(desk, officer, draw_id, ConfirmResult(version=1, value=VALUE))

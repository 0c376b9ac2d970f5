"""A sample's draw is named before it is held, entered after, confirmed by another person, and never drawn twice.

    announced ── enter ──▶ entered ── confirm ──▶ drawn
                           entered ── void ─────▶ void     the public draw was never held
                           entered ── enter ────▶ entered  corrected, version by version

How the value is written is announced too (`value_form`, where 0 stands for a digit), so that nobody may choose among
ways to write one result until a sample suits them.
"""

import re
from enum import StrEnum

from shared.errors import Conflict, NotFound
from shared.states import StateMachine

DIGITS_MIN = 6
FORM_PATTERN = r"^[0A-Z+|:/,-]+( [0A-Z+|:/,-]+)*$"
"""Single spaces, and no digit but 0."""


class DrawState(StrEnum):
    """Where a sample stands (抽样状态)."""

    ANNOUNCED = "announced"  # 已公告
    ENTERED = "entered"  # 已录入开奖结果，待复核
    DRAWN = "drawn"  # 已抽取
    VOID = "void"  # 已作废：该期公开开奖未举行


class Outside(StrEnum):
    """Why a canteen with purchases is not in the frame (未入抽样范围的原因)."""

    NOT_CLOSED = "not_closed"  # 未结账
    CLOSED_LATE = "closed_late"  # 开奖当日或之后才结账


DRAW = StateMachine(
    DrawState,
    {
        "enter": ({DrawState.ANNOUNCED, DrawState.ENTERED}, DrawState.ENTERED),
        "confirm": ({DrawState.ENTERED}, DrawState.DRAWN),
        "void": ({DrawState.ENTERED}, DrawState.VOID),
    },
)


class DrawUnknown(NotFound):
    """There is no such draw.

    zh: 没有这次抽样。
    """


class DrawDiffers(Conflict):
    """A draw with this id was announced with other content; what was announced does not change.

    zh: 该编号已按其他内容公告，已公告的内容不能更改。
    """


class DrawWaits(Conflict):
    """Another draw of this unit and year is announced and not drawn; it comes first, whatever its result.

    zh: 该单位该年度已有公告而未抽取的抽样，须先完成，不得另择开奖。
    """


class NotHeldYet(Conflict):
    """The public draw is not held before its day is over.

    zh: 公开开奖日尚未结束，不能录入结果。
    """


class NothingClosed(Conflict):
    """No canteen of this unit with purchases closed the year before the day of the draw; there is nothing to draw from.

    zh: 开奖日前没有食堂完成该年度结账，无可抽取的采购。
    """


class FrameTooLarge(Conflict):
    """There are more purchases than one draw takes; announce one for each unit below instead.

    zh: 采购笔数超过一次抽样的上限，请按下级单位分别公告。
    """


class ResultMoved(Conflict):
    """The result has another version by now; read it again.

    zh: 开奖结果已有新版本，请重新读取。
    """


class ValueDiffers(Conflict):
    """This is not the value that was entered; look at where the draw is published, and correct whichever is wrong.

    zh: 与录入的开奖结果不一致，请核对公布来源后更正。
    """


def state_of(*, entered: bool, confirmed: str | None) -> DrawState:
    """Tell where a draw stands by what was recorded of it."""
    if confirmed is not None:
        return DrawState(confirmed)
    return DrawState.ENTERED if entered else DrawState.ANNOUNCED


def fits_form(value: str, form: str) -> bool:
    """Tell whether a value is written as it was announced: a digit for each 0, and every other character as it is."""
    return re.fullmatch("".join("[0-9]" if one == "0" else re.escape(one) for one in form), value) is not None

"""How a canteen is run changes by a filing that a level above approves, and weights are dealt from meals served.

A form begins on a day; none and outsourced free from the duty from then on, so they need evidence and may not be
contradicted by purchases: neither by those that there are, nor by any that follow, which give the duty back. A shared
canteen's weights are of whole years, and fixed before the year begins.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from services.procurement_quota.domain.standing import Form
from shared.contracts.words import CanteenKind
from shared.errors import Conflict, field_problem
from shared.money import BP_WHOLE
from shared.states import StateMachine

FREE = (CanteenKind.OUTSOURCED, CanteenKind.NONE)


class FilingState(StrEnum):
    """Where a change of a canteen's form stands (食堂形式变更申报状态)."""

    FILED = "filed"  # 待批准
    APPROVED = "approved"  # 已批准
    RETURNED = "returned"  # 已退回


class Ruling(StrEnum):
    """What a level above says (审批结论)."""

    APPROVE = "approve"  # 批准
    RETURN = "return"  # 退回


FILING = StateMachine(
    FilingState,
    {
        Ruling.APPROVE.value: ({FilingState.FILED}, FilingState.APPROVED),
        Ruling.RETURN.value: ({FilingState.FILED}, FilingState.RETURNED),
    },
)


class FormOutOfTurn(Conflict):
    """A change does not begin before the form that the canteen has already.

    zh: 变更的生效日期不得早于现有形式的生效日期。
    """


class FormContradicted(Conflict):
    """The ledger holds purchases from that day on, so the canteen was run by its own unit then.

    zh: 账簿中有该日期之后的采购，说明食堂当时仍自行采购。
    """


def weights_of_meals(meals: Sequence[int]) -> list[int]:
    """Deal 10000 bp by meals served, by largest remainder: the weights sum to exactly 100 %.

    Of equal remainders the earlier holder takes the odd point. Raises ValueError for none, or a holder without meals.
    """
    whole = sum(meals)
    if not meals or min(meals) < 1:
        raise ValueError("every holder was served")
    floors = [one * BP_WHOLE // whole for one in meals]
    left = BP_WHOLE - sum(floors)
    odd = sorted(range(len(meals)), key=lambda at: (-(meals[at] * BP_WHOLE % whole), at))[:left]
    return [floor + (at in odd) for at, floor in enumerate(floors)]


def days_problem(kind: CanteenKind, forms: Sequence[Form], valid_from: date, today: date) -> list[dict[str, Any]]:
    """List what is wrong with the day from which a form is to hold, after those that are known."""
    if not date(today.year, 1, 1) <= valid_from <= date(today.year + 1, 12, 31):
        return [field_problem("valid_from", "is a day of the present year or the next", "应为本年或下一年度内的日期")]
    turns = bool(forms) and CanteenKind.SHARED in (kind, forms[-1].kind)
    if turns and (valid_from.month, valid_from.day) != (1, 1):
        return [field_problem("valid_from", "is 1 January where weights begin or end", "共用的开始或终止应为1月1日")]
    return []


def check_turn(forms: Sequence[Form], valid_from: date) -> None:
    """Refuse a form that would begin before one that is known. Raises FormOutOfTurn."""
    if forms and valid_from < forms[-1].valid_from:
        raise FormOutOfTurn(valid_from=forms[-1].valid_from.isoformat())

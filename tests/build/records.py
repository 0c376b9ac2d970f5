"""What is entered in the registers, as somebody writes it."""

from typing import Any
from uuid import UUID

from shared.clock import SystemClock, today


def a_referral(draw_id: UUID, **other: Any) -> dict[str, Any]:
    """Write the referral of the first line of a sample to the finance supervision."""
    return {
        "body": "finance_supervision",
        "body_name": "株洲市财政局财政监督检查局",
        "flag": {"kind": "sampled_line", "draw_id": str(draw_id), "number": 1},
        "reason": "抽中的采购无送货单，发票与付款对象不一致",
        **other,
    }


def a_visit(canteen_id: UUID, **other: Any) -> dict[str, Any]:
    """Write that a canteen was visited today, and nothing needs mending."""
    return {
        "canteen_id": str(canteen_id),
        "visited_on": today(SystemClock()).isoformat(),
        "visitors": "省残联计财处两人",
        "found": "账实相符",
        **other,
    }


def a_conflict(unit_id: UUID, about_unit_id: UUID, **other: Any) -> dict[str, Any]:
    """Write that somebody seated in a unit has family in another."""
    return {
        "unit_id": str(unit_id),
        "relation": "family",
        "about_unit_id": str(about_unit_id),
        "valid_from": "2025-01-01",
        "measure": "recusal",
        "text": "配偶任该单位食堂管理员",
        **other,
    }

"""What is entered in the registers, as somebody writes it."""

from typing import Any
from uuid import UUID


def a_referral(draw_id: UUID, **other: Any) -> dict[str, Any]:
    """Write the referral of the first line of a sample to the finance supervision."""
    return {
        "body": "finance_supervision",
        "body_name": "株洲市财政局财政监督检查局",
        "flag": {"kind": "sampled_line", "draw_id": str(draw_id), "number": 1},
        "reason": "抽中的采购无送货单，发票与付款对象不一致",
        **other,
    }

"""A statement's page says where a canteen or a unit would stand, were all that is held proven."""

from typing import Any

import pytest

from gateway.pages.finance.statements import _proven
from gateway.pages.kit.language import Speech
from services.procurement_quota.domain.words import Status

PROVEN: dict[str, Any] = {"counted_fen": 130_000, "share_bp": 1_300, "shortfall_fen": 70_000, "surplus_fen": 0}
COUNTS = {status.value: 0 for status in Status} | {"met": 2, "missed": 1}


class TestIfProven:
    @pytest.mark.parametrize(
        ("language", "status", "counts", "said"),
        [
            (
                "en",
                "missed",
                None,
                "Were all that is held proven: counted ¥1,300.00, share 13.00%, short by ¥700.00; Missed.",
            ),
            ("zh", "missed", None, "疑点如全部排除：计入¥1,300.00，占比13.00%，缺口¥700.00；未达标。"),
            (
                "en",
                None,
                COUNTS,
                "Were all that is held proven: counted ¥1,300.00, share 13.00%, short by ¥700.00; Met 2, Missed 1.",
            ),
            ("zh", None, COUNTS, "疑点如全部排除：计入¥1,300.00，占比13.00%，缺口¥700.00；达标 2，未达标 1。"),
        ],
    )
    def test_is_said_of_a_canteen_and_of_a_unit(
        self, language: Any, status: str | None, counts: dict[str, int] | None, said: str
    ) -> None:
        assert _proven(Speech(language), PROVEN | {"status": status, "counts": counts}) == said

    def test_is_not_said_where_nothing_is_held(self) -> None:
        assert _proven(Speech("en"), None) == ""

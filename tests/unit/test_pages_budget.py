"""A page says in one line what an order leaves of its month's budget, and what that means."""

from typing import Any

import pytest

from gateway.pages.buyer.budget_line import budget_line
from gateway.pages.kit.language import Speech


def an_effect(**other: Any) -> dict[str, Any]:
    figures = {"amount_fen": 200_000, "left_fen": 50_000, "after_fen": 20_000, "over_fen": 0}
    return {"month": "2026-03", "stop": "hard", "orderable": True, **figures, **other}


@pytest.mark.parametrize(
    ("effect", "tone", "zh", "en"),
    [
        (
            an_effect(),
            "",
            "2026-03 预算 ¥2,000.00，余额 ¥500.00；本单按最高金额计，下单后余额 ¥200.00。",
            "Budget of 2026-03: ¥500.00 of ¥2,000.00 left, at least ¥200.00 after this.",
        ),
        (
            an_effect(stop="soft", after_fen=-10_000, over_fen=10_000),
            "warn",
            "2026-03 预算 ¥2,000.00，余额 ¥500.00；本单按最高金额计，超出 ¥100.00，须经另一人审批。",
            "Budget of 2026-03: ¥500.00 of ¥2,000.00 left; another person approves the ¥100.00 beyond it.",
        ),
        (
            an_effect(left_fen=-50_000, after_fen=-60_000, over_fen=60_000, orderable=False),
            "bad",
            "2026-03 预算 ¥2,000.00，余额 −¥500.00；本单按最高金额计，超出 ¥600.00，不能下单。",
            "Budget of 2026-03: −¥500.00 of ¥2,000.00 left; this is ¥600.00 too much to be ordered.",
        ),
        (
            an_effect(stop="none", after_fen=-10_000, over_fen=10_000),
            "",
            "2026-03 预算 ¥2,000.00，余额 ¥500.00；本单按最高金额计，下单后余额 −¥100.00。",
            "Budget of 2026-03: ¥500.00 of ¥2,000.00 left, at least −¥100.00 after this.",
        ),
    ],
    ids=["it fits", "beyond a soft stop", "beyond a hard stop", "beyond one that stops nothing"],
)
def test_a_budget_is_said_in_both_languages(effect: dict[str, Any], tone: str, zh: str, en: str) -> None:
    said = [budget_line(Speech(language), effect) for language in ("zh", "en")]
    assert [(one.text, one.tone) for one in said] == [(zh, tone), (en, tone)]

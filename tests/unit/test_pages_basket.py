"""A basket's page says of each line whether it counts under a rule, and which a flag may hold under it."""

from typing import Any

from gateway.pages.buyer.basket import rule_move
from gateway.pages.kit.language import Speech

COUNTS = {"counts": True, "reason": "origin_listed", "reason_zh": "产地在名单内，计入。", "reason_en": "Counts."}


def a_rule(code: str) -> dict[str, Any]:
    figures = {"base_fen": 1_000, "counted_fen": 1_000, "share_bp": 10_000}
    return {
        "rule": code,
        "name": "规则",
        "name_en": "Rule",
        "rate_bp": 2_000,
        "before": figures,
        "after": figures,
        "counts": [COUNTS, COUNTS],
    }


def test_a_flagged_suppliers_line_is_told_under_the_rule_that_holds_it_alone() -> None:
    flags = [{"held_by": ["holds"], "lines": [1]}]
    holds, other = (rule_move(Speech("zh"), a_rule(code), ["姜", "米"], flags).lines for code in ("holds", "other"))
    assert holds[0] == other[0] == ("姜", "计入 · 产地在名单内，计入。")
    assert other[1] == ("米", "计入 · 产地在名单内，计入。")
    assert holds[1] == ("米", "计入 · 产地在名单内，计入。 · 其供应方存有疑点，查清之前可能暂缓计入")
    [_, said] = rule_move(Speech("en"), a_rule("holds"), ["姜", "米"], flags).lines
    assert said[1].endswith("its supplier is flagged: it may be held until that is decided")

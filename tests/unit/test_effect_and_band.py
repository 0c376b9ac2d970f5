"""A base's effect and the price band of goods are said in a sentence, and are left out where nothing is known."""

from typing import Any

from gateway.pages.kit.language import Speech
from gateway.pages.views.effect import effect_of
from gateway.pages.views.goods import band_of

CHINESE, ENGLISH = Speech("zh", "jin"), Speech("en", "kg")


def _effect(**found: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"employed": None, "households": None, "recognitions": [], "year": 2026}
    return {**nothing, "sales": {"lines": 0, "net_fen": 0}, "supports": {"ever": []}, **found}


def _band(verdict: str, *, demo: bool) -> dict[str, Any]:
    prices = {"low_fen_per_kg": 520, "high_fen_per_kg": 980, "newest_on": "2026-03-05"}
    return {**prices, "source_name": "批发市场", "verdict": verdict, "demo": demo}


class TestEffect:
    def test_says_whom_a_base_employs(self) -> None:
        effect = effect_of(ENGLISH, _effect(employed={"count": 34, "as_of": "2026-03-01"}))
        assert effect is not None
        assert effect.says == "This base employs 34 disabled people (confirmed, as of 1 March 2026)."

    def test_lists_what_it_was_given_beside_what_it_sold(self) -> None:
        sums = {"sales": {"lines": 2, "net_fen": 117_000}, "supports": {"ever": [{"kind": "a", "amount_fen": 5_000}]}}
        effect = effect_of(CHINESE, _effect(**sums))
        assert effect is not None
        assert effect.says == ""
        assert [value for _, value in effect.facts] == ["¥1,170.00", "¥50.00"]

    def test_is_nothing_where_nothing_was_confirmed(self) -> None:
        assert effect_of(CHINESE, _effect()) is None
        assert effect_of(CHINESE, None) is None


class TestBand:
    def test_says_how_a_price_stands_to_what_such_goods_cost(self) -> None:
        band = band_of(ENGLISH, _band("far", demo=True))
        assert band is not None
        assert band.tone == "bad"
        assert band.text == (
            "Far outside the price band · ¥5.20 – ¥9.80 / kg (批发市场, 5 March 2026) · prices of a demonstration"
        )

    def test_gives_no_verdict_on_what_has_no_weight(self) -> None:
        band = band_of(CHINESE, _band("none", demo=False))
        assert band is not None
        assert band.text == "¥5.20 – ¥9.80 / 公斤（批发市场，2026年3月5日）"
        assert band_of(CHINESE, None) is None

"""The board says in a line what a canteen still has to buy, puts first what wants action, and saves no formula."""

from typing import Any

import pytest

from gateway.pages.finance.board import KEYS, URGENT
from gateway.pages.finance.board_view import headline, paced_text
from gateway.pages.finance.moved import signed
from gateway.pages.kit.language import Speech
from gateway.pages.kit.table_out import table_out
from services.procurement_quota.domain.words import Status

PROJECTED: dict[str, Any] = {"meets": False, "needed_fen": 30_000, "monthly_fen": 15_000}


def a_row(**other: Any) -> dict[str, Any]:
    row = {"name": "甲", "status": "behind", "missing_months": [], "shortfall_fen": 0, "share_bp": 1_000}
    return {**row, "unit_path": "/430000/", **other}


class TestTheOrder:
    def test_knows_every_status(self) -> None:
        assert sorted(URGENT) == sorted(status.value for status in Status)

    def test_puts_unproven_first_then_who_misses_most(self) -> None:
        rows = [
            a_row(name="met", status="met"),
            a_row(name="a little", shortfall_fen=1),
            a_row(name="much", shortfall_fen=900),
            a_row(name="one month", status="unproven", missing_months=[1]),
            a_row(name="two months", status="unproven", missing_months=[1, 2]),
            a_row(name="nothing known", status="no_duty", shortfall_fen=None, share_bp=None),
        ]
        told = [row["name"] for row in sorted(rows, key=KEYS["action"])]
        assert told == ["two months", "one month", "much", "a little", "met", "nothing known"]
        assert sorted(rows, key=KEYS["share"])[-1]["name"] == "nothing known"
        assert sorted(rows, key=KEYS["short"])[0]["name"] == "much"


class TestPace:
    @pytest.mark.parametrize(
        ("status", "seen", "says"),
        [
            ("behind", PROJECTED, "¥150.00 a month"),
            ("behind", PROJECTED | {"meets": True}, "¥150.00 a month; as it goes, it gets there"),
            ("behind", PROJECTED | {"monthly_fen": None}, "¥300.00, and no month is left"),
            ("on_pace", PROJECTED | {"needed_fen": 0, "monthly_fen": 0}, "reaches the year's rate already"),
            ("preference", PROJECTED, "—"),
            ("missed", PROJECTED, "—"),
            ("behind", None, "—"),
        ],
    )
    def test_is_said_by_the_season_where_there_is_one(self, status: str, seen: Any, says: str) -> None:
        other = None if seen is None else PROJECTED | {"monthly_fen": 1}
        assert paced_text(Speech("en"), a_row(status=status), {"seasonal": seen, "linear": other}) == says
        assert paced_text(Speech("en"), a_row(status=status), {"seasonal": None, "linear": seen}) == says

    def test_that_is_not_known_is_a_dash(self) -> None:
        assert paced_text(Speech("zh"), a_row(), None) == "—"


class TestTheHeadline:
    def test_sums_and_nets_nothing(self) -> None:
        found = {
            "figures": {"shortfall_fen": 901},
            "canteens": [a_row(shortfall_fen=900, missing_months=[1, 2]), a_row(shortfall_fen=1), a_row()],
        }
        projected = {"meets": 1, "short": 2, "unknown": 0, "needed_fen": 5_000}
        assert headline(Speech("en"), found, projected) == (
            "Summed over 2 canteens, ¥9.01 is missing to the rate. Nothing is netted.",
            "2 months are due and not attested.",
            "As the year goes, 1 would meet the rate and 2 would not; ¥50.00 is needed.",
        )
        assert headline(Speech("en"), {"figures": {}, "canteens": []}, None) == ()


def test_a_difference_carries_its_sign() -> None:
    assert [signed(fen) for fen in (123, 0, -123)] == ["+¥1.23", "¥0.00", "−¥1.23"]


def test_a_saved_table_holds_no_formula_and_keeps_its_numbers() -> None:
    saved = table_out("board", ["a", "b"], [("=1+1", "-12.50"), ("@x", "+1"), ("食堂,一", "12.50")])
    assert bytes(saved.body).decode() == "\ufeffa,b\r\n'=1+1,-12.50\r\n'@x,'+1\r\n\"食堂,一\",12.50\r\n"
    assert saved.headers["content-disposition"] == 'attachment; filename="board.csv"'

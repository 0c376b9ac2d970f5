"""What the home page counts is what anybody adds up from the open data."""

from typing import Any

from gateway.pages.anyone.counts import Counted, employed, statuses


def _figure(supplier: str, kind: str, as_of: str, count: int) -> dict[str, Any]:
    return {"supplier_id": supplier, "kind": kind, "as_of": as_of, "count": count}


def _declared(canteen: str, restatement: int, *found: str) -> dict[str, Any]:
    return {"canteen_id": canteen, "restatement": restatement, "rules": [{"status": status} for status in found]}


class TestEmployed:
    def test_is_the_newest_figure_of_each_base(self) -> None:
        figures = [
            _figure("a", "employed", "2026-03-01", 34),
            _figure("a", "employed", "2025-03-01", 50),
            _figure("b", "employed", "2024-01-01", 7),
            _figure("b", "households", "2026-01-01", 900),
        ]
        assert employed(figures) == 41

    def test_is_nothing_where_nothing_was_confirmed(self) -> None:
        assert employed([]) == 0


class TestStatuses:
    def test_are_those_of_the_last_restatement_of_each_canteen(self) -> None:
        rows = [
            _declared("a", 0, "met"),
            _declared("a", 1, "missed"),
            _declared("b", 0, "preference", "met"),
            _declared("c", 0, "no_duty"),
        ]
        assert statuses(rows) == {"met": 1, "unproven": 0, "missed": 1}


class TestCounted:
    def test_says_where_there_is_more(self) -> None:
        assert (str(Counted(20_000, more=True)), str(Counted(12))) == ("20,000+", "12")

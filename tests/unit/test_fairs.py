"""The rules of events: every step from every state, days, addresses, walk-in sales, and a prefecture's yearly duty."""

from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from services.catalog.domain.fairs import (
    ENTRY,
    FAIR,
    FAIR_SALE,
    DutyState,
    EntryState,
    FairSaleState,
    duty_state,
    fair_problems,
    is_public_address,
    sale_problems,
)
from shared.contracts.words import FairKind, FairState
from shared.states import StateMachine, WrongState

DAY = date(2026, 3, 2)
F, E, S = FairState, EntryState, FairSaleState
SQUARES: list[tuple[StateMachine[Any], type[StrEnum], dict[tuple[StrEnum, str], StrEnum]]] = [
    (
        FAIR,
        FairState,
        {
            (F.DRAFT, "announce"): F.ANNOUNCED,
            (F.DRAFT, "cancel"): F.CANCELLED,
            (F.ANNOUNCED, "open"): F.OPEN,
            (F.ANNOUNCED, "cancel"): F.CANCELLED,
            (F.OPEN, "close"): F.CLOSED,
            (F.CLOSED, "report"): F.REPORTED,
        },
    ),
    (
        ENTRY,
        EntryState,
        {
            (E.ASKED, "ask"): E.ASKED,
            (E.ASKED, "admit"): E.ADMITTED,
            (E.ASKED, "refuse"): E.REFUSED,
            (E.ASKED, "leave"): E.LEFT,
            (E.ADMITTED, "leave"): E.LEFT,
            (E.REFUSED, "ask"): E.ASKED,
            (E.LEFT, "ask"): E.ASKED,
        },
    ),
    (
        FAIR_SALE,
        FairSaleState,
        {
            (S.ENTERED, "enter"): S.ENTERED,
            (S.ENTERED, "confirm"): S.CONFIRMED,
            (S.ENTERED, "return"): S.RETURNED,
            (S.CONFIRMED, "return"): S.RETURNED,
            (S.RETURNED, "enter"): S.ENTERED,
        },
    ),
]


@pytest.mark.parametrize(("machine", "states", "edges"), SQUARES, ids=["fair", "entry", "sale"])
def test_the_whole_square_of_states(
    machine: StateMachine[Any], states: type[StrEnum], edges: dict[tuple[StrEnum, str], StrEnum]
) -> None:
    for state in states:
        for verb in machine.edges:
            wanted = edges.get((state, verb))
            if wanted is None:
                with pytest.raises(WrongState):
                    machine.check(state, verb)
            else:
                assert machine.check(state, verb) is wanted


def fields(kind: FairKind, begins: date, ends: date, place: str = "广场", stream_url: str | None = None) -> list[str]:
    return [one["field"] for one in fair_problems(kind, begins, ends, DAY, place=place, stream_url=stream_url)]


class TestEvents:
    def test_last_at_most_ninety_two_days(self) -> None:
        assert fields(FairKind.EXHIBITION, DAY, date(2026, 6, 1)) == []
        assert fields(FairKind.EXHIBITION, DAY, date(2026, 6, 2)) == ["ends_on"]
        assert fields(FairKind.EXHIBITION, DAY, date(2026, 3, 1)) == ["ends_on"]
        assert fields(FairKind.EXHIBITION, date(2036, 3, 2), date(2036, 3, 2)) == ["begins_on"]
        assert fields(FairKind.EXHIBITION, date(2016, 3, 2), date(2026, 3, 2)) == ["begins_on", "ends_on"]

    def test_are_held_somewhere_or_seen_somewhere(self) -> None:
        assert fields(FairKind.EXHIBITION, DAY, DAY, place="") == ["place"]
        assert fields(FairKind.RELIEF, DAY, DAY, place="", stream_url="https://live.example.com/1") == ["place"]
        assert fields(FairKind.LIVESTREAM, DAY, DAY, place="") == ["stream_url"]
        assert fields(FairKind.LIVESTREAM, DAY, DAY, place="", stream_url="https://live.example.com/1") == []

    @pytest.mark.parametrize(
        "url",
        ["https://live.example.com/room/8?a=1", "https://直播.example.cn/", "https://LIVE.example.com:443/x#t"],
    )
    def test_take_an_address_of_the_public_web(self, url: str) -> None:
        assert is_public_address(url)

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "http://live.example.com/",
            "https://user:pw@live.example.com/",
            "https://live.example.com@evil.example/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://10.0.0.8/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://db.internal/",
            "https://printer.local/",
            "https://live.example.com:8443/",
            "https://live.example.com/\x00",
            'https://live.example.com/"><script>',
            "https:///path",
            "https://.com/",
            "https://-.com/",
            "//live.example.com/",
            "https://live.example.com/" + "a" * 300,
            "https://[live.example.com/",
        ],
    )
    def test_refuse_any_other_address(self, url: str) -> None:
        assert not is_public_address(url)


class TestWalkInSales:
    def sold(self, **other: Any) -> list[str]:
        told: dict[str, Any] = {"item_known": True, "grams": 500, "pieces": None, "sold_on": DAY}
        days = (date(2026, 3, 1), date(2026, 3, 3))
        return [one["field"] for one in sale_problems(**(told | other), days=days, today=DAY)]

    def test_lie_on_past_days_of_the_event_and_tell_one_quantity(self) -> None:
        assert self.sold() == []
        assert self.sold(sold_on=date(2026, 3, 1), grams=None, pieces=3) == []
        assert self.sold(sold_on=date(2026, 2, 28)) == ["sold_on"]
        assert self.sold(sold_on=date(2026, 3, 3)) == ["sold_on"]
        assert self.sold(pieces=1) == ["grams"]
        assert self.sold(grams=None, item_known=False) == ["item_code", "grams"]


class TestDuty:
    @pytest.mark.parametrize(
        ("states", "year", "state"),
        [
            ([], 2026, DutyState.MISSING),
            ([F.DRAFT, F.CANCELLED], 2026, DutyState.MISSING),
            ([F.ANNOUNCED], 2026, DutyState.PLANNED),
            ([F.ANNOUNCED, F.OPEN], 2026, DutyState.OPEN),
            ([F.CLOSED], 2026, DutyState.OPEN),
            ([F.CLOSED, F.REPORTED], 2026, DutyState.MET),
            ([], 2025, DutyState.MISSED),
            ([F.CLOSED], 2025, DutyState.MISSED),
            ([F.REPORTED], 2025, DutyState.MET),
            ([F.ANNOUNCED], 2027, DutyState.PLANNED),
        ],
    )
    def test_is_met_by_one_reported_event(self, states: list[FairState], year: int, state: DutyState) -> None:
        assert duty_state(states, year, DAY) is state

"""What stands on a scale, worked by hand: tare, rounding, tolerance, refusal at the door, returns in part and credits.

Each row was reckoned on paper by the rules that README tells (a half fen goes up, a tolerance is of what was packed,
every step is a difference of what is kept), and none by this program.
"""

from dataclasses import dataclass
from uuid import UUID

import pytest

from services.order.domain.weighing import reason_of, verb_of, weighed
from services.order.domain.weights import Kept
from shared.contracts.words import Measure
from shared.errors import InvalidFields

LINE = UUID(int=1)


@dataclass(frozen=True)
class Packed:
    agreed_quantity: int
    packed_quantity: int
    price_fen: int = 650
    unit_quantity: int = 500
    measure: Measure = Measure.WEIGHT
    lot_number: str = ""
    line_id: UUID = LINE


@dataclass(frozen=True)
class Told:
    accepted_quantity: int | None = None
    gross_grams: int | None = None
    tare_grams: int | None = None
    refused_quantity: int | None = None
    lot_number: str = ""
    reason: str = ""
    line_id: UUID = LINE


def jin(packed: int, ordered: int = 5_000) -> Packed:
    """Ginger at 6.50 yuan a jin: 1.3 fen a gram."""
    return Packed(ordered, packed)


def boxes(packed: int, price_fen: int = 2_400, unit: int = 1) -> Packed:
    return Packed(packed, packed, price_fen, unit, Measure.PIECE)


def at(price_fen: int, unit: int, grams: int) -> Packed:
    return Packed(grams, grams, price_fen, unit)


def net(grams: int, refused: int | None = None) -> Told:
    return Told(accepted_quantity=grams, refused_quantity=refused)


SCALE: list[tuple[str, Packed, int, Told, tuple[int, int, str, bool]]] = [
    # what it is of, as packed, tolerance_bp, as told: (accepted, fen, what it does, off)
    ("crate and goods", jin(5_000), 1_000, Told(gross_grams=5_320, tare_grams=340), (4_980, 6_474, "accept", False)),
    ("no packaging", jin(5_000), 1_000, Told(gross_grams=5_000), (5_000, 6_500, "accept", False)),
    ("an empty crate", jin(5_000), 1_000, Told(gross_grams=340, tare_grams=340), (0, 0, "refuse", False)),
    ("net told beside it", jin(5_000), 1_000, Told(4_980, 5_320, 340), (4_980, 6_474, "accept", False)),
    ("a tenth less, to the gram", jin(5_000), 1_000, net(4_500), (4_500, 5_850, "accept", False)),
    ("a gram beyond a tenth", jin(5_000), 1_000, net(4_499), (4_499, 5_849, "accept", True)),
    ("a tenth more", jin(5_000), 1_000, net(5_500), (5_500, 7_150, "accept", False)),
    ("no tolerance, a gram less", jin(5_000), 0, net(4_999), (4_999, 6_499, "accept", True)),
    ("no tolerance, to the gram", jin(5_000), 0, net(5_000), (5_000, 6_500, "accept", False)),
    ("a twentieth less", jin(5_000), 500, net(4_750), (4_750, 6_175, "accept", False)),
    ("a gram beyond a twentieth", jin(5_000), 500, net(4_749), (4_749, 6_174, "accept", True)),
    ("a tenth of 333 is 33 whole grams", jin(333, 333), 1_000, net(300), (300, 390, "accept", False)),
    ("34 are beyond it", jin(333, 333), 1_000, net(299), (299, 389, "accept", True)),
    ("less packed than ordered, a tenth more", jin(4_000), 1_000, net(4_400), (4_400, 5_720, "accept", False)),
    ("a gram more than that", jin(4_000), 1_000, net(4_401), (4_401, 5_721, "accept", True)),
    ("nothing packed, some found", jin(0), 1_000, net(100), (100, 130, "accept", True)),
    ("100.002 of 100 at no tolerance", at(650, 500, 100_000), 0, net(99_998), (99_998, 129_997, "accept", True)),
    ("half a fen goes up", at(1, 2, 10), 1_000, net(9), (9, 5, "accept", False)),
    ("a third goes down", at(1, 3, 10), 1_000, net(10), (10, 3, "accept", False)),
    ("two thirds go up", at(1, 3, 11), 1_000, net(11), (11, 4, "accept", False)),
    ("0.333 fen a gram, 1,501 g", at(333, 1_000, 1_500), 1_000, net(1_501), (1_501, 500, "accept", False)),
    ("0.333 fen a gram, 1,502 g", at(333, 1_000, 1_500), 1_000, net(1_503), (1_503, 500, "accept", False)),
    ("0.5004 of a fen goes up", at(417, 1_000, 1_200), 3_000, net(1_200), (1_200, 500, "accept", False)),
    ("a gift costs nothing", at(0, 500, 5_000), 1_000, net(5_000), (5_000, 0, "accept", False)),
    ("two kilos refused", jin(5_000), 1_000, net(3_000, 2_000), (3_000, 3_900, "accept_partly", False)),
    ("half a kilo missing too", jin(5_000), 1_000, net(3_000, 1_500), (3_000, 3_900, "accept_partly", False)),
    ("and a gram beyond", jin(5_000), 1_000, net(3_000, 1_499), (3_000, 3_900, "accept_partly", True)),
    ("all refused", jin(5_000), 1_000, net(0), (0, 0, "refuse", False)),
    ("five boxes", boxes(5), 1_000, net(5), (5, 12_000, "accept", False)),
    ("a box missing", boxes(5), 1_000, net(4), (4, 9_600, "accept", True)),
    ("a box refused", boxes(5), 1_000, net(4, 1), (4, 9_600, "accept_partly", False)),
    ("five eggs at 10 yuan a dozen", boxes(5, 1_000, 12), 0, net(5), (5, 417, "accept", False)),
    ("seven eggs at 10 yuan a dozen", boxes(7, 1_000, 12), 0, net(7), (7, 583, "accept", False)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "tolerance_bp", "told", "found"), [row[1:] for row in SCALE], ids=[r[0] for r in SCALE]
)
def test_on_the_scale(line: Packed, tolerance_bp: int, told: Told, found: tuple[int, int, str, bool]) -> None:
    one = weighed([told], {LINE: line}, {LINE: tolerance_bp})[LINE]
    assert (one.accepted, one.kept.net_fen, verb_of([one]), one.off) == found


GOING_BACK: list[tuple[str, Kept, list[tuple[str, int]], list[int]]] = [
    # what it is of, as accepted, then each step, and what it books in fen
    ("three parts", Kept(10_000, 650, 500), [("less", 333), ("less", 333), ("less", 9_334)], [-433, -433, -12_134]),
    ("whole", Kept(4_980, 650, 500), [("less", 4_980)], [-6_474]),
    ("nothing", Kept(4_980, 650, 500), [("less", 0)], [0]),
    ("gram by gram at a third of a fen", Kept(5, 1, 3), [("less", 1)] * 5, [-1, 0, 0, -1, 0]),
    ("its part of a credit with it", Kept(10_000, 650, 500), [("credit", 1_000), ("less", 5_000)], [-1_000, -6_000]),
    ("and the other half", Kept(10_000, 650, 500, 1_000), [("less", 5_000), ("less", 5_000)], [-6_000, -6_000]),
    ("all credited, then back", Kept(10_000, 650, 500), [("credit", 13_000), ("less", 4_000)], [-13_000, 0]),
    ("a credit of the odd fen", Kept(3, 100, 1), [("credit", 100), ("less", 1), ("less", 2)], [-100, -66, -134]),
    ("returned, then credited", Kept(3, 100, 1), [("less", 1), ("credit", 200), ("less", 2)], [-100, -200, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("kept", "steps", "booked"), [row[1:] for row in GOING_BACK], ids=[r[0] for r in GOING_BACK])
def test_going_back(kept: Kept, steps: list[tuple[str, int]], booked: list[int]) -> None:
    found = []
    for how, much in steps:
        after = kept.less(much) if how == "less" else kept.credited(much)
        found.append(after.net_fen - kept.net_fen)
        kept = after
    assert found == booked


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(), "accepted_quantity"),
        (Told(gross_grams=100, tare_grams=101), "tare_grams"),
        (Told(accepted_quantity=5_501), "accepted_quantity"),
        (Told(gross_grams=5_841, tare_grams=340), "accepted_quantity"),
        (Told(accepted_quantity=5_000, refused_quantity=501), "refused_quantity"),
        (Told(accepted_quantity=5_000, gross_grams=5_000, tare_grams=1), "accepted_quantity"),
    ],
)
def test_a_slip_of_the_hand_is_refused_by_its_field(told: Told, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        weighed([told], {LINE: jin(5_000)}, {LINE: 1_000})
    assert [error["field"] for error in refused.value.facts["errors"]] == [f"lines.0.{field}"]


def test_reasons_are_told_once() -> None:
    lines = {UUID(int=n): Packed(5_000, 5_000, line_id=UUID(int=n)) for n in (1, 2)}
    told = [Told(5_000, reason="少秤", line_id=line_id) for line_id in lines]
    assert reason_of(weighed(told, lines, dict.fromkeys(lines, 0)).values()) == "少秤"

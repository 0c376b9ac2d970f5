"""One weight chain and one sum per line: ordered, packed, accepted, returned, credited, to the gram and to the fen.

A line's net amount is the gross amount of what is kept, less the credit that still lies on it:

    kept  = accepted − returned                    gross = line_amount_fen(kept, price, unit)
    net   = gross − credited                       every booked step is a difference of two nets

Decision: when part of a credited line goes back, the credit goes back with it in proportion, rounded down, but never
so little that the step would be positive. Why: a full return then nets exactly zero, whatever was credited before,
and no return ever raises what is owed. Price: the odd fen of a partial return depends on the order of the steps.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.contracts.words import Measure
from shared.money import BP_WHOLE, line_amount_fen

TOLERANCE_BP_MAX = 3_000
"""The tables hold packed weights to this, whatever the setting says."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What of one line the canteen keeps, and what it costs."""

    quantity: int
    price_fen: int
    unit_quantity: int
    credited_fen: int = 0

    @property
    def gross_fen(self) -> int:
        return line_amount_fen(self.quantity, self.price_fen, self.unit_quantity)

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.credited_fen

    def less(self, quantity: int) -> "Kept":
        """Give what is kept after this much went back. Raises ValueError for more than is kept."""
        if not 0 <= quantity <= self.quantity:
            raise ValueError("what goes back was kept")
        left = replace(self, quantity=self.quantity - quantity, credited_fen=0)
        if left.quantity == self.quantity or self.credited_fen == 0:
            return replace(left, credited_fen=self.credited_fen)
        in_proportion = self.credited_fen * left.quantity // self.quantity
        return replace(left, credited_fen=max(in_proportion, left.gross_fen - self.net_fen))

    def credited(self, amount_fen: int) -> "Kept":
        """Give what is kept after this much was credited. Raises ValueError for more than is owed on it."""
        if not 0 <= amount_fen <= self.net_fen:
            raise ValueError("a credit is at most what the line costs")
        return replace(self, credited_fen=self.credited_fen + amount_fen)


def packed_max(quantity: int, measure: Measure, tolerance_bp: int) -> int:
    """Tell how much may be packed of what was ordered: goods by weight within the tolerance, pieces exactly."""
    return quantity + (quantity * tolerance_bp // BP_WHOLE if measure is Measure.WEIGHT else 0)


def accepted_max(packed: int, agreed: int, measure: Measure, tolerance_bp: int) -> int:
    """Tell how much may be found on arrival: what was packed, or the most that what was agreed may come to.

    Above that it was a slip of the hand; approvals, budgets and holds on cards rest on it.
    """
    return max(packed, packed_max(agreed, measure, tolerance_bp))


def is_off(packed: int, found: int, measure: Measure, tolerance_bp: int) -> bool:
    """Tell whether what was found differs from what was packed by more than the tolerance of it, to the gram.

    Pieces have none: one more or less is off.
    """
    allowed = packed * tolerance_bp if measure is Measure.WEIGHT else 0
    return abs(packed - found) * BP_WHOLE > allowed


def grams_of(quantity: int, measure: Measure, piece_grams: int | None) -> int:
    """Tell the grams of a signed quantity; 0 when a piece's net weight is unknown."""
    return quantity if measure is Measure.WEIGHT else quantity * (piece_grams or 0)


def to_authorise_fen(lines: Iterable[tuple[int, int, int]]) -> int:
    """Tell what a card must hold so that any packing can be captured; lines of most packed, price and unit."""
    return sum(line_amount_fen(most, price_fen, unit_quantity) for most, price_fen, unit_quantity in lines)


def fitting(quantity: int, minimum: int, step: int) -> int:
    """Give the least quantity that obeys the steps and is not below this one."""
    return minimum if quantity <= minimum else minimum - (minimum - quantity) // step * step


def obeys_step(quantity: int, minimum: int, step: int) -> bool:
    """Tell whether a quantity is the minimum or some whole steps above it."""
    return quantity >= minimum and (quantity - minimum) % step == 0

"""Money is whole fen, weight whole grams, shares whole basis points, and every division says how it rounds.

Source: the declared defaults "line arithmetic" and "rounding of shares" (README, "The rule"), taken where the notice
is silent. ISO 4217 currency CNY; 1 yuan = 100 fen; 1 斤 (jin) = 500 g.

Python integers do not overflow; the databases hold amounts in bigint, so `AMOUNT_FEN_MAX` bounds one figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CURRENCY = "CNY"
KG_GRAMS = 1_000
JIN_GRAMS = 500
AMOUNT_FEN_MAX = 10**15
BP_WHOLE = 10_000


def line_amount_fen(quantity: int, price_fen: int, unit_quantity: int) -> int:
    """Price a cumulative quantity in fen, half a fen rounded up.

    `quantity` and `unit_quantity` are in the same unit: grams for goods by weight, else pieces. Always give the
    *cumulative* kept quantity: a step, a return or a split is a difference of cumulatives, so that a full return
    nets to zero and the parts sum to the whole.
    """
    if quantity < 0 or price_fen < 0 or unit_quantity <= 0:
        raise ValueError("quantities and prices are not negative, and a unit has a size")
    return (quantity * price_fen + unit_quantity // 2) // unit_quantity


def tier_price_fen(quantity: int, price_fen: int, tiers: Iterable[Sequence[int]]) -> int:
    """Tell the price of one unit for this much: of the last tier (阶梯价) that begins at or below it.

    Tiers are pairs (from_quantity, price_fen), their quantities rising; below the first of them the price is the first.
    """
    for from_quantity, tier_fen in tiers:
        if quantity < from_quantity:
            break
        price_fen = tier_fen
    return price_fen


def step_amount_fen(before: int, after: int, price_fen: int, unit_quantity: int) -> int:
    """Price the step from one cumulative quantity to another, in fen; negative when it goes down."""
    return line_amount_fen(after, price_fen, unit_quantity) - line_amount_fen(before, price_fen, unit_quantity)


def meets(counted_fen: int, base_fen: int, rate_bp: int) -> bool:
    """Tell whether the counted amount is at least the rate of the base, with nothing rounded."""
    return counted_fen * BP_WHOLE >= rate_bp * base_fen


def share_bp(counted_fen: int, base_fen: int) -> int | None:
    """Tell the share in basis points, rounded down, for display only; `None` when the base is not positive."""
    return None if base_fen <= 0 else counted_fen * BP_WHOLE // base_fen


def required_fen(base_fen: int, rate_bp: int) -> int:
    """Tell the least whole fen that meets the rate on this base (rounded up); 0 for a base that is not positive."""
    return 0 if base_fen <= 0 else -(-rate_bp * base_fen // BP_WHOLE)


def yuan(fen: int) -> str:
    """Write whole fen as yuan with two decimals, for example `-12.05`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """A whole, signed amount of fen."""

    fen: int

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __neg__(self) -> "Money":
        return Money(-self.fen)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weights, whole fen each, summing exactly to the whole; earlier parts take the odd fen.

        Each boundary is a cumulative share of the whole, rounded away from zero: part k is the
        difference of two cumulatives, so nothing is lost, whatever the sign. `Money(1000).split([1, 1, 1])` is
        334, 333, 333. Raises ValueError for no weights, a negative weight, or weights that sum to nothing.
        """
        total = sum(weights)
        if not weights or min(weights) < 0 or total <= 0:
            raise ValueError("weights are not negative, and sum to more than nothing")
        sign, whole = (1, self.fen) if self.fen >= 0 else (-1, -self.fen)
        parts: list[Money] = []
        running, before = 0, 0
        for weight in weights:
            running += weight
            upto = -(-whole * running // total)
            parts.append(Money(sign * (upto - before)))
            before = upto
        return parts

"""A sale is a line of an acceptance; what goes back or is credited is a step of it, on the day it was accepted."""

from shared.contracts.words import Measure
from shared.errors import NotFound
from shared.money import KG_GRAMS, line_amount_fen


class SaleUnknown(NotFound):
    """The acceptance that this is a step of was not heard yet.

    zh: 尚未收到该笔验收记录。
    """


def per_kg_fen_of(measure: Measure, quantity: int, grams: int, unit_quantity: int, price_fen: int) -> int | None:
    """Tell the price agreed of a kilogram in fen, half a fen rounded up; None where a piece's weight is unknown."""
    if measure is Measure.WEIGHT:
        return line_amount_fen(KG_GRAMS, price_fen, unit_quantity)
    if quantity == 0 or grams == 0:
        return None
    return line_amount_fen(KG_GRAMS, price_fen, grams // quantity)

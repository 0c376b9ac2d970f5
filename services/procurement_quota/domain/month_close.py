"""A closed month keeps its figures as filed; what becomes known later is shown beside them, and moves none of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.procurement_quota.domain.figures import MonthSums, figures_of, month_end
from services.procurement_quota.domain.standing import Form
from services.procurement_quota.domain.statements import Basis


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's own sums, and the year to its end, in fen."""

    month_ledger_fen: int
    month_counted_fen: int
    ledger_fen: int
    attested_fen: int | None
    base_fen: int
    counted_fen: int
    share_bp: int | None

    def written(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def month_figures(basis: Basis, rate_bp: int | None, year: int, month: int) -> MonthFigures:
    """Compute a month by what was posted to it and before it, and by the attestations up to it.

    A return that is agreed later is posted to its own month, and so moves that one.
    """
    last = year * 100 + month
    upto = {at: sums for at, sums in basis.months.items() if at <= last}
    attested = [one for one in basis.attested if one.month <= month]
    own = basis.months.get(last, MonthSums(0, 0))
    year_to_date = figures_of(year, upto, attested, rate_bp, month_end(year, month))
    return MonthFigures(
        own.base_fen,
        own.counted_fen,
        year_to_date.ledger_fen,
        year_to_date.attested_fen,
        year_to_date.base_fen,
        year_to_date.counted_fen,
        year_to_date.share_bp,
    )


def first_open_month(year: int, forms: Sequence[Form], closed: Collection[int]) -> int | None:
    """Tell which month is closed next: the first that is not, from the one in which the canteen began; None is none."""
    begun = forms[0].valid_from if forms else date(year, 1, 1)
    first = begun.month if begun.year == year else 1
    return next((month for month in range(first, 13) if month not in closed), None)

"""A canteen's share of a year is computed in one place, from its totals by month and what finance attested.

Source: README, "The rule", completeness. Finance attests farm produce year to date; with L the ledger over the
attested months and A the attested amount, the base is everything in the ledger plus `max(0, A − L)`: a remainder that
is derived, never posted, and does not qualify. A purchase found later in an attested month raises L and lowers the
remainder by as much, so nothing counts twice; a return agreed after the attested month lowers the base by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from shared.contracts.words import Fund
from shared.money import BP_WHOLE, Money, meets, required_fen, share_bp

MONTHS_KEPT = 1_000
"""A province's table asks for the ends of the same few months a hundred thousand times."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are asked for: a rule's code, its fund and a year, as happened by a day, as known by a moment.

    `known_by` None is now, and then `happened_by` is not before today: the totals answer.
    """

    rule_code: str
    fund: Fund
    year: int
    happened_by: date
    known_by: datetime | None

    @property
    def now(self) -> bool:
        return self.known_by is None


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What one posting month adds to a year under a rule."""

    base_fen: int
    counted_fen: int
    amount_fen: int = 0
    """What was accepted, farm produce or not, here or elsewhere."""


Months = Mapping[int, MonthSums]
"""By posting month, YYYYMM; returns of a year may be posted to months of the next."""


@dataclass(frozen=True, slots=True)
class Attested:
    """The newest attestation of one month, as known."""

    month: int
    farm_produce_fen: int
    explained: bool
    attested_on: date


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one canteen, year and rule, in fen; they move, `Status` is decided from them."""

    ledger_fen: int
    attested_fen: int | None
    base_fen: int
    counted_fen: int
    rate_bp: int | None
    unproven_by_ledger: bool = False
    """The ledger holds more than was attested for complete months, and nobody has explained it."""
    held_fen: int = 0
    """What would count besides, were every flag on it set aside; it is in the base already."""

    @property
    def proven(self) -> "Figures":
        """The same, were all that is held proven."""
        return replace(self, counted_fen=self.counted_fen + self.held_fen, held_fen=0)

    @property
    def share_bp(self) -> int | None:
        return share_bp(self.counted_fen, self.base_fen)

    @property
    def required_fen(self) -> int | None:
        return None if self.rate_bp is None else required_fen(self.base_fen, self.rate_bp)

    @property
    def shortfall_fen(self) -> int | None:
        """What is missing to the rate; never negative, so that no surplus can be netted against it."""
        required = self.required_fen
        return None if required is None else max(0, required - self.counted_fen)

    @property
    def meets(self) -> bool:
        return self.rate_bp is not None and meets(self.counted_fen, self.base_fen, self.rate_bp)


def figures_of(
    year: int, months: Months, attested: Sequence[Attested], rate_bp: int | None, happened_by: date
) -> Figures:
    """Compute the figures from the ledger's months and the attestations that were known."""
    ledger = sum(month.base_fen for month in months.values())
    counted = sum(month.counted_fen for month in months.values())
    latest = latest_attested(year, attested, happened_by)
    if latest is None:
        return Figures(ledger, None, ledger, counted, rate_bp)
    last = year * 100 + latest.month
    covered = sum(sums.base_fen for month, sums in months.items() if month <= last)
    complete = month_end(year, latest.month) <= happened_by
    return Figures(
        ledger_fen=ledger,
        attested_fen=latest.farm_produce_fen,
        base_fen=ledger + max(0, latest.farm_produce_fen - covered),
        counted_fen=counted,
        rate_bp=rate_bp,
        unproven_by_ledger=complete and covered > latest.farm_produce_fen and not latest.explained,
    )


def latest_attested(year: int, attested: Sequence[Attested], happened_by: date) -> Attested | None:
    """Give the attestation that reaches furthest into the year without passing `happened_by`.

    A month that was still running on that day speaks only if it was attested by then.
    """
    within = [one for one in attested if month_end(year, one.month) <= happened_by or one.attested_on <= happened_by]
    return max(within, key=lambda one: one.month, default=None)


def add_line(months: Months, posting_month: int, *, base_fen: int, counted_fen: int) -> dict[int, MonthSums]:
    """Give the months with one more line posted, for a preview."""
    before = months.get(posting_month, MonthSums(0, 0))
    return {
        **months,
        posting_month: MonthSums(before.base_fen + base_fen, before.counted_fen + counted_fen, before.amount_fen),
    }


def at_rate(figures: Figures, rate_bp: int | None) -> Figures:
    """Give the same figures held against another rate, for a unit that shares the canteen."""
    return replace(figures, rate_bp=rate_bp)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a base is proven (覆盖率): what finance put its name to, and which due months it attested."""

    attested_base_fen: int
    """What was attested, as far as the base reaches: a return after it lowers both."""
    base_fen: int
    due_months: int
    due_months_attested: int

    @property
    def attested_bp(self) -> int | None:
        return share_bp(self.attested_base_fen, self.base_fen)


def coverage_of(figures: Figures, due: Sequence[int], missing: Sequence[int]) -> Coverage:
    """Tell how far a base is proven; the rest is in the ledger alone."""
    attested = min(figures.attested_fen or 0, max(0, figures.base_fen))
    return Coverage(attested, figures.base_fen, len(due), len(due) - len(missing))


@dataclass(frozen=True, slots=True)
class Part:
    """One holder's part of a shared canteen, in fen."""

    ledger_fen: int
    base_fen: int
    counted_fen: int
    required_fen: int | None
    shortfall_fen: int | None
    held_fen: int


def part_of(figures: Figures) -> Part:
    """Give the whole as the one part of it."""
    return Part(
        figures.ledger_fen,
        figures.base_fen,
        figures.counted_fen,
        figures.required_fen,
        figures.shortfall_fen,
        figures.held_fen,
    )


def parts_of(figures: Figures, weights_bp: Sequence[int]) -> list[Part]:
    """Split figures by weights that sum to 10000 bp; every amount's parts sum exactly to the whole.

    The verdict is not split: a holder's share is the canteen's share, held against the holder's rate. So a holder
    is never short by a fen that only rounding took.
    """
    if sum(weights_bp) != BP_WHOLE:
        raise ValueError("weights sum to 10000 bp")

    def split(fen: int) -> list[int]:
        return [part.fen for part in Money(fen).split(weights_bp)]

    empty: list[int | None] = [None] * len(weights_bp)
    required = empty if figures.required_fen is None else [*split(figures.required_fen)]
    shortfall = empty if figures.shortfall_fen is None else [*split(figures.shortfall_fen)]
    columns = zip(
        split(figures.ledger_fen),
        split(figures.base_fen),
        split(figures.counted_fen),
        required,
        shortfall,
        split(figures.held_fen),
        strict=True,
    )
    return [Part(*column) for column in columns]


@lru_cache(maxsize=MONTHS_KEPT)
def month_end(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@lru_cache(maxsize=MONTHS_KEPT)
def due_on(year: int, month: int) -> date:
    """Tell when a month's attestation falls due: the 10th of the month after."""
    return month_end(year, month) + timedelta(days=10)

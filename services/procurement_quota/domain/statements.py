"""A statement says where one canteen, or each canteen below a unit, stands in a year under one rule, and from what.

A unit's statement counts its canteens by status and sums their shortfalls; nothing is netted: one canteen's surplus
never fills another's gap, so 40/400 against 20 % and 100/100 against 50 % is one missed and one met.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.figures import (
    Attested,
    Coverage,
    Figures,
    Months,
    Part,
    at_rate,
    coverage_of,
    due_on,
    figures_of,
    month_end,
    part_of,
    parts_of,
)
from services.procurement_quota.domain.standing import Form, has_duty, missing_months, months_due, status_of
from services.procurement_quota.domain.tallies import (
    Tally,
    counts,
    covered,
    figures_summed,
    proven_summed,
    shortfalls,
    tallies_of,
    units_below,
)
from services.procurement_quota.domain.words import Status
from shared.contracts.words import CanteenKind
from shared.money import BP_WHOLE, Money, share_bp

RateOf = Callable[[str], int | None]
"""Gives the rate of a unit, by its path, under the rule and in the year that a statement is about."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who bears a canteen's share: its own unit whole, or by weight; `unit_id` None is a party outside the tree."""

    unit_id: UUID | None
    name: str
    path: str | None
    weight_bp: int


@dataclass(frozen=True, slots=True)
class Basis:
    """All that is known of one canteen for one year and rule."""

    canteen_id: UUID
    name: str
    kind: CanteenKind
    unit_id: UUID
    unit_name: str
    unit_path: str
    forms: Sequence[Form]
    months: Months
    attested: Sequence[Attested]
    closed: bool
    reserved_fen: int | None
    unpaid_fen: int
    holders: Sequence[Holder]
    """Never empty; one whole holder when the canteen is not shared."""
    held_fen: int = 0
    """What the rule holds until flags on it are decided."""


@dataclass(frozen=True, slots=True)
class When:
    """The year, and the two dates; `known_on` is the business date of what was known by."""

    year: int
    happened_by: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one canteen stands against one rate."""

    figures: Figures
    status: Status
    missing: Sequence[int]
    due: Sequence[int]

    @property
    def coverage(self) -> Coverage:
        return coverage_of(self.figures, self.due, self.missing)


def stand_of(basis: Basis, rate_bp: int | None, when: When) -> Stand:
    """Tell where a canteen stands against a rate."""
    figures = figures_of(when.year, basis.months, basis.attested, rate_bp, when.happened_by)
    figures = replace(figures, held_fen=basis.held_fen)
    due = months_due(when.year, basis.forms, when.happened_by, when.known_on)
    missing = missing_months(due, basis.attested)
    duty = has_duty(basis.forms, when.year, when.happened_by, figures.base_fen)
    return Stand(figures, status_of(figures, duty=duty, missing=missing, closed=basis.closed), missing, due)


def against(stand: Stand, basis: Basis, rate_bp: int | None, when: When) -> Stand:
    """Hold the same canteen against another holder's rate."""
    if rate_bp == stand.figures.rate_bp:
        return stand
    return _anew(stand, at_rate(stand.figures, rate_bp), basis, when)


def if_proven(stand: Stand, basis: Basis, when: When) -> Stand:
    """Tell where the same canteen would stand, were all that is held proven."""
    return _anew(stand, stand.figures.proven, basis, when)


def _anew(stand: Stand, figures: Figures, basis: Basis, when: When) -> Stand:
    duty = has_duty(basis.forms, when.year, when.happened_by, figures.base_fen)
    status = status_of(figures, duty=duty, missing=stand.missing, closed=basis.closed)
    return replace(stand, figures=figures, status=status)


def next_turn(basis: Basis, when: When) -> date:
    """Give the first day after `when` on which the same facts may read otherwise; `date.max` when they never will.

    A month ends, falls due the day after the 10th of the next, is attested, or a form begins: nothing else that a row
    shows depends on the day. Both dates of `when` are the day that is asked about.
    """
    turns = [form.valid_from for form in basis.forms]
    turns += [one.attested_on for one in basis.attested]
    for month in range(1, 13):
        turns += [month_end(when.year, month), due_on(when.year, month) + timedelta(days=1)]
    return min((day for day in turns if day > when.happened_by), default=date.max)


def canteen_statement(basis: Basis, rate_of: RateOf, when: When) -> dict[str, Any]:
    """Write what a canteen's statement adds to its heading."""
    stand = stand_of(basis, rate_of(basis.unit_path), when)
    return {
        "figures": basis_figures(stand.figures, basis),
        "status": stand.status.value,
        "if_proven": _proven(basis, stand, part_of(stand.figures.proven), when),
        "coverage": coverage_written([stand.coverage]),
        "missing_months": list(stand.missing),
        "months": _months(basis, when),
        "after_year": _after_year(basis, when),
        "parts": _parts(basis, stand, rate_of, when) if len(basis.holders) > 1 else [],
    }


def _proven(basis: Basis, stand: Stand, part: Part, when: When, *, is_bound: bool = True) -> dict[str, Any] | None:
    """Write where a canteen, or a holder's part of it, would stand, were all that is held proven; None if none is."""
    if not basis.held_fen:
        return None
    proven = if_proven(stand, basis, when)
    return {
        "counted_fen": part.counted_fen,
        "share_bp": proven.figures.share_bp,
        "shortfall_fen": part.shortfall_fen,
        "surplus_fen": _surplus(part.counted_fen, part.required_fen),
        "status": proven.status.value if is_bound else None,
        "counts": None,
    }


def unit_statement(path: str, bases: Sequence[Basis], rate_of: RateOf, when: When) -> dict[str, Any]:
    """Write what a unit's statement adds to its heading: its canteens, and those of the units below it."""
    rows = [row for basis in bases for row in rows_of(path, basis, rate_of, when)]
    return folded(path, tallies_of(path, rows), rows)


def folded(path: str, tallies: Sequence[Tally], rows: object) -> dict[str, Any]:
    """Write a unit's statement from the sums of its rows; `rows` are passed through as they are."""
    return {
        "figures": figures_summed(tallies),
        "coverage": covered(tallies),
        "status": None,
        "if_proven": proven_summed(tallies),
        "counts": counts(tallies),
        "shortfalls": shortfalls(tallies),
        "canteens": rows,
        "units": units_below(path, tallies),
    }


def basis_figures(figures: Figures, basis: Basis) -> dict[str, Any]:
    """Write a canteen's figures as a statement shows them and as a closing freezes them.

    Reserved, accepted and paid (预留、验收、支付) are what the rule's fund was filed for, received and does not owe:
    `accepted_fen` is whatever was accepted and kept, farm produce or not, here or elsewhere, and what was bought
    elsewhere is paid.
    """
    accepted = sum(sums.amount_fen for sums in basis.months.values())
    return {
        **figures_written(figures, reserved_fen=basis.reserved_fen, unpaid_fen=basis.unpaid_fen),
        "accepted_fen": accepted,
        "paid_fen": max(0, accepted - basis.unpaid_fen),
    }


def coverage_written(covered: Sequence[Coverage]) -> dict[str, Any]:
    """Write how far a base is proven, or the bases of several canteens."""
    attested, base = sum(one.attested_base_fen for one in covered), sum(one.base_fen for one in covered)
    return {
        "attested_base_fen": attested,
        "attested_bp": share_bp(attested, base),
        "due_months": sum(one.due_months for one in covered),
        "due_months_attested": sum(one.due_months_attested for one in covered),
    }


def figures_written(figures: Figures, *, reserved_fen: int | None, unpaid_fen: int) -> dict[str, Any]:
    """Write figures with what was reserved and what is owed."""
    return {
        "ledger_fen": figures.ledger_fen,
        "attested_fen": figures.attested_fen,
        "base_fen": figures.base_fen,
        "counted_fen": figures.counted_fen,
        "held_fen": figures.held_fen,
        "share_bp": figures.share_bp,
        "required_fen": figures.required_fen,
        "shortfall_fen": figures.shortfall_fen,
        "surplus_fen": _surplus(figures.counted_fen, figures.required_fen),
        "reserved_fen": reserved_fen,
        "executed_bp": figures.counted_fen * BP_WHOLE // reserved_fen if reserved_fen else None,
        "unpaid_fen": unpaid_fen,
    }


def _surplus(counted_fen: int, required_fen: int | None) -> int | None:
    return None if required_fen is None else max(0, counted_fen - required_fen)


def _months(basis: Basis, when: When) -> list[dict[str, Any]]:
    attested = {one.month: one for one in basis.attested}
    months = []
    for month in range(1, 13):
        sums = basis.months.get(when.year * 100 + month)
        one = attested.get(month)
        months.append(
            {
                "month": month,
                "due_on": due_on(when.year, month).isoformat(),
                "attested": one is not None,
                "attested_fen": None if one is None else one.farm_produce_fen,
                "ledger_fen": sums.base_fen if sums else 0,
                "counted_fen": sums.counted_fen if sums else 0,
            }
        )
    return months


def _after_year(basis: Basis, when: When) -> dict[str, int]:
    """Sum what was posted after the year's end and still belongs to it: returns, credits, corrections."""
    late = [sums for month, sums in basis.months.items() if month > when.year * 100 + 12]
    return {
        "ledger_fen": sum(sums.base_fen for sums in late),
        "counted_fen": sum(sums.counted_fen for sums in late),
    }


def _parts(basis: Basis, stand: Stand, rate_of: RateOf, when: When) -> list[dict[str, Any]]:
    weights = [holder.weight_bp for holder in basis.holders]
    written = []
    for place, holder in enumerate(basis.holders):
        rate_bp = None if holder.path is None else rate_of(holder.path)
        own = against(stand, basis, rate_bp, when)
        part, proven = (parts_of(one, weights)[place] for one in (own.figures, own.figures.proven))
        written.append(
            {
                "unit_id": None if holder.unit_id is None else str(holder.unit_id),
                "holder": holder.name,
                "weight_bp": holder.weight_bp,
                "rate_bp": rate_bp,
                **_part(part),
                "status": None if holder.path is None else own.status.value,
                "if_proven": _proven(basis, own, proven, when, is_bound=holder.path is not None),
            }
        )
    return written


def _part(part: Part) -> dict[str, Any]:
    return {
        "ledger_fen": part.ledger_fen,
        "base_fen": part.base_fen,
        "counted_fen": part.counted_fen,
        "held_fen": part.held_fen,
        "required_fen": part.required_fen,
        "shortfall_fen": part.shortfall_fen,
        "surplus_fen": _surplus(part.counted_fen, part.required_fen),
    }


def rows_of(path: str, basis: Basis, rate_of: RateOf, when: When) -> list[dict[str, Any]]:
    """Write one row for each holder below the path: the whole canteen, or the holder's part."""
    weights = [holder.weight_bp for holder in basis.holders]
    stand: Stand | None = None
    rows = []
    for place, holder in enumerate(basis.holders):
        if holder.path is None or not holder.path.startswith(path):
            continue
        rate_bp = rate_of(holder.path)
        stand = stand_of(basis, rate_bp, when) if stand is None else against(stand, basis, rate_bp, when)
        rows.append(_row(basis, holder, place, weights, stand, when))
    return rows


def _row(basis: Basis, holder: Holder, place: int, weights: Sequence[int], stand: Stand, when: When) -> dict[str, Any]:
    figures = stand.figures
    whole = len(weights) == 1
    amounts, proven = (part_of(one) if whole else parts_of(one, weights)[place] for one in (figures, figures.proven))
    return {
        "id": str(basis.canteen_id),
        "name": basis.name,
        "kind": basis.kind.value,
        "unit_id": str(holder.unit_id),
        "unit_name": holder.name,
        "unit_path": holder.path,
        "weight_bp": holder.weight_bp,
        "rate_bp": figures.rate_bp,
        **_part(amounts),
        "attested_fen": figures.attested_fen if whole else None,
        "coverage": coverage_written([_part_covered(stand.coverage, amounts.base_fen, weights, place)]),
        "share_bp": figures.share_bp,
        "reserved_fen": basis.reserved_fen if whole else None,
        "accepted_fen": sum(sums.amount_fen for sums in basis.months.values()) if whole else None,
        "unpaid_fen": basis.unpaid_fen if whole else None,
        "missing_months": list(stand.missing),
        "closed": basis.closed,
        "status": stand.status.value,
        "if_proven": _proven(basis, stand, proven, when),
    }


def _part_covered(coverage: Coverage, base_fen: int, weights: Sequence[int], place: int) -> Coverage:
    if len(weights) == 1:
        return coverage
    attested = Money(coverage.attested_base_fen).split(weights)[place].fen
    return replace(coverage, attested_base_fen=attested, base_fen=base_fen)

"""A closed year whose verdict is another by now is filed again within thirty days, numbered, the earlier ones kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from services.procurement_quota.domain.figures import Attested, MonthSums
from services.procurement_quota.domain.statements import Basis, When, stand_of

RESTATE_DAYS = 30
_COMPARED = ("ledger_fen", "attested_fen", "base_fen", "counted_fen")


@dataclass(frozen=True, slots=True)
class Late:
    """An entry that was recorded after the year was filed."""

    recorded_at: datetime
    recorded_on: date
    posting_month: int
    sums: MonthSums


@dataclass(frozen=True, slots=True)
class AttestedLate:
    """A version of a month's attestation, and when it became known."""

    recorded_at: datetime
    attested: Attested

    @property
    def recorded_on(self) -> date:
        return self.attested.attested_on


@dataclass(frozen=True, slots=True)
class Due:
    """By when a restatement is due, and since when the verdict is another."""

    flipped_at: datetime
    due_on: date

    def overdue(self, today: date) -> bool:
        return today > self.due_on


def differs(filed: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether figures that were filed are others now, under any rule; what is paid since changes none."""
    return filed.keys() != now.keys() or any(
        filed[rule]["status"] != one["status"]
        or any(filed[rule]["figures"][name] != one["figures"][name] for name in _COMPARED)
        for rule, one in now.items()
    )


def due_since(
    basis: Basis,
    rate_bp: int | None,
    year: int,
    filed_status: str,
    filed: tuple[datetime, date],
    late: Sequence[Late],
    attestations: Sequence[AttestedLate],
) -> Due:
    """Tell since when a verdict is another than was filed, fact by fact; the last turn counts.

    `basis` is as known now; `filed` is the filing's moment and business date; `late` is what was booked after it, and
    `attestations` are all versions. A verdict that time alone turned, as a month fell due, is due from the filing on.
    """
    filed_at, filed_on = filed
    months = dict(basis.months)
    for entry in late:
        months[entry.posting_month] = _plus(months.get(entry.posting_month), entry.sums, -1)
    held = {one.attested.month: one.attested for one in attestations if one.recorded_at <= filed_at}
    events: list[Late | AttestedLate] = [*late, *(one for one in attestations if one.recorded_at > filed_at)]
    flipped: tuple[datetime, date] | None = None
    for one in sorted(events, key=lambda event: event.recorded_at):
        if isinstance(one, Late):
            months[one.posting_month] = _plus(months.get(one.posting_month), one.sums, 1)
        else:
            held[one.attested.month] = one.attested
        then = replace(basis, months=months, attested=list(held.values()), closed=True)
        same = stand_of(then, rate_bp, When(year, one.recorded_on, one.recorded_on)).status.value == filed_status
        flipped = None if same else flipped or (one.recorded_at, one.recorded_on)
    since, since_on = flipped or (filed_at, filed_on)
    return Due(since, since_on + timedelta(days=RESTATE_DAYS))


def _plus(sums: MonthSums | None, more: MonthSums, sign: int) -> MonthSums:
    have = sums or MonthSums(0, 0, 0)
    return MonthSums(
        have.base_fen + sign * more.base_fen,
        have.counted_fen + sign * more.counted_fen,
        have.amount_fen + sign * more.amount_fen,
    )

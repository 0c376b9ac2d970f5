"""One canteen, one status, decided from its duty, its attestations, its share, and whether the year is closed.

During the year a canteen is *on pace* when its share so far is at least the rate, *behind* when it is not, and
*unproven* when a due month is not attested or the ledger holds more than was attested without an explanation.
*Met* and *missed* exist only once the year is closed. A unit has counts by status, never a status of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.procurement_quota.domain.figures import Attested, Figures, due_on, month_end
from services.procurement_quota.domain.words import Status
from shared.contracts.words import CanteenKind


@dataclass(frozen=True, slots=True)
class Form:
    """How a canteen is run from a day on (食堂形式)."""

    valid_from: date
    kind: CanteenKind
    approved: bool


def kind_on(forms: Sequence[Form], day: date, otherwise: CanteenKind) -> CanteenKind:
    """Tell how a canteen is run on a day; `forms` are those known, by `valid_from`, and before the first is the first.

    Without any known form it is `otherwise`.
    """
    begun = [form.kind for form in forms if form.valid_from <= day]
    return begun[-1] if begun else forms[0].kind if forms else otherwise


def has_duty(forms: Sequence[Form], year: int, happened_by: date, base_fen: int = 0) -> bool:
    """Tell whether a canteen has a duty in a year: on any day so far it was own or shared, or not approved otherwise.

    `forms` are those known, by `valid_from`. Before its first form a canteen has no duty; but whoever buys in the year,
    by the ledger or by what was attested (`base_fen`, in fen), has one, whatever was approved.
    """
    if base_fen > 0:
        return True
    first, last = date(year, 1, 1), min(date(year, 12, 31), happened_by)
    for at, form in enumerate(forms):
        until = forms[at + 1].valid_from if at + 1 < len(forms) else date.max
        free = form.kind in (CanteenKind.OUTSOURCED, CanteenKind.NONE) and form.approved
        if not free and form.valid_from <= last and until > first:
            return True
    return False


def months_due(year: int, forms: Sequence[Form], happened_by: date, known_on: date) -> list[int]:
    """List the months whose attestation was due: over by `happened_by`, and past the 10th of the next by `known_on`."""
    begun = forms[0].valid_from if forms else date.max
    return [
        month
        for month in range(1, 13)
        if begun <= month_end(year, month) <= happened_by and due_on(year, month) < known_on
    ]


def missing_months(due: Sequence[int], attested: Sequence[Attested]) -> list[int]:
    """List the due months that nobody attested."""
    have = {one.month for one in attested}
    return [month for month in due if month not in have]


def status_of(figures: Figures, *, duty: bool, missing: Sequence[int], closed: bool) -> Status:
    """Decide where a canteen stands. Exactly on the line is met: `counted × 10000 ≥ rate × base`."""
    if not duty:
        return Status.NO_DUTY
    if figures.rate_bp is None:
        return Status.PREFERENCE
    if missing or figures.unproven_by_ledger:
        return Status.UNPROVEN
    if figures.base_fen <= 0:
        return Status.NO_PURCHASES
    if closed:
        return Status.MET if figures.meets else Status.MISSED
    return Status.ON_PACE if figures.meets else Status.BEHIND

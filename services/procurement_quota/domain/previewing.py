"""What a basket would do to a share is computed, before it is ordered, by the functions that judge and sum the ledger.

A preview tells; it does not steer. It says what a share would be with what was asked for, and nowhere how much more,
or how much less, would just do. Source: README, "The rule"; purchases are judged by the lists of the order's day and
by the rule that binds on the day on which they are expected to be accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.procurement_quota.domain.chain import month_of
from services.procurement_quota.domain.figures import Attested, Figures, Months, add_line, figures_of
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.words import Reason
from shared.contracts.words import Fund

OUT_OF_REACH = (Reason.CHANNEL_NOT_ACCEPTED, Reason.ORDER_NUMBER_MISSING)
"""Why nothing that is bought here could count."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Goods that somebody wants, and the day on which they are expected to be accepted (预计验收日)."""

    bought: Bought
    amount_fen: int
    accepted_on: date


@dataclass(frozen=True, slots=True)
class Now:
    """Where a canteen stands in a year under a rule: what a preview begins from."""

    year: int
    months: Months
    attested: Sequence[Attested]
    rate_bp: int | None

    def figures(self, happened_by: date) -> Figures:
        return figures_of(self.year, self.months, self.attested, self.rate_bp, happened_by)


def judged_when_accepted(
    rule_code: str, fund: Fund, path: str, one: Expected, reference: Reference
) -> Judgement | None:
    """Judge goods by the version of a rule that binds on the day they are expected; None where none does."""
    for rule in reference.binding(fund, path, one.accepted_on):
        if rule.code == rule_code:
            return judge(rule, one.bought, one.amount_fen, reference)
    return None


def with_accepted(now: Now, accepted: Iterable[tuple[date, Judgement]]) -> Now:
    """Give where a canteen would stand with these accepted in full, all else unchanged; other years' are left out."""
    months = dict(now.months)
    for day, judgement in accepted:
        if day.year == now.year:
            months = add_line(months, month_of(day), base_fen=judgement.base_fen, counted_fen=judgement.counted_fen)
    return Now(now.year, months, now.attested, now.rate_bp)


def gains(instead: Judgement, of: Judgement) -> bool:
    """Tell whether goods count where those that they would replace do not."""
    return instead.counts and not of.counts


def may_be_replaced(rule: Rule, judgement: Judgement) -> bool:
    """Tell whether a line lies in the base without counting, for a reason that other goods here may not have."""
    if rule.preference:
        return not judgement.counts
    return judgement.in_base and not judgement.counts and judgement.reason not in OUT_OF_REACH

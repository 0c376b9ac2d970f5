"""A rule that is not in force is tried on the ledger's facts by the very functions that judge for the ledger.

Each lot is judged when it was booked, by the lists that were known then, followed by its returns and credits, and
judged anew by its corrections as the ledger judges it (`domain/lots`). One that a transfer brings, of which nothing
stood here before, is booked by it. So a rule that says what one in force says gives exactly that one's figures.

Decision: a revocation is looked at for every lot of its supplier, though the ledger corrected only those lots that it
changed under the rules of then. Why: a rule with another list may credit an origin that is known to be false, and the
ledger holds no correction of what no rule had credited. Price: the revocations are read beside the entries. Flags
are looked at in the same way, for a rule may hold what no rule of then held.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import month_of
from services.procurement_quota.domain.figures import MonthSums
from services.procurement_quota.domain.flags import FACT as FLAGS
from services.procurement_quota.domain.flags import NONE, Flagged
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.lots import Revocation, Standing, found_now, moved_facts, was_labelled
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.words import EntryKind
from shared.contracts.words import Fund

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would make of a canteen's year."""

    months: Mapping[int, MonthSums]
    """What each posting month would add."""
    held_fen: int
    """What it would hold until flags are decided."""


def tried(
    rule: Rule,
    entries: Iterable[Entry],
    reference: Reference,
    revocations: Mapping[UUID, Sequence[Revocation]],
    flags: Flagged,
) -> Tried:
    """Tell what a rule would make of a canteen's year, from all entries of that year and fund.

    `entries` come in the order in which they were recorded; closings are not among them.
    """
    trial = _Trial(rule, reference.with_rule(rule))
    for entry in entries:
        trial.book(entry)
    trial.revoke(revocations)
    trial.hold(flags)
    return Tried(trial.months, sum(lot.held_fen.get(rule.code, 0) for lot in trial.lots.values()))


class _Trial:
    """The lots of one canteen's year, standing under one rule alone."""

    def __init__(self, rule: Rule, reference: Reference) -> None:
        self.rule, self.reference = rule, reference
        self.lots: dict[tuple[UUID, UUID], Standing] = {}
        self.months: dict[int, MonthSums] = {}

    def book(self, entry: Entry) -> None:
        moment, facts = entry["recorded_at"], entry["facts"]
        lot = (entry["lot_id"], entry["lot_line"])
        standing = self.lots.get(lot)
        judgements: tuple[Judgement, ...]
        if standing is None or (entry["kind"] == EntryKind.TRANSFER and not standing.amount_fen):
            standing = self.lots[lot] = _standing(entry)
            known = self.reference.as_known(moment)
            judgements = (judge(self.rule, Bought.of_facts(facts), entry["amount_fen"], known),)
        elif entry["kind"] == EntryKind.CORRECTION:
            known = self.reference.as_known(moment if standing.is_looked_at(facts) else standing.judged_at)
            judgements = standing.judged_anew(Bought.of_facts({**standing.facts, **moved_facts(facts)}), known)
            standing.learn(facts, moment)
        else:
            judgements = standing.following(entry["amount_fen"])
        standing.book(entry["amount_fen"], judgements)
        self._add(entry["posting_month"], entry["amount_fen"], judgements)

    def revoke(self, revocations: Mapping[UUID, Sequence[Revocation]]) -> None:
        """Correct what was heard of suppliers and no entry tells."""
        for standing in self.lots.values():
            heard = revocations.get(standing.supplier_id, ()) if standing.supplier_id else ()
            if heard and (facts := found_now(standing, heard)) is not None:
                self._correct(standing, facts, month_of(max(one.heard_on for one in heard)))

    def hold(self, flags: Flagged) -> None:
        """Correct what flags say now and no entry tells, for a rule that was in force may have held nothing."""
        for lot, standing in self.lots.items():
            now = flags.get(lot, NONE)
            if now != (standing.facts.get(FLAGS) or NONE):
                self._correct(standing, {FLAGS: dict(now)}, max(self.months))

    def _correct(self, standing: Standing, facts: Mapping[str, Any], month: int) -> None:
        known = self.reference.as_known(standing.judged_at)
        judgements = standing.judged_anew(Bought.of_facts({**standing.facts, **facts}), known)
        standing.facts |= facts
        standing.book(0, judgements)
        self._add(month, 0, judgements)

    def _add(self, month: int, amount_fen: int, judgements: Iterable[Judgement]) -> None:
        sums = self.months.get(month, MonthSums(0, 0))
        for one in judgements:
            sums = MonthSums(
                sums.base_fen + one.base_fen, sums.counted_fen + one.counted_fen, sums.amount_fen + amount_fen
            )
        self.months[month] = sums


def _standing(entry: Entry) -> Standing:
    return Standing(
        unit_id=entry["unit_id"],
        canteen_id=entry["canteen_id"],
        fund=Fund(entry["fund"]),
        year=entry["year"],
        order_id=entry["order_id"],
        supplier_id=entry["supplier_id"],
        listing_id=entry["listing_id"],
        first=None,
        facts=dict(entry["facts"]),
        judged_at=entry["recorded_at"],
        labelled=was_labelled(entry["facts"]),
    )

"""A lot is one accepted line, or one off-platform purchase: what was booked on it, and how it stands now.

Decision: a lot whose facts are others now is judged by the lists as they were known when its origin was judged, at its
booking or when somebody looked at a claimed one, and a rule under which both facts rest on the same grounds keeps its
judgement. Why: designation is as of the order, never judged again silently; and in whatever order a revocation, a flag
and an acceptance are heard, the lot then stands the same. Price: a list that was wrong when it was booked stays what
its credit rests on until somebody looks at the origin itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Draft, Lot
from services.procurement_quota.domain.flags import FACT as FLAGS
from services.procurement_quota.domain.flags import NONE, Holds
from services.procurement_quota.domain.judging import Bought, Judgement, change_of_mind, follow, grounds, judge
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind, Evidence
from shared.contracts.words import Fund, RevocationGround
from shared.ids import derived_id


@dataclass(slots=True)
class Standing:
    """How a lot stands: its first entry, its net amount, and its last judgement with its sums under each rule."""

    unit_id: UUID
    canteen_id: UUID
    fund: Fund
    year: int
    order_id: UUID | None
    supplier_id: UUID | None
    listing_id: UUID | None
    first: tuple[UUID, int] | None
    facts: dict[str, Any]
    turn: int = 0
    """How often it was transferred."""
    judged_at: datetime | None = None
    """When its origin was judged, and so by which lists it stands; None is now."""
    labelled: bool = True
    """Whether its supplier's label was held when it was ordered."""
    amount_fen: int = 0
    judgements: dict[str, Judgement] = field(default_factory=dict)
    base_fen: dict[str, int] = field(default_factory=dict)
    counted_fen: dict[str, int] = field(default_factory=dict)
    held_fen: dict[str, int] = field(default_factory=dict)

    def book(self, amount_fen: int, judgements: Iterable[Judgement]) -> None:
        """Add one entry of this lot, in the order of the chain."""
        self.amount_fen += amount_fen
        for judgement in judgements:
            code = judgement.rule_code
            self.judgements[code] = judgement
            self.base_fen[code] = self.base_fen.get(code, 0) + judgement.base_fen
            self.counted_fen[code] = self.counted_fen.get(code, 0) + judgement.counted_fen
            self.held_fen[code] = self.held_fen.get(code, 0) + judgement.held_fen

    def following(self, amount_fen: int) -> tuple[Judgement, ...]:
        """Judge a return or credit on this lot."""
        return tuple(follow(standing, amount_fen) for standing in self.judgements.values())

    def judged_anew(self, bought: Bought, reference: Reference) -> tuple[Judgement, ...]:
        """Give what a correction adds under each rule whose judgement these facts change; empty when none does.

        Where only its flags are others, sums of 0 name them anew.
        """
        before = Bought.of_facts(self.facts)
        changes = []
        for code, standing in self.judgements.items():
            rule = reference.rules[code, standing.rule_version]
            if grounds(rule, bought, reference) != grounds(rule, before, reference):
                changes.append(self._change(judge(rule, bought, self.amount_fen, reference)))
        return tuple(changes)

    def holds_by(self, bought: Bought, reference: Reference) -> bool:
        """Tell whether the flags among these facts do something under any of its rules."""
        rules = (reference.rules[code, one.rule_version] for code, one in self.judgements.items())
        return any(judge(rule, bought, 0, reference).is_flagged for rule in rules)

    def is_looked_at(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether a correction of these facts tells what was found of its origin itself."""
        evidence = facts.get("evidence", self.facts["evidence"])
        return bool(evidence != self.facts["evidence"] and evidence in _LOOKED_AT)

    def learn(self, facts: Mapping[str, Any], moment: datetime) -> None:
        """Take over the facts of a correction."""
        if self.is_looked_at(facts):
            self.judged_at = moment
        self.facts |= moved_facts(facts)

    def _change(self, new: Judgement) -> Judgement:
        code = new.rule_code
        stands = {"base_fen": self.base_fen[code], "counted_fen": self.counted_fen[code]}
        return change_of_mind(new, **stands, held_fen=self.held_fen[code])


def told_here(rows: Iterable[Mapping[str, Any]]) -> dict[Lot, list[Mapping[str, Any]]]:
    """Give of each lot the entries that tell it where it is booked now, in the order of that chain.

    A transfer undoes all that is told of a lot in one place and tells it again in another, so that what was told
    before it counts nowhere. Two chains have no order between them; the turn, written in each entry of a transfer, has.
    """
    found: dict[Lot, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["lot_id"], row["lot_line"]), []).append(row)
    return {lot: _since_moved(held) for lot, held in found.items()}


def _since_moved(held: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    moved = [row for row in held if row["kind"] == EntryKind.TRANSFER and row["facts"]["transfer"]["side"] == "in"]
    if not moved:
        return held
    last = max(row["facts"]["transfer"]["turn"] for row in moved)
    first = min((row for row in moved if row["facts"]["transfer"]["turn"] == last), key=lambda row: int(row["seq"]))
    place = (first["unit_id"], first["canteen_id"])
    return [row for row in held if (row["unit_id"], row["canteen_id"]) == place and row["seq"] >= first["seq"]]


def standings(rows: Iterable[Mapping[str, Any]]) -> dict[Lot, Standing]:
    """Read how lots stand from their entries, given by their columns, each chain's in its order."""
    found: dict[Lot, Standing] = {}
    rows = list(rows)
    booked = {(row["lot_id"], row["lot_line"]): row for row in rows if row["kind"] == EntryKind.PURCHASE}
    for lot, row in ((lot, row) for lot, held in told_here(rows).items() for row in held):
        if lot not in found:
            found[lot] = Standing(
                unit_id=row["unit_id"],
                canteen_id=row["canteen_id"],
                fund=Fund(row["fund"]),
                year=row["year"],
                order_id=row["order_id"],
                supplier_id=row["supplier_id"],
                listing_id=row["listing_id"],
                first=(row["unit_id"], row["seq"]),
                facts={name: fact for name, fact in row["facts"].items() if name != "transfer"},
                turn=row["facts"]["transfer"]["turn"] if row["kind"] == EntryKind.TRANSFER else 0,
                judged_at=row["recorded_at"],
                labelled=was_labelled(booked.get(lot, row)["facts"]),
            )
        standing = found[lot]
        if row["kind"] == EntryKind.CORRECTION:
            standing.learn(row["facts"], row["recorded_at"])
        standing.book(row["amount_fen"], (Judgement.read(code, one) for code, one in row["judgements"].items()))
    return found


MOVABLE = ("evidence", "recognition_lost_on", FLAGS)
"""The facts of a lot that may be others later."""
_LOOKED_AT = (Evidence.CLAIMED, Evidence.VERIFIED, Evidence.REJECTED)
"""What is found of an origin by looking at it, and not at its supplier."""


def moved_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give those facts of a correction that are the lot's from then on."""
    return {name: facts[name] for name in MOVABLE if name in facts}


@dataclass(frozen=True, slots=True)
class Revocation:
    """A supplier's recognition that ended (撤销), as heard."""

    supplier_id: UUID
    ground: RevocationGround
    reason: str
    effective_from: date
    listing_ids: frozenset[UUID]
    heard_on: date

    set_aside: bool = False
    """Whether it was set aside on appeal (恢复), and takes nothing any more."""

    @property
    def taken_of(self) -> frozenset[UUID]:
        """Name the listings of whose lots it takes something; of all when none is named."""
        return self.listing_ids if self.ground is RevocationGround.FALSE_ORIGIN else frozenset()

    def taints(self, listing_id: UUID | None, ordered_on: date) -> bool:
        """Tell whether a false origin takes this lot's credit.

        A named lot loses it whatever its date, for an origin that was false was false when it was ordered; where no
        lot is named, whatever was ordered from `effective_from` on. Orders after a later readmission are untouched.
        """
        if self.set_aside or self.ground is not RevocationGround.FALSE_ORIGIN or ordered_on > self.heard_on:
            return False
        return listing_id in self.listing_ids if self.listing_ids else ordered_on >= self.effective_from

    def unlabels(self, ordered_on: date) -> bool:
        """Tell whether lost recognition takes a union label from what was ordered on this day."""
        lost = self.ground is RevocationGround.LOST_RECOGNITION and not self.set_aside
        return lost and self.effective_from <= ordered_on <= self.heard_on

    def touches(self, standing: Standing) -> bool:
        """Tell whether it takes something of a lot."""
        ordered_on = Bought.of_facts(standing.facts).eligible_on
        taken = self.taints(standing.listing_id, ordered_on) or self.unlabels(ordered_on)
        return standing.supplier_id == self.supplier_id and taken


def evidence_of(
    revocations: Sequence[Revocation], listing_id: UUID | None, ordered_on: date
) -> tuple[Evidence, date | None]:
    """Tell how far the origin of a listing's goods is proven, and since when its supplier's label is lost."""
    if not revocations:
        return Evidence.LISTING, None
    false = any(one.taints(listing_id, ordered_on) for one in revocations)
    lost = [one.effective_from for one in revocations if one.unlabels(ordered_on)]
    return (Evidence.FALSE if false else Evidence.LISTING), min(lost, default=None)


def was_labelled(booked: Mapping[str, Any]) -> bool:
    """Tell by the facts of a purchase, as booked, whether its supplier's label was held when it was ordered.

    Where a label is lost since the order's own day the entry says whether it was (`recognised`). Entries of once do
    not: then one that is lost since that very day was not held, for that is how they were booked. So a label that a
    revocation took from that very day on, and was heard before such an entry, is not given back either: nothing in the
    ledger proves it.
    """
    lost = booked.get("recognition_lost_on")
    return bool(booked.get("recognised", lost is None or lost != booked["eligible_on"]))


def found_now(standing: Standing, revocations: Sequence[Revocation]) -> dict[str, Any] | None:
    """Give those facts of a lot bought here that are others by all that was heard of its supplier; None when none is.

    What one revocation took and another takes as well stays taken, and a label that was not held when it was ordered
    is neither taken nor given back.
    """
    ordered_on = Bought.of_facts(standing.facts).eligible_on
    evidence, lost_on = evidence_of(revocations, standing.listing_id, ordered_on)
    found: dict[str, Any] = {"evidence": evidence.value}
    if standing.labelled:
        found["recognition_lost_on"] = lost_on.isoformat() if lost_on else None
    return {name: fact for name, fact in found.items() if standing.facts.get(name) != fact} or None


def corrected(
    lot: Lot,
    standing: Standing,
    facts: Mapping[str, Any] | None,
    *,
    why: Mapping[str, Any],
    reference: Reference,
    source: UUID,
    day: date,
    flags: Holds = NONE,
) -> Draft | None:
    """Draft the correction of a lot of which `facts` are others now; None where it stands as before.

    `flags` is what the flags on it say now, whatever the correction is about; `why` are facts of the correction alone.
    """
    if facts is None:
        return None
    known = reference.as_known(standing.judged_at)
    bought = replace(Bought.of_facts({**standing.facts, **facts}), flags=flags)
    holds = flags if flags and standing.holds_by(bought, known) else NONE
    changed = {**facts, FLAGS: dict(holds)} if holds != (standing.facts.get(FLAGS) or NONE) else facts
    judgements = standing.judged_anew(replace(bought, flags=holds), known)
    if not judgements:
        return None
    return correction(
        standing,
        lot,
        source_id=derived_id(source, lot[0]),
        happened_on=day,
        facts={**changed, **why},
        judgements=judgements,
    )


def correction(
    standing: Standing,
    lot: Lot,
    *,
    source_id: UUID,
    happened_on: date,
    facts: Mapping[str, Any],
    judgements: tuple[Judgement, ...],
) -> Draft:
    """Draft an entry of amount 0 that points at a lot and carries only how its judgement changes."""
    return Draft(
        unit_id=standing.unit_id,
        kind=EntryKind.CORRECTION,
        canteen_id=standing.canteen_id,
        fund=standing.fund,
        year=standing.year,
        happened_on=happened_on,
        amount_fen=0,
        source_id=source_id,
        source_line=lot[1],
        lot_id=lot[0],
        lot_line=lot[1],
        order_id=standing.order_id,
        supplier_id=standing.supplier_id,
        listing_id=standing.listing_id,
        facts={**standing.facts, **facts},
        judgements=judgements,
        corrects=standing.first,
    )


def reversal(
    standing: Standing,
    lot: Lot,
    *,
    source_id: UUID,
    happened_on: date,
    amount_fen: int,
    facts: Mapping[str, Any],
) -> Draft:
    """Draft an entry that takes `amount_fen`, positive, of a purchase made elsewhere back and points at it."""
    judgements = standing.following(-amount_fen)
    standing.book(-amount_fen, judgements)
    drafted = correction(
        standing, lot, source_id=source_id, happened_on=happened_on, facts=facts, judgements=judgements
    )
    return replace(drafted, kind=EntryKind.REVERSAL, amount_fen=-amount_fen)

"""Each purchase is judged under a rule in one place, with a reason and the facts it rests on.

The basket's preview, the ledger's entries, verifications and corrections all call `judge`; a return or credit takes
over how its lot stands now (`follow`). Nothing is ever judged again silently: a change of mind is an entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.procurement_quota.domain.flags import FACT as FLAGS
from services.procurement_quota.domain.flags import NONE, Hold, Holds, strictest
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.words import Evidence, Reason
from shared.contracts.words import Channel, SupplierKind

_LABELS = {
    SupplierKind.DISABLED_BASE: Reason.PREFERENCE_DISABLED_BASE,
    SupplierKind.DEMONSTRATION_HOUSEHOLD: Reason.PREFERENCE_DEMONSTRATION_HOUSEHOLD,
}
PREFERENCES = (*(kind.value for kind in _LABELS), "listed_county")
"""The words that a rule's precedence may name."""


@dataclass(frozen=True, slots=True)
class Bought:
    """The facts of one line that judging may use; `eligible_on` is the order's date, elsewhere the invoice's."""

    category: str
    origin: str | None
    evidence: Evidence
    eligible_on: date
    channel: Channel
    order_number: str | None = None
    supplier_kind: SupplierKind | None = None
    recognition_lost_on: date | None = None
    flags: Holds = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Write the facts, JSON-ready, leaving out what is not there."""
        facts: dict[str, Any] = {
            "category": self.category,
            "origin": self.origin,
            "evidence": self.evidence.value,
            "eligible_on": self.eligible_on.isoformat(),
            "channel": self.channel.value,
        }
        if self.order_number is not None:
            facts["order_number"] = self.order_number
        if self.supplier_kind is not None:
            facts["supplier_kind"] = self.supplier_kind.value
        if self.recognition_lost_on is not None:
            facts["recognition_lost_on"] = self.recognition_lost_on.isoformat()
        if self.flags:
            facts[FLAGS] = dict(self.flags)
        return facts

    @staticmethod
    def of_facts(facts: Mapping[str, Any]) -> "Bought":
        """Read the facts of an entry again."""
        kind, lost = facts.get("supplier_kind"), facts.get("recognition_lost_on")
        return Bought(
            category=facts["category"],
            origin=facts["origin"],
            evidence=Evidence(facts["evidence"]),
            eligible_on=date.fromisoformat(facts["eligible_on"]),
            channel=Channel(facts["channel"]),
            order_number=facts.get("order_number"),
            supplier_kind=SupplierKind(kind) if kind else None,
            recognition_lost_on=date.fromisoformat(lost) if lost else None,
            flags=facts.get(FLAGS) or NONE,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one line stands under one rule, and by how much it moves the figures."""

    rule_code: str
    rule_version: int
    in_base: bool
    counts: bool
    base_fen: int
    counted_fen: int
    reason: Reason
    list_code: str | None = None
    list_version: int | None = None
    held_fen: int = 0
    """What would count, were every flag on it set aside; no part of what counts."""

    @property
    def is_flagged(self) -> bool:
        """Tell whether a flag alone keeps it from counting."""
        return self.reason in _FLAGGED.values()

    def written(self) -> dict[str, Any]:
        """Write the judgement as it enters the ledger and its hash."""
        written: dict[str, Any] = {
            "version": self.rule_version,
            "in_base": self.in_base,
            "counts": self.counts,
            "base_fen": self.base_fen,
            "counted_fen": self.counted_fen,
            "reason": self.reason.value,
        }
        if self.list_code is not None:
            written["list"] = self.list_code
            written["list_version"] = self.list_version
        if self.held_fen:
            written["held_fen"] = self.held_fen
        return written

    @staticmethod
    def read(rule_code: str, written: Mapping[str, Any]) -> "Judgement":
        return Judgement(
            rule_code=rule_code,
            rule_version=written["version"],
            in_base=written["in_base"],
            counts=written["counts"],
            base_fen=written["base_fen"],
            counted_fen=written["counted_fen"],
            reason=Reason(written["reason"]),
            list_code=written.get("list"),
            list_version=written.get("list_version"),
            held_fen=written.get("held_fen", 0),
        )


_FLAGGED = {Hold.HELD: Reason.FLAG_OPEN, Hold.STRUCK: Reason.FLAG_UPHELD}


def judge(rule: Rule, bought: Bought, amount_fen: int, reference: Reference) -> Judgement:
    """Judge a line of `amount_fen` (signed) under one version of a rule, by the lists as now known.

    Source: README, "The rule": counts by origin county, never by name; designation as of `eligible_on`. What a flag
    stands on is in the base all the same, and of what does not count anyway a flag holds nothing.
    """
    return _held(rule, _as_proven(rule, bought, amount_fen, reference), bought)


def grounds(rule: Rule, bought: Bought, reference: Reference) -> tuple[Judgement, Holds]:
    """Give what a line's judgement rests on: how it stands but for its flags, and those flags that do something to it.

    Facts that rest on the same grounds are judged alike.
    """
    proven = _as_proven(rule, bought, 0, reference)
    return proven, bought.flags if rule.holds_flagged and proven.counts else NONE


def _held(rule: Rule, proven: Judgement, bought: Bought) -> Judgement:
    hold = strictest(bought.flags) if rule.holds_flagged and proven.counts else None
    if hold is None:
        return proven
    held_fen = proven.counted_fen if hold is Hold.HELD else 0
    return replace(proven, counts=False, counted_fen=0, held_fen=held_fen, reason=_FLAGGED[hold])


def flags_that_matter(bought: Bought, judgements: Iterable[Judgement]) -> Bought:
    """Give the facts with their flags where these change a judgement, else without them."""
    return bought if any(one.is_flagged for one in judgements) else replace(bought, flags=NONE)


def _as_proven(rule: Rule, bought: Bought, amount_fen: int, reference: Reference) -> Judgement:
    if not rule.covers(bought.category):
        return _judgement(rule, Reason.NOT_FARM_PRODUCE, amount_fen, in_base=False)
    if bought.evidence is Evidence.FALSE:
        return _judgement(rule, Reason.ORIGIN_FALSE, amount_fen)
    if rule.preference:
        return _prefer(rule, bought, amount_fen, reference)
    if rule.channels and bought.channel not in rule.channels:
        return _judgement(rule, Reason.CHANNEL_NOT_ACCEPTED, amount_fen)
    if rule.order_number_required and not bought.order_number:
        return _judgement(rule, Reason.ORDER_NUMBER_MISSING, amount_fen)
    return _by_origin(rule, bought, amount_fen, reference)


def _by_origin(rule: Rule, bought: Bought, amount_fen: int, reference: Reference) -> Judgement:
    if bought.origin is None:
        return _judgement(rule, Reason.ORIGIN_UNKNOWN, amount_fen)
    if bought.evidence is Evidence.CLAIMED:
        return _judgement(rule, Reason.ORIGIN_UNVERIFIED, amount_fen)
    if bought.evidence is Evidence.REJECTED:
        return _judgement(rule, Reason.ORIGIN_REJECTED, amount_fen)
    found = reference.listing(rule.list_codes, bought.origin, bought.eligible_on)
    if found is not None:
        return _judgement(rule, Reason.ORIGIN_LISTED, amount_fen, counts=True, of_list=(found.code, found.version))
    consulted = [one for code in rule.list_codes if (one := reference.list_as_known(code))]
    first = (consulted[0].code, consulted[0].version) if consulted else None
    return _judgement(rule, Reason.ORIGIN_NOT_LISTED, amount_fen, of_list=first)


def _prefer(rule: Rule, bought: Bought, amount_fen: int, reference: Reference) -> Judgement:
    """Label union goods by the first word of the rule's precedence that fits; each purchase once."""
    for word in rule.preference:
        if word == "listed_county":
            listed = _by_origin(rule, bought, amount_fen, reference)
            if listed.counts:
                return replace(listed, reason=Reason.PREFERENCE_LISTED_COUNTY)
        elif bought.supplier_kind == word and bought.recognition_lost_on is None:
            return _judgement(rule, _LABELS[SupplierKind(word)], amount_fen, counts=True)
    lost = bought.recognition_lost_on is not None and bought.supplier_kind in rule.preference
    return _judgement(rule, Reason.RECOGNITION_LOST if lost else Reason.NO_PREFERENCE, amount_fen)


def follow(standing: Judgement, amount_fen: int) -> Judgement:
    """Judge a return or credit as the lot that it lowers stands now."""
    return replace(
        standing,
        base_fen=amount_fen if standing.in_base else 0,
        counted_fen=amount_fen if standing.counts else 0,
        held_fen=amount_fen if standing.reason is Reason.FLAG_OPEN else 0,
    )


def opposite(judged: Judgement) -> Judgement:
    """Judge what undoes an entry."""
    return replace(judged, base_fen=-judged.base_fen, counted_fen=-judged.counted_fen, held_fen=-judged.held_fen)


def change_of_mind(new: Judgement, *, base_fen: int, counted_fen: int, held_fen: int) -> Judgement:
    """Write what a correction of amount 0 adds so that a lot, now of these sums, stands as `new` says.

    `new` is the judgement of the lot's whole net amount.
    """
    return replace(
        new,
        base_fen=new.base_fen - base_fen,
        counted_fen=new.counted_fen - counted_fen,
        held_fen=new.held_fen - held_fen,
    )


def _judgement(
    rule: Rule,
    reason: Reason,
    amount_fen: int,
    *,
    in_base: bool = True,
    counts: bool = False,
    of_list: tuple[str, int] | None = None,
) -> Judgement:
    return Judgement(
        rule_code=rule.code,
        rule_version=rule.version,
        in_base=in_base,
        counts=counts,
        base_fen=amount_fen if in_base else 0,
        counted_fen=amount_fen if counts else 0,
        reason=reason,
        list_code=of_list[0] if of_list else None,
        list_version=of_list[1] if of_list else None,
    )

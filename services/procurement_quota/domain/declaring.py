"""A declaration says what was filed, what was still unpaid on 31 January, and from which entries; then it is signed.

    prepared ── sign ──▶ signed ── countersign ──▶ published
                          │ ▲
                          │ └ sign (others too)
                          └── return ──▶ returned        another is prepared under another id

Decision: of an order that was partly paid, what does not count is taken to have been paid first, so that
`min(counted, unpaid)` of it leaves the numerator. Why: the source says that what is unpaid is left out, not which lines
of an order were paid; so a declaration never claims more than was paid for. Price: it may claim a little less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.published import canonical, sha256
from services.procurement_quota.domain.words import Status
from shared.money import meets, required_fen, share_bp
from shared.states import StateMachine


class DeclarationState(StrEnum):
    """Where a declaration stands (申报状态)."""

    PREPARED = "prepared"  # 待签署
    SIGNED = "signed"  # 待复核
    RETURNED = "returned"  # 已退回
    PUBLISHED = "published"  # 已公布


class Step(StrEnum):
    """What is done to a declaration."""

    SIGN = "sign"  # 签署
    RETURN = "return"  # 退回
    COUNTERSIGN = "countersign"  # 复核签署


DECLARATION = StateMachine(
    DeclarationState,
    {
        "sign": ({DeclarationState.PREPARED, DeclarationState.SIGNED}, DeclarationState.SIGNED),
        "return": ({DeclarationState.SIGNED}, DeclarationState.RETURNED),
        "countersign": ({DeclarationState.SIGNED}, DeclarationState.PUBLISHED),
    },
)
AFTER = {
    Step.SIGN: DeclarationState.SIGNED,
    Step.RETURN: DeclarationState.RETURNED,
    Step.COUNTERSIGN: DeclarationState.PUBLISHED,
}


def state_after(step: str | None) -> DeclarationState:
    """Tell where a declaration stands after its last step."""
    return DeclarationState.PREPARED if step is None else AFTER[Step(step)]


@dataclass(frozen=True, slots=True)
class Entry:
    """What of an entry stands in the extract; its hash covers all the rest."""

    unit_id: UUID
    seq: int
    hash: bytes
    kind: str
    fund: str
    happened_on: date
    amount_fen: int
    order_id: UUID | None
    judged: Mapping[str, tuple[int, int]]
    """By rule: what it adds to the base, and what of it counts."""

    def line(self) -> str:
        """Write it as a line of the extract."""
        order = None if self.order_id is None else str(self.order_id)
        judged = {rule: list(parts) for rule, parts in self.judged.items()}
        place = [str(self.unit_id), self.seq, self.hash.hex()]
        return canonical([*place, self.kind, self.fund, self.happened_on.isoformat(), self.amount_fen, order, judged])


def extract_of(entries: Sequence[Entry]) -> str:
    """Write the extract of the ledger: one entry a line."""
    return "\n".join(entry.line() for entry in entries)


def unpaid_orders(
    entries: Sequence[Entry], paid: Mapping[UUID, int], fund_of: Mapping[str, str]
) -> list[dict[str, Any]]:
    """List the orders of a year that were not paid in full, and what of each leaves the numerator, by rule.

    `fund_of` names the fund of each rule that was filed: what another fund bought was never in its numerator.
    """
    accepted: dict[UUID, int] = {}
    counted: dict[UUID, dict[str, int]] = {}
    for entry in entries:
        if entry.order_id is None:
            continue
        accepted[entry.order_id] = accepted.get(entry.order_id, 0) + entry.amount_fen
        own = counted.setdefault(entry.order_id, {})
        for rule, (_, counts) in entry.judged.items():
            if fund_of.get(rule) != entry.fund:
                continue
            own[rule] = own.get(rule, 0) + counts
    return [
        {
            "order_id": str(order_id),
            "accepted_fen": fen,
            "paid_fen": max(0, paid.get(order_id, 0)),
            "unpaid_fen": unpaid,
            "left_out_fen": {rule: min(max(0, one), unpaid) for rule, one in sorted(counted[order_id].items())},
        }
        for order_id, fen in sorted(accepted.items())
        if (unpaid := fen - max(0, paid.get(order_id, 0))) > 0
    ]


def transfers(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """List the purchases that were transferred to another unit, or from one (更正转出、转入)."""
    return [
        {
            "unit_id": str(one.unit_id),
            "seq": one.seq,
            "happened_on": one.happened_on.isoformat(),
            "amount_fen": one.amount_fen,
        }
        for one in entries
        if one.kind == "transfer"
    ]


def declared(filed: Mapping[str, Any], rule: str, unpaid: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what is declared under a rule: what was filed, its numerator without what was not paid for."""
    base, rate_bp = filed["figures"]["base_fen"], filed["rate_bp"]
    left_out = sum(one["left_out_fen"].get(rule, 0) for one in unpaid)
    counted = filed["figures"]["counted_fen"] - left_out
    required = None if rate_bp is None else required_fen(base, rate_bp)
    status = Status(filed["status"])
    if status in (Status.MET, Status.MISSED) and rate_bp is not None:
        status = Status.MET if meets(counted, base, rate_bp) else Status.MISSED
    return {
        "base_fen": base,
        "counted_fen": counted,
        "left_out_fen": left_out,
        "share_bp": share_bp(counted, base),
        "required_fen": required,
        "shortfall_fen": None if required is None else max(0, required - counted),
        "status": status.value,
    }


def statement_of(step: Step, payload: str, before: str | None, **said: Any) -> str:
    """Write what is signed: which step, on which payload, behind which statement, by whom, in which capacity, when."""
    return canonical(
        {
            "step": step.value,
            "payload_sha256": sha256(payload),
            "previous": sha256(before) if before is not None else "",
            **said,
        }
    )

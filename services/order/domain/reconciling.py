"""What the card vendor says is held against our books: each difference by its kind, ours and theirs side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.order.domain.states import REFUND_OWED, PaymentState, RefundState

REFUND_LATE_AFTER = timedelta(days=1)


class DifferenceKind(StrEnum):
    """How the vendor's record and ours differ (对账差异)."""

    NOT_AT_VENDOR = "not_at_vendor"  # 支付方无此笔
    STATE = "state"  # 状态不一致
    AMOUNT = "amount"  # 扣款金额不一致
    REFUND_MISSING = "refund_missing"  # 支付方无此退款
    REFUND_AMOUNT = "refund_amount"  # 退款金额不一致
    REFUND_UNKNOWN = "refund_unknown"  # 本平台无此退款
    REFUND_LATE = "refund_late"  # 退款逾期未退
    CHARGE_UNKNOWN = "charge_unknown"  # 本平台无此扣款


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `ours` and `theirs` are a state, or whole fen."""

    kind: DifferenceKind
    intent_id: str
    payment_id: UUID | None = None
    refund_id: str = ""
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class OurRefund:
    """A refund as our books have it."""

    state: RefundState
    amount_fen: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment by card or wallet as our books have it."""

    payment_id: UUID
    intent_id: str
    state: PaymentState
    paid_fen: int
    touched_at: datetime
    refunds: Mapping[str, OurRefund]


@dataclass(frozen=True, slots=True)
class Theirs:
    """An intent as the vendor has it; refunds by our id, or by the vendor's where it has none of ours."""

    state: str
    captured_fen: int
    refunds: Mapping[str, int]


_NOTHING_TAKEN = frozenset({"cancelled", "declined", "unconfirmed"})
_EXPECTED = {
    PaymentState.PAID: frozenset({"captured"}),
    PaymentState.AUTHORISED: frozenset({"held"}),
    PaymentState.VOIDED: _NOTHING_TAKEN,
    PaymentState.FAILED: _NOTHING_TAKEN,
}
"""What is under way, the vendor may have done or not."""


def differences(ours: Ours, theirs: Theirs | None, now: datetime) -> Iterator[Difference]:
    """Give how one payment differs."""
    about = (ours.intent_id, ours.payment_id)
    if theirs is None:
        yield Difference(DifferenceKind.NOT_AT_VENDOR, *about, ours=ours.state.value)
        return
    expected = _EXPECTED.get(ours.state)
    if expected is not None and theirs.state not in expected:
        yield Difference(DifferenceKind.STATE, *about, ours=ours.state.value, theirs=theirs.state)
    elif ours.state is PaymentState.PAID and ours.paid_fen != theirs.captured_fen:
        yield Difference(DifferenceKind.AMOUNT, *about, ours=str(ours.paid_fen), theirs=str(theirs.captured_fen))
    for refund_id, refund in ours.refunds.items():
        there_fen = theirs.refunds.get(refund_id)
        fen = str(refund.amount_fen)
        if there_fen is not None and there_fen != refund.amount_fen:
            yield Difference(DifferenceKind.REFUND_AMOUNT, *about, refund_id, ours=fen, theirs=str(there_fen))
        elif there_fen is None and refund.state is RefundState.DONE:
            yield Difference(DifferenceKind.REFUND_MISSING, *about, refund_id, ours=fen)
        elif there_fen is None and refund.state in REFUND_OWED and refund.due_at < now - REFUND_LATE_AFTER:
            yield Difference(DifferenceKind.REFUND_LATE, *about, refund_id, ours=fen)
    for refund_id, there_fen in theirs.refunds.items():
        if refund_id not in ours.refunds:
            yield Difference(DifferenceKind.REFUND_UNKNOWN, *about, refund_id, theirs=str(there_fen))

"""A payment as it is answered."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.order.domain.states import DisputeState, PaymentState, RefundState
from shared.contracts.words import PaymentMethod


class VoucherView(BaseModel):
    sha256: str
    media_type: str
    size_bytes: int
    put_at: datetime


class RefundFailureView(BaseModel):
    """A try of paying back that came to nothing."""

    failed_at: datetime
    reason: str


class RefundView(BaseModel):
    refund_id: UUID
    state: RefundState
    amount_fen: int
    due_at: datetime
    attempt: int
    """Which try of paying it back this is, from 0."""
    sent_at: datetime | None
    """When the supplier transferred it instead."""
    sent_note: str
    failures: list[RefundFailureView]


class DisputeView(BaseModel):
    """A payment that its card's holder wants back by the bank."""

    dispute_id: str
    state: DisputeState
    amount_fen: int
    taken_back_fen: int
    """What the bank took back by it, at most what was left of what was paid."""
    reason: str
    evidence_due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None


class NextActionView(BaseModel):
    """What a wallet's payer is to do: go to `url`, or scan `code` (which `url` shows too)."""

    kind: Literal["redirect", "qr_code"]
    url: str
    code: str


class TogetherView(BaseModel):
    """The transfer over several orders that a payment is part of: it takes its steps there, on the statement."""

    statement_id: UUID
    payment_id: UUID


class PaymentView(BaseModel):
    """A payment; `paid_fen` less the refunds done is what the supplier keeps of it."""

    payment_id: UUID
    order_id: UUID
    method: PaymentMethod
    state: PaymentState
    amount_fen: int
    authorised_fen: int
    paid_fen: int
    paid_on: date | None
    registered_at: datetime
    reason: str
    voucher: VoucherView | None
    destination: str | None
    """The supplier's account that the card vendor passes it on to; null: it stays with the platform's."""
    refunds: list[RefundView]
    disputes: list[DisputeView]
    together: TogetherView | None
    next_action: NextActionView | None
    """Answered where a wallet's payment was asked for and waits for its payer."""

"""A payment as it is answered."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.order.domain.states import PaymentState, RefundState
from shared.contracts.words import PaymentMethod


class VoucherView(BaseModel):
    sha256: str
    media_type: str
    size_bytes: int
    put_at: datetime


class RefundView(BaseModel):
    refund_id: UUID
    state: RefundState
    amount_fen: int
    due_at: datetime


class NextActionView(BaseModel):
    """What a wallet's payer is to do: go to `url`, or scan `code` (which `url` shows too)."""

    kind: Literal["redirect", "qr_code"]
    url: str
    code: str


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
    refunds: list[RefundView]
    next_action: NextActionView | None
    """Answered where a wallet's payment was asked for and waits for its payer."""

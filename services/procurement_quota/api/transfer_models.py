"""The shapes of transfers, for OpenAPI."""

from typing import Literal

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.domain.words import TransferOutcome, TransferState


class TransferCanteen(Shape):
    canteen_id: str = Id
    name: str
    unit_id: str = Id


class TransferDecision(Shape):
    outcome: TransferOutcome
    reason: str
    decided_by: str = Id
    decided_at: str = Moment


class TransferEntry(Shape):
    """One entry by which a transfer was booked: `out` of the wrong canteen, or `in` at the right one."""

    unit_id: str = Id
    seq: int
    canteen_id: str = Id
    side: Literal["out", "in"]
    happened_on: str = Day
    amount_fen: int


class TransferAnswer(Shape):
    """A transfer; `amount_fen` is null for who may not see where the purchase is booked, until it is approved."""

    id: str = Id
    order_id: str | None
    purchase_id: str | None
    from_canteen: TransferCanteen
    to_canteen: TransferCanteen
    amount_fen: int | None
    payer: str
    receiver: str
    delivery_address: str
    reason: str
    asked_by: str = Id
    asked_at: str = Moment
    state: TransferState
    decision: TransferDecision | None
    entries: list[TransferEntry]


class TransferPage(Shape):
    items: list[TransferAnswer]
    next: str | None

"""What the order service answers of what waits for another's yes, as OpenAPI documents it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel


class CancelAskedView(BaseModel):
    """That the canteen asks, of what is packed, to cancel it; its seller agrees, or ships it."""

    at: datetime
    account_id: UUID
    account_name: str
    reason: str


class WeighedLineView(BaseModel):
    line_id: UUID
    accepted_quantity: int
    refused_quantity: int
    gross_grams: int | None
    tare_grams: int | None
    lot_number: str
    reason: str
    off: bool
    """Whether it differs from what was packed by more than was agreed."""


class WeighingAnswerView(BaseModel):
    side: str
    at: datetime
    account_id: UUID | None
    account_name: str
    outcome: str
    reason: str


class WeighingView(BaseModel):
    """What was weighed on arrival and waits for the seller's yes, a second person's, or both."""

    acceptance_id: UUID
    at: datetime
    account_id: UUID
    account_name: str
    accepted_on: date
    weighed_at: datetime | None
    amount_fen: int
    wants_seller: bool
    wants_second: bool
    due_at: datetime
    lines: list[WeighedLineView]
    answers: list[WeighingAnswerView]


class ScalePhotoView(BaseModel):
    """A photo of the scale; `line_id` null is of the whole delivery."""

    photo_id: UUID
    line_id: UUID | None
    width_pixels: int
    height_pixels: int
    put_at: datetime
    put_by: UUID
    put_by_name: str

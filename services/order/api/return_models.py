"""What is answered of a return: its lines, what is wanted for it, its papers, and every step of it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.domain.states import Remedy, ReturnState
from shared.contracts.authority import Role
from shared.contracts.words import OrderState


class ReturnLineView(BaseModel):
    line_id: UUID
    quantity: int
    reason: str
    amount_fen: int


class PaperView(BaseModel):
    """A photo or paper that proves something; its bytes are read by a link."""

    document_id: UUID
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    put_by: UUID
    put_at: datetime


class FileLink(BaseModel):
    """A link to a file, below the API's own address, and until when it opens it."""

    href: str
    expires_at: datetime


class ReturnStepView(BaseModel):
    at: datetime
    step: str
    state: ReturnState
    account_id: UUID | None
    """Who took it; null is the system itself, as time went by."""
    account_name: str
    acted_as: Role | None
    reason: str


class ReturnView(BaseModel):
    return_id: UUID
    state: ReturnState
    proposed_at: datetime
    remedy: Remedy | None
    """What is wanted for it; null where that was not told."""
    reply_due_at: datetime | None
    """Until when the supplier answers; unanswered it goes to the unit above."""
    escalate_until: datetime | None
    """Until when the canteen may have a refused one decided above; then the refusal stands."""
    ruling_due_at: datetime | None
    """Until when the unit above rules on it; then the next one above is told, week after week."""
    agreed_on: date | None
    replacement_order_id: UUID | None
    """The order by which the same goods come again."""
    replacement_state: OrderState | None
    """Where that order stands; `cancelled` or `refused` is that they do not come, and what was booked stands."""
    open_steps: list[str]
    lines: list[ReturnLineView]
    papers: list[PaperView]
    steps: list[ReturnStepView]


class Named(BaseModel):
    id: UUID
    name: str


class ReturnSummary(BaseModel):
    """A return as a list tells it."""

    return_id: UUID
    order_id: UUID
    state: ReturnState
    proposed_at: datetime
    remedy: Remedy | None
    reason: str
    """Of its first line."""
    line_count: int
    canteen: Named
    supplier: Named
    reply_due_at: datetime | None
    escalate_until: datetime | None
    ruling_due_at: datetime | None
    overdue: bool
    """Whoever is to answer or to rule has not done so in time."""
    may_rule: bool
    """The asker may rule on it."""


class ReturnPage(BaseModel):
    items: list[ReturnSummary]
    next: str | None

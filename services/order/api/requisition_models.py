"""How requisitions are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import BudgetEffect, Party, WantedView
from services.order.domain.states import RequisitionState
from shared.contracts.authority import Role
from shared.contracts.words import Fund, Measure


class RequisitionLineView(BaseModel):
    """One line as it was asked for."""

    listing_id: UUID
    listing_version: int
    supplier_id: UUID
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    origin_county_code: str
    quantity: int
    tolerance_bp: int | None
    """How far its weight may be off, as agreed; null where that was not told."""
    amount_fen: int


class RequisitionOrder(BaseModel):
    """One order that a requisition places, or will."""

    order_id: UUID
    supplier_id: UUID
    supplier_name: str
    amount_fen: int


class WaitingView(BaseModel):
    """Whom a requisition waits for, and until when: then it is handed to the unit above, or expires at the top."""

    unit: Party
    role: Role
    stage: int
    """Which of its stages, from 1."""
    stages: int
    people: int
    """How many are to approve it in this stage, of whom `approved` have."""
    approved: int
    due_at: datetime


class RequisitionStepView(BaseModel):
    """What was done to a requisition after it was asked for; `account_id` null is the clock's doing."""

    at: datetime
    step: str
    account_id: UUID | None
    account_name: str
    acted_as: Role | None
    unit_id: UUID | None
    """The unit in which they decided, or that it was handed up to."""
    reason: str
    for_account_id: UUID | None
    """In whose stead; null: their own."""
    for_account_name: str | None


class RequisitionSummary(WantedView):
    """A requisition in a list."""

    requisition_id: UUID
    basket_id: UUID
    canteen: Party
    fund: Fund
    fair_id: UUID | None
    on_site_sale_id: UUID | None
    """The sale at a fair that it asks for; null: what is to be delivered."""
    state: RequisitionState
    amount_fen: int
    requested_by: UUID
    requested_by_name: str
    requested_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str
    most_fen: int | None
    """What it may come to by the tolerances of its lines, as held against the limit; null where placed at once."""
    approval: WaitingView | None
    orders: list[RequisitionOrder]


class RequisitionView(RequisitionSummary):
    """A requisition with its lines."""

    budget: BudgetEffect | None
    """While it waits: its month's budget as that stands now; null where none rules it, and once it is decided."""
    lines: list[RequisitionLineView]
    steps: list[RequisitionStepView]


class RequisitionPage(BaseModel):
    items: list[RequisitionSummary]
    next: str | None

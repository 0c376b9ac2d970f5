"""What is answered of standing orders, as OpenAPI documents it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import Party
from services.order.api.repeat_models import ToldLine
from shared.contracts.words import Fund, Measure


class StandingLine(BaseModel):
    """One line, with what its goods were called when it was put."""

    listing_id: UUID
    listing_version: int
    quantity: int
    tolerance_bp: int
    name: str
    measure: Measure


class StandingDraft(BaseModel):
    """What was drafted for a day; without a basket where nothing of it was on sale."""

    wanted_on: date
    drafted_at: datetime
    basket_id: UUID | None
    told: list[ToldLine]


class StandingOrderSummary(BaseModel):
    """A standing order in a list."""

    standing_order_id: UUID
    canteen: Party
    name: str
    fund: Fund
    active: bool
    weekdays: list[int]
    lead_days: int
    until: date
    wanted_from: str | None
    wanted_until: str | None
    version: int
    put_by: UUID
    put_by_name: str
    put_at: datetime
    draft_on: date | None
    """When the next basket is drafted; null where none is any more."""
    next_wanted_on: date | None
    lines: list[StandingLine]


class StandingOrderView(StandingOrderSummary):
    """A standing order with the drafts of its latest days."""

    drafts: list[StandingDraft]


class StandingOrderPage(BaseModel):
    items: list[StandingOrderSummary]
    next: str | None

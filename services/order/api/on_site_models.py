"""What is answered of sales at a fair, as OpenAPI documents it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import Party
from services.order.domain.states import OnSiteState
from shared.contracts.authority import Role
from shared.contracts.words import Fund, Measure


class SoldLineView(BaseModel):
    """What was sold of one listing, as it becomes a line of the order: grams for goods by weight, else pieces."""

    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    origin_county_code: str
    listed_price_fen: int
    """The price of a unit in the version that is named."""
    price_fen: int
    """As agreed at the stall."""
    quantity: int
    gross_grams: int | None
    tare_grams: int | None
    lot_number: str
    amount_fen: int


class OnSitePhotoView(BaseModel):
    """A photo of the scale at the stall; `listing_id` null is of the whole sale."""

    photo_id: UUID
    listing_id: UUID | None
    width_pixels: int
    height_pixels: int
    revision: int
    """Which telling of the sale it was put to."""
    put_at: datetime
    put_by: UUID
    put_by_name: str


class OnSiteStepView(BaseModel):
    """What was done to a sale; `account_id` null is the clock's doing."""

    at: datetime
    step: str
    state: OnSiteState
    revision: int
    account_id: UUID | None
    account_name: str
    acted_as: Role | None
    reason: str


class OnSiteSaleSummary(BaseModel):
    """A sale in a list."""

    on_site_sale_id: UUID
    revision: int
    """How often it was told; a new one wants a new answer."""
    state: OnSiteState
    open_steps: list[str]
    fair_id: UUID
    canteen: Party
    supplier: Party
    fund: Fund
    sold_on: date
    amount_fen: int
    line_count: int
    first_name: str
    entered_by: UUID
    entered_by_name: str
    entered_at: datetime
    due_at: datetime
    """Until when it waits for an answer."""
    answered_by: UUID | None
    answered_by_name: str | None
    answered_at: datetime | None
    reason: str
    requisition_id: UUID | None
    """By which it was asked for; above the unit's limit it waits for approval there."""
    order_id: UUID | None


class OnSiteSaleView(OnSiteSaleSummary):
    """A sale whole."""

    note: str
    lines: list[SoldLineView]
    scale_photos: list[OnSitePhotoView]
    steps: list[OnSiteStepView]


class OnSiteSalePage(BaseModel):
    items: list[OnSiteSaleSummary]
    next: str | None

"""What the order service answers, as OpenAPI documents it; the answers themselves are written as JSON by the store."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.order.api.payment_models import PaymentView
from services.order.api.return_models import ReturnView
from services.order.api.weighing_models import CancelAskedView, ScalePhotoView, WeighingView
from services.order.domain.budgets import BudgetStop
from services.order.domain.states import SubstituteState
from shared.contracts.authority import Role
from shared.contracts.words import Fund, Measure, OrderChannel, OrderState, SupplierKind


class Party(BaseModel):
    """A canteen, a unit or a supplier by name."""

    id: UUID
    name: str


class WindowView(BaseModel):
    """Days for which goods may be promised, both ends in, and how much for them in all."""

    from_on: date
    until_on: date
    quantity_max: int | None
    """How much may be promised for these days in all; null is as much as there is."""
    promised: int | None
    """How much is promised for them or has left; told where some window is bounded."""
    left: int | None
    """How much more may be promised; 0 where more is promised than is allowed now."""


class OfferedWindow(BaseModel):
    """Days for which goods can be ordered, both ends in."""

    from_on: date
    until_on: date
    left_quantity: int | None
    """What is left for these days, told only when it is less than asked for."""


class StockView(BaseModel):
    """The stock of one listing: grams for goods by weight, else pieces."""

    listing_id: UUID
    supplier_id: UUID
    name: str
    measure: Measure
    on_hand: int
    promised: int
    available: int
    version: int
    windows: list[WindowView]
    """The season: days for which it may be promised; none is any day."""


class LineWarning(StrEnum):
    """Why a basket's line cannot be ordered as it is."""

    STALE_VERSION = "stale_version"  # the listing has a newer version
    OFF_SALE = "off_sale"
    SHORT_STOCK = "short_stock"
    OFF_SEASON = "off_season"  # no day of its season is left
    SUPPLIER_NOT_SELLING = "supplier_not_selling"
    WRONG_QUANTITY = "wrong_quantity"  # below the minimum or between two steps of the newer version


class PriceTierView(BaseModel):
    """From this quantity on, the price of a unit for the whole line."""

    from_quantity: int
    price_fen: int


class ChangedTerm(BaseModel):
    """A term in which a listing differs from the version that the buyer has seen."""

    field: str
    seen: Any
    now: Any


class LineView(BaseModel):
    """Goods at today's terms, as a line of a basket."""

    listing_id: UUID
    listing_version: int
    current_version: int
    name: str
    category: str
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    recognised: bool
    """Whether the supplier's recognition holds today, and with it the label that its kind gives."""
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    """Of a unit at this quantity; `first_price_fen` is what it is below the first tier."""
    first_price_fen: int
    price_tiers: list[PriceTierView]
    minimum_quantity: int
    step_quantity: int
    origin_county_code: str
    quantity: int
    tolerance_bp: int
    """How far its weight may be off what is ordered; agreed with its price, and 0 for pieces."""
    amount_fen: int
    left_quantity: int | None
    """What is left, told only when it is less than asked for."""
    warnings: list[LineWarning]


class BasketLineView(LineView):
    """One line of a basket at today's terms."""

    changed: list[ChangedTerm]
    """With a stale version, what has changed since, as far as the version seen was heard of here."""
    windows: list[OfferedWindow]
    """The season: days for which it can be ordered; none is any day."""


class SupplierTotal(BaseModel):
    """What one supplier's order would come to."""

    supplier_id: UUID
    supplier_name: str
    line_count: int
    amount_fen: int


class ApprovalView(BaseModel):
    """Whether another person must approve."""

    limit_fen: int
    most_fen: int
    """What the basket may come to by the tolerances of its lines, which is what the limit is held against."""
    needed: bool


class BudgetEffect(BaseModel):
    """What is left of a month's budget, and would be after this."""

    budget_id: UUID
    month: str
    """By the day on which goods are wanted, such as 2026-03."""
    stop: BudgetStop
    amount_fen: int
    used_fen: int
    """What is placed, at most, and what of it is accepted, less what went back and was credited."""
    waiting_fen: int
    """What waits to be approved, which counts nothing yet."""
    left_fen: int
    after_fen: int
    """What would be left after this at the most that it may come to; negative beyond the budget."""
    over_fen: int
    orderable: bool
    """False beyond a hard stop; beyond a soft one another person approves it."""


class BasketView(BaseModel):
    """A basket with today's names, prices and warnings."""

    basket_id: UUID
    canteen: Party
    fund: Fund
    fair_id: UUID | None
    """The event of selling that it is filled at; put back with the basket, it stays."""
    filled_at: datetime
    requisition_id: UUID | None
    amount_fen: int
    orderable: bool
    approval: ApprovalView
    budgets: list[BudgetEffect]
    """Of this month, the next and that of `wanted_on`, those that there are: what they leave before and after this."""
    lines: list[BasketLineView]
    suppliers: list[SupplierTotal]


class LookedAtView(BaseModel):
    """Goods as a basket would show them, in the order in which they were asked for; null where they are not known."""

    lines: list[LineView | None]


class OpenLineView(BaseModel):
    """One line of an order on its way, at what it will cost when it is accepted as ordered, or as packed."""

    category: str
    origin_county_code: str | None
    amount_fen: int
    supplier_kind: SupplierKind
    recognised: bool
    """Whether the supplier's recognition held when it was ordered."""
    supplier_id: UUID
    listing_id: UUID
    ordered_on: date
    wanted_on: date


class OpenLinesView(BaseModel):
    """What a canteen has ordered with a fund and not yet accepted; `complete` is false when there is more."""

    complete: bool
    lines: list[OpenLineView]


class WantedView(BaseModel):
    """When goods are wanted: the day, and from when until when by Shanghai's clock; null is any hour."""

    wanted_on: date
    wanted_from: str | None
    wanted_until: str | None


class OrderLineView(BaseModel):
    """One line and its weight chain; quantities not yet known are null."""

    line_id: UUID
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    origin_county_code: str
    ordered_quantity: int
    tolerance_bp: int | None
    """How far its weight may be off, as agreed; null for what was ordered before that was told."""
    confirmed_quantity: int | None
    """What the seller confirmed; null is as it was ordered, and 0 that the line was declined."""
    packed_quantity: int | None
    accepted_quantity: int | None
    refused_quantity: int
    """Refused at the door."""
    gross_grams: int | None
    """What the scale showed of what was accepted, packaging included; null where that was not told."""
    tare_grams: int | None
    lot_number: str
    replaces_line_id: UUID | None
    """The line in whose place it was accepted (替代商品); null is ordered as it is."""
    returned_quantity: int
    kept_quantity: int | None
    ordered_fen: int
    confirmed_fen: int | None
    """What it comes to as the seller confirmed it; null is as it was ordered."""
    accepted_fen: int
    credited_fen: int
    kept_fen: int
    reason: str


class ShipmentView(BaseModel):
    shipped_at: datetime
    carrier: str
    tracking: str
    note: str


class AcceptanceView(BaseModel):
    acceptance_id: UUID
    accepted_on: date
    accepted_at: datetime
    accepted_by: UUID
    accepted_by_name: str
    weighed_at: datetime | None
    """The moment on the scale, where it was told."""
    second_by: UUID | None
    """The second person of the buyer's who stood by the weights (双人验收)."""
    second_by_name: str | None


class CreditLineView(BaseModel):
    line_id: UUID
    amount_fen: int


class CreditView(BaseModel):
    credit_id: UUID
    agreed_on: date
    reason: str
    lines: list[CreditLineView]


class StepView(BaseModel):
    at: datetime
    step: str
    state: OrderState
    account_id: UUID | None
    """Who took it; null is the system itself."""
    account_name: str
    acted_as: Role | None
    """The role that let them: `helper` where somebody acted for the seller; null is the system, or was not told."""
    reason: str


class OrderSummary(WantedView):
    """An order in a list."""

    order_id: UUID
    requisition_id: UUID
    state: OrderState
    version: int
    fund: Fund
    fair_id: UUID | None
    channel: OrderChannel
    sold_on: date | None
    """The day on which it was sold at a fair; null for what was ordered online."""
    canteen: Party
    supplier: Party
    placed_at: datetime
    moved_at: datetime
    accepted_on: date | None
    line_count: int
    first_name: str
    ordered_fen: int
    confirmed_fen: int | None
    kept_fen: int
    paid_fen: int
    owed_fen: int


class OrderPage(BaseModel):
    items: list[OrderSummary]
    next: str | None


class SubstituteView(BaseModel):
    """Goods that the seller offers in a line's place, promised while they wait for the buyer's answer."""

    substitute_id: UUID
    line_id: UUID
    """The line that it is offered for; once it is accepted, it is a line of its own under `substitute_id`."""
    state: SubstituteState
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    origin_county_code: str
    supplier_id: UUID
    supplier_kind: SupplierKind
    recognised: bool
    quantity: int
    amount_fen: int
    tolerance_bp: int
    offered_at: datetime
    due_at: datetime
    """Silence until then refuses it."""
    answered_at: datetime | None
    answered_by_name: str
    reason: str


class ReplacesView(BaseModel):
    """The return whose goods come again, and its order."""

    order_id: UUID
    return_id: UUID


class OrderView(WantedView):
    """An order whole: lines, weights, amounts, what happened, payments."""

    order_id: UUID
    requisition_id: UUID
    state: OrderState
    version: int
    open_steps: list[str]
    fund: Fund
    fair_id: UUID | None
    channel: OrderChannel
    sold_on: date | None
    """The day on which it was sold at a fair; null for what was ordered online."""
    on_site_sale_id: UUID | None
    replaces: ReplacesView | None
    """Of what it is the replacement (换货); null was ordered as it is."""
    canteen: Party
    unit: Party
    supplier: Party
    placed_at: datetime
    placed_by: UUID
    placed_by_name: str
    ordered_fen: int
    confirmed_fen: int | None
    """What it comes to as the seller confirmed it; null is as it was ordered."""
    accepted_fen: int
    returned_fen: int
    credited_fen: int
    kept_fen: int
    paid_fen: int
    pending_fen: int
    owed_fen: int
    refund_due_fen: int
    lines: list[OrderLineView]
    shipment: ShipmentView | None
    acceptance: AcceptanceView | None
    cancel_asked: CancelAskedView | None
    substitutes: list[SubstituteView]
    weighing: WeighingView | None
    scale_photos: list[ScalePhotoView]
    returns: list[ReturnView]
    credits: list[CreditView]
    payments: list[PaymentView]
    steps: list[StepView]


class Heard(BaseModel):
    heard: bool

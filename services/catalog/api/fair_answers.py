"""What the routes of events answer, as OpenAPI shows it; the answers themselves are written by the use cases."""

from datetime import date, datetime
from uuid import UUID

from services.catalog.api.answers import Answer, ListingItem
from services.catalog.domain.fairs import DutyState, EntryState, FairSaleState
from shared.contracts.words import FairKind, FairState, SupplierKind


class FairLine(Answer):
    fair_id: UUID
    version: int
    state: FairState
    kind: FairKind
    name: str
    unit_id: UUID
    begins_on: date
    ends_on: date
    place: str
    county_code: str
    county_name: str
    stream_url: str | None


class TakingPart(Answer):
    """A supplier of an event; `note` and `reason` stand there for the event's officers and the supplier itself."""

    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    state: EntryState
    shown: int
    note: str | None = None
    reason: str | None = None


class FullFair(FairLine):
    description: str
    reason: str
    open_steps: list[str]
    suppliers: list[TakingPart]


class Fairs(Answer):
    items: list[FairLine]
    next: str | None


class FairEntry(Answer):
    fair_id: UUID
    supplier_id: UUID
    revision: int
    state: EntryState
    note: str
    reason: str
    asked_at: datetime
    reviewer_name: str | None
    reviewed_at: datetime | None
    listing_ids: list[UUID]


class Showcase(Answer):
    items: list[ListingItem]
    next: str | None


class FairSaleAnswer(Answer):
    sale_id: UUID
    fair_id: UUID
    supplier_id: UUID
    revision: int
    state: FairSaleState
    item_code: str
    item_name: str
    grams: int | None
    pieces: int | None
    amount_fen: int
    sold_on: date
    reason: str


class OrderedOfKind(Answer):
    supplier_kind: SupplierKind
    suppliers: int
    acceptances: int
    grams: int
    amount_fen: int


class Ordered(Answer):
    """What canteens accepted and kept of orders tagged to the event, less returns and credits."""

    acceptances: int
    amount_fen: int
    by_supplier_kind: list[OrderedOfKind]


class WalkedInOfKind(Answer):
    supplier_kind: SupplierKind
    suppliers: int
    sales: int
    grams: int
    pieces: int
    amount_fen: int


class WalkedIn(Answer):
    """What walk-in buyers bought, as confirmed; `waiting` is how many sales are not confirmed yet."""

    sales: int
    amount_fen: int
    waiting: int
    by_supplier_kind: list[WalkedInOfKind]


class FairResults(FairLine):
    suppliers: int
    canteens: int
    orders: Ordered
    walk_in: WalkedIn
    amount_fen: int


class DutyFair(Answer):
    fair_id: UUID
    name: str
    state: FairState


class FairDuty(Answer):
    unit_id: UUID
    name: str
    division_code: str
    state: DutyState
    fairs: list[DutyFair]


class FairDuties(Answer):
    year: int
    items: list[FairDuty]

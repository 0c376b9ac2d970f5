"""What catalog's routes answer, as OpenAPI shows it; the answers themselves are written by the use cases."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.catalog.domain.appeals import AppealState
from services.catalog.domain.bands import BandSource, Verdict
from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.listings import ListingOutcome, ListingState
from services.catalog.domain.origin import PaperPurpose
from services.catalog.domain.prices import PriceOutcome, PublishedBy
from services.catalog.domain.suppliers import DocumentKind, SupplierOutcome
from services.catalog.domain.terms import Storage
from shared.contracts.words import Measure, RevocationGround, SupplierKind, SupplierState


class Answer(BaseModel):
    """An answer may grow; readers ignore what they do not know."""

    model_config = ConfigDict(extra="allow")


class BankAccountAnswer(Answer):
    bank_name: str
    account_name: str
    account_number: str


class DocumentAnswer(Answer):
    document_id: UUID
    kind: DocumentKind
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    put_at: datetime


class LinkAnswer(Answer):
    """Where a file is read for some minutes, below the address of the API, without signing in."""

    href: str
    expires_at: datetime


class SupplierReviewAnswer(Answer):
    outcome: SupplierOutcome
    reason: str
    ground: RevocationGround | None
    effective_from: date | None
    listing_ids: list[UUID]
    supplier_version: int
    reviewer_name: str
    reviewed_by: UUID
    reviewer_path: str | None
    reviewed_at: datetime


class ReviewStepAnswer(Answer):
    """A review that is open now; `withheld` is the problem that an officer would be told for whom it is not."""

    outcome: SupplierOutcome
    withheld: Literal["admitted-from-above", "recommended-by-you", "own-request"] | None


class AppealAnswer(Answer):
    """An appeal with its decision, once there is one."""

    appeal_id: UUID
    supplier_id: UUID
    review_version: int
    outcome: Literal["return", "suspend", "revoke"]
    reviewer_path: str
    grounds: str
    document_ids: list[UUID]
    filed_by: UUID
    filed_by_name: str
    filed_at: datetime
    state: AppealState
    open_steps: list[str]
    reason: str | None
    decider_name: str | None
    decider_path: str | None
    decided_at: datetime | None


class PublicSupplier(Answer):
    """A supplier as anyone sees it."""

    supplier_id: UUID
    version: int
    state: SupplierState
    name: str
    kind: SupplierKind
    county_code: str
    county_name: str
    applied_at: datetime
    admitted_at: datetime | None


class FullSupplier(PublicSupplier):
    """A supplier as its own people, its officers and auditors see it."""

    credit_code: str | None
    registration_number: str | None
    contact_name: str
    contact_phone: str
    address: str | None
    bank_account: BankAccountAnswer | None
    applicant_account_id: UUID
    unit_path: str
    changed_at: datetime
    open_steps: list[str]
    review_steps: list[ReviewStepAnswer] | None
    documents: list[DocumentAnswer]
    reviews: list[SupplierReviewAnswer]
    appeals: list[AppealAnswer]


class ListedSupplier(PublicSupplier):
    """A line of a list; `review_steps` stands there for an officer who reviews it."""

    review_steps: list[ReviewStepAnswer] | None = None


class Suppliers(Answer):
    items: list[ListedSupplier]
    next: str | None


class CountsFor(Answer):
    rule_code: str
    name: str


class TierAnswer(Answer):
    """From this quantity on, the price of a unit for the whole line."""

    from_quantity: int
    price_fen: int


class OriginShareAnswer(Answer):
    """How much of the main ingredient comes from a county, by weight."""

    county_code: str
    county_name: str
    share_bp: int


class ListingItem(Answer):
    """A line of a list; `counts_for_rules` stands there when `counts_for` was asked."""

    listing_id: UUID
    listing_version: int
    name: str
    category: str
    category_name: str
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    price_fen_per_kg: int | None
    minimum_quantity: int
    step_quantity: int
    price_tiers: list[TierAnswer] = []
    item_code: str = ""
    specification: str = ""
    origin_county_code: str
    origin_county_name: str
    photo_id: UUID | None
    published_at: datetime | None


class FoundItem(ListingItem):
    counts_for_rules: list[CountsFor] = []
    state: ListingState | None = None
    published_version: int | None = None


class Listings(Answer):
    items: list[FoundItem]
    next: str | None


class FacetValue(Answer):
    """How many goods a filter would leave; `at_least` where there may be more than were counted.

    A place is called as its register has it, in Chinese alone, in `name_en` too.
    """

    value: str
    name: str
    name_en: str
    count: int
    at_least: bool


class Facet(Answer):
    facet: Literal[
        "category",
        "county",
        "base_run",
        "harvest_now",
        "delivers_to",
        "certificate",
        "price_band",
        "recognised_to",
        "counts_for",
    ]
    values: list[FacetValue]


class Counted(Answer):
    count: int
    at_least: bool


class Facets(Answer):
    """Each facet is counted without its own filter; the values that most goods have come first, at most 60."""

    total: Counted
    facets: list[Facet]


class BandAnswer(Answer):
    """Current prices of an item in fen per kilogram; one that does not bind asks nothing of anybody."""

    source: BandSource
    source_name: str
    low_fen_per_kg: int
    mid_fen_per_kg: int
    high_fen_per_kg: int
    newest_on: date
    age_days: int
    observations: int
    demo: bool
    binds: bool


class BandOfListing(BandAnswer):
    """The band of its item, and how its price stands to it."""

    verdict: Verdict


class CertificateOfGoods(Answer):
    """By what goods are certified: confirmed by an officer, and in force on the day it is read."""

    certificate_id: UUID
    kind: CertificateKind
    kind_name: str
    title: str
    issuer: str
    number: str | None
    valid_from: date
    valid_to: date | None


class PublicListing(ListingItem):
    """One version of a listing as anyone sees it; `price_band` and `certificates` stand there when it is read alone."""

    description: str
    price_band: BandOfListing | None = None
    certificates: list[CertificateOfGoods] = []
    item_name: str
    harvest_months: list[int] | None
    shelf_life_days: int | None
    storage: Storage | None
    delivery_areas: list[str]
    lead_days: int | None
    main_ingredient: str
    origin_shares: list[OriginShareAnswer]
    certificate_ids: list[UUID]
    supplier_county_code: str
    supplier_county_name: str
    photo_ids: list[UUID]
    on_sale: bool
    available: bool


class VersionAnswer(Answer):
    version: int
    written_at: datetime
    published_at: datetime | None
    published_by: PublishedBy | None


class ListingReviewAnswer(Answer):
    outcome: ListingOutcome
    reason: str
    listing_version: int
    reviewer_name: str
    reviewed_at: datetime


class ListingPaperAnswer(Answer):
    """The record of a paper that proves a listing's price or origin."""

    document_id: UUID
    purpose: PaperPurpose
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    put_at: datetime


class FullListing(PublicListing):
    """One version of a listing as its supplier and officers see it, and where the listing stands."""

    state: ListingState
    newest_version: int
    published_version: int | None
    first_stock_quantity: int | None
    explanation: str
    papers: list[ListingPaperAnswer]
    submitted_at: datetime | None
    open_steps: list[str]
    versions: list[VersionAnswer]
    reviews: list[ListingReviewAnswer]


class PriceChangeAnswer(Answer):
    """What became of a change of a price; `submitted` waits for an officer, and the price before stays till then."""

    change_id: UUID
    listing_id: UUID
    listing_version: int
    price_fen: int
    price_tiers: list[TierAnswer]
    outcome: PriceOutcome
    changed_at: datetime


class PhotoAnswer(Answer):
    listing_id: UUID
    photo_id: UUID
    position: int
    sha256: str
    width_pixels: int
    height_pixels: int
    put_at: datetime

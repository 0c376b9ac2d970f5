"""What catalog says: who may sell, and what is offered at which terms."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Event, Fact
from shared.contracts.words import Measure, RevocationGround, SupplierKind, SupplierState


class SupplierChanged(Event):
    """A supplier as it now stands; a copy applies only a higher `version`."""

    type: ClassVar[str] = "supplier.changed"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    version: int
    name: str
    kind: SupplierKind
    county_code: str
    state: SupplierState
    applicant_account_id: UUID

    @property
    def key(self) -> str:
        return str(self.supplier_id)


class SupplierRevoked(Event):
    """A recognition ended, on a ground, from a date."""

    type: ClassVar[str] = "supplier.revoked"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    version: int
    ground: RevocationGround
    reason: str
    effective_from: date
    listing_ids: tuple[UUID, ...] = ()

    @property
    def key(self) -> str:
        return str(self.supplier_id)


class ListingFacts(Fact):
    """What a buyer agrees to when ordering one version of a listing."""

    listing_id: UUID
    listing_version: int
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    """Grams in one price unit (斤 is 500), or 1 for goods by piece."""
    piece_grams: int | None
    """Net grams of one piece, for goods by piece."""
    price_fen: int
    """Price of one unit, tax included."""
    minimum_quantity: int
    step_quantity: int
    origin_county_code: str


class ListingPublished(Event):
    """A version of a listing is on sale. `on_hand_quantity` is the first stock, given once, in grams or pieces."""

    type: ClassVar[str] = "listing.published"
    stream: ClassVar[str] = "catalog"

    listing: ListingFacts
    on_hand_quantity: int | None
    published_at: datetime

    @property
    def key(self) -> str:
        return str(self.listing.listing_id)


class ListingWithdrawn(Event):
    """A listing is no longer on sale, as of this version."""

    type: ClassVar[str] = "listing.withdrawn"
    stream: ClassVar[str] = "catalog"

    listing_id: UUID
    listing_version: int
    reason: str

    @property
    def key(self) -> str:
        return str(self.listing_id)


EVENTS: tuple[type[Event], ...] = (SupplierChanged, SupplierRevoked, ListingPublished, ListingWithdrawn)

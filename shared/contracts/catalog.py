"""What catalog says: who may sell, and what is offered at which terms."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Event, Fact
from shared.contracts.grants import Role
from shared.contracts.words import (
    FairKind,
    FairState,
    FlagKind,
    FlagState,
    Measure,
    RevocationGround,
    SupplierKind,
    SupplierState,
)


class RecognisedSpan(Fact):
    """The days on which a recognition (认定) holds, both ends in; `valid_to` None has no end yet."""

    valid_from: date
    valid_to: date | None = None


class SupplierChanged(Event):
    """A supplier as it now stands; a copy applies only a higher `version`.

    `recognised` None is not told (said before recognitions were kept): the label then goes by the kind alone.
    """

    type: ClassVar[str] = "supplier.changed"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    version: int
    name: str
    kind: SupplierKind
    county_code: str
    state: SupplierState
    applicant_account_id: UUID
    recognised: tuple[RecognisedSpan, ...] | None = None
    """At most 20, by their first day; empty when none holds, held or will."""

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


class SupplierReinstated(Event):
    """A revocation was set aside on appeal (申诉成立): what it took is given back from the day it was taken."""

    type: ClassVar[str] = "supplier.reinstated"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    version: int
    revoked_version: int
    """The version that `supplier.revoked` was said with."""
    reason: str
    reinstated_on: date

    @property
    def key(self) -> str:
        return str(self.supplier_id)


class SupplierMemberChanged(Event):
    """What one person may do for a supplier from now on; `role` None is nothing any more.

    `version` rises with each change of this person at this supplier.
    """

    type: ClassVar[str] = "supplier.member_changed"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    account_id: UUID
    version: int
    role: Role | None
    until: date | None
    """The last day, of a helper (帮办人)."""

    @property
    def key(self) -> str:
        return str(self.supplier_id)


class SupplierExpiring(Event):
    """A paper of a supplier ends soon, or has; said once at 60, 30, 7 and 0 days."""

    type: ClassVar[str] = "supplier.expiring"
    stream: ClassVar[str] = "catalog"

    supplier_id: UUID
    subject_id: UUID
    what: str
    """Which paper: `recognition` or `certificate`."""
    name: str
    valid_to: date
    days_left: int

    @property
    def key(self) -> str:
        return str(self.supplier_id)


class FlaggedLot(Fact):
    """One line of one acceptance that a flag is about."""

    acceptance_id: UUID
    line_id: UUID


class SupplierFlagged(Event):
    """A flag on a supplier's goods as it now stands, with every lot it is about; a copy applies a higher `version`."""

    type: ClassVar[str] = "supplier.flagged"
    stream: ClassVar[str] = "catalog"

    flag_id: UUID
    version: int
    kind: FlagKind
    state: FlagState
    supplier_id: UUID
    item_code: str
    year: int
    reason: str
    lots: tuple[FlaggedLot, ...]

    @property
    def key(self) -> str:
        return str(self.flag_id)


class PriceTier(Fact):
    """From this quantity on a unit costs this; quantities in grams or pieces, prices in fen."""

    from_quantity: int
    price_fen: int


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
    """Empty when it is not known, or mixed: such goods are sold and never counted."""
    price_tiers: tuple[PriceTier, ...] = ()
    """By rising quantity and falling price; below the first, `price_fen`."""
    item_code: str = ""
    """Of `shared.reference.items`; empty when it is not told."""
    fields_changed: tuple[str, ...] = ()
    """Against the version that was on sale before."""


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
    """A listing is no longer on sale, as of this version; `reason` is in the words of who took it off."""

    type: ClassVar[str] = "listing.withdrawn"
    stream: ClassVar[str] = "catalog"

    listing_id: UUID
    listing_version: int
    reason: str

    @property
    def key(self) -> str:
        return str(self.listing_id)


class FairChanged(Event):
    """An event of selling (展销会、助残带货、滞销帮扶) as it now stands, with whom it admitted."""

    type: ClassVar[str] = "fair.changed"
    stream: ClassVar[str] = "catalog"

    fair_id: UUID
    version: int
    unit_id: UUID
    name: str
    kind: FairKind
    begins_on: date
    ends_on: date
    state: FairState
    supplier_ids: tuple[UUID, ...]
    """At most 300."""

    @property
    def key(self) -> str:
        return str(self.fair_id)


EVENTS: tuple[type[Event], ...] = (
    SupplierChanged,
    SupplierRevoked,
    SupplierReinstated,
    SupplierMemberChanged,
    SupplierExpiring,
    SupplierFlagged,
    ListingPublished,
    ListingWithdrawn,
    FairChanged,
)

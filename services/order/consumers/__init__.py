"""What order hears: listings, suppliers, their people and fairs from catalog; units and canteens from the quota."""

from services.order.consumers.copies import hear_fairs, hear_listings, hear_members, hear_suppliers, hear_units
from shared.contracts.catalog import (
    FairChanged,
    ListingPublished,
    ListingWithdrawn,
    SupplierChanged,
    SupplierMemberChanged,
)
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.events import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "catalog": [
        Subscription((ListingPublished, ListingWithdrawn), hear_listings),
        Subscription((SupplierChanged,), hear_suppliers),
        Subscription((SupplierMemberChanged,), hear_members),
        Subscription((FairChanged,), hear_fairs),
    ],
    "procurement_quota": [Subscription((UnitChanged, CanteenChanged), hear_units)],
}

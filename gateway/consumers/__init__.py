"""What the gateway hears, and which use case acts on it."""

from gateway.usecases.keep_organisations import keep_organisations
from gateway.usecases.seat_applicants import seat_applicants
from shared.contracts.catalog import SupplierChanged
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.events.consumer import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "catalog": [Subscription((SupplierChanged,), seat_applicants)],
    "procurement_quota": [Subscription((UnitChanged, CanteenChanged), keep_organisations)],
}

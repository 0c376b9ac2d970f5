"""What the gateway hears, and which use case acts on it."""

from gateway.usecases.keep_notices import keep_notices
from gateway.usecases.keep_organisations import keep_organisations
from gateway.usecases.notice_orders import notice_orders
from gateway.usecases.notice_papers import notice_papers
from gateway.usecases.seat_applicants import seat_applicants
from gateway.usecases.seat_members import seat_members
from shared.contracts.catalog import SupplierChanged, SupplierExpiring, SupplierMemberChanged
from shared.contracts.order import NoticeRaised, OrderMoved, OrderPlaced
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.events.consumer import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "catalog": [
        Subscription((SupplierChanged,), seat_applicants),
        Subscription((SupplierMemberChanged,), seat_members),
        Subscription((SupplierExpiring,), notice_papers),
    ],
    "order": [
        Subscription((NoticeRaised,), keep_notices),
        Subscription((OrderPlaced, OrderMoved), notice_orders),
    ],
    "procurement_quota": [Subscription((UnitChanged, CanteenChanged), keep_organisations)],
}

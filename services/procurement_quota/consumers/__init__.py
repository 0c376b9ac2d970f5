"""Events enter here: each subscription is one use case.

What is ordered is told beside the ledger and is in none of its figures: it is unhurried, and half a second late at most
where many order at once.
"""

from services.procurement_quota.usecases.correct_for_reinstatement import correct_for_reinstatement
from services.procurement_quota.usecases.correct_for_revocation import correct_for_revocation
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.hold_flagged import hold_flagged
from services.procurement_quota.usecases.keep_heard import keep_ends, keep_orders, keep_paid, keep_supplier_copies
from shared.contracts.catalog import SupplierChanged, SupplierFlagged, SupplierReinstated, SupplierRevoked
from shared.contracts.order import (
    AcceptanceRecorded,
    CreditRecorded,
    OrderInSum,
    OrderMoved,
    PaymentRecorded,
    ReturnRecorded,
)
from shared.events import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "order": [
        Subscription((AcceptanceRecorded, ReturnRecorded, CreditRecorded), count_purchases),
        Subscription((PaymentRecorded,), keep_paid),
        Subscription((OrderInSum,), keep_orders, unhurried=True),
        Subscription((OrderMoved,), keep_ends, unhurried=True),
    ],
    "catalog": [
        Subscription((SupplierChanged,), keep_supplier_copies),
        Subscription((SupplierRevoked,), correct_for_revocation),
        Subscription((SupplierReinstated,), correct_for_reinstatement),
        Subscription((SupplierFlagged,), hold_flagged),
    ],
}

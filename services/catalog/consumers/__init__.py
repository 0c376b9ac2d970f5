"""IN by event: what catalog hears, and the one use case that acts on each.

Nobody waits for what was sold to stand beside a capacity: it is unhurried, and holds up no copy of stock.
"""

from services.catalog.usecases.keep_copies import (
    keep_canteens,
    keep_designations,
    keep_rules,
    keep_stock,
    keep_units,
)
from services.catalog.usecases.keep_sales import keep_sales
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, ReturnRecorded, StockChanged
from shared.contracts.procurement_quota import CanteenChanged, DesignationChanged, RuleChanged, UnitChanged
from shared.events import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "procurement_quota": [
        Subscription((UnitChanged,), keep_units),
        Subscription((CanteenChanged,), keep_canteens),
        Subscription((RuleChanged,), keep_rules),
        Subscription((DesignationChanged,), keep_designations),
    ],
    "order": [
        Subscription((StockChanged,), keep_stock),
        Subscription((AcceptanceRecorded, ReturnRecorded, CreditRecorded), keep_sales, unhurried=True),
    ],
}

"""IN by event: what catalog hears, and the one use case that acts on each."""

from services.catalog.usecases.keep_copies import (
    keep_canteens,
    keep_designations,
    keep_rules,
    keep_stock,
    keep_units,
)
from shared.contracts.order import StockChanged
from shared.contracts.procurement_quota import CanteenChanged, DesignationChanged, RuleChanged, UnitChanged
from shared.events import Subscription

SUBSCRIPTIONS: dict[str, list[Subscription]] = {
    "procurement_quota": [
        Subscription((UnitChanged,), keep_units),
        Subscription((CanteenChanged,), keep_canteens),
        Subscription((RuleChanged,), keep_rules),
        Subscription((DesignationChanged,), keep_designations),
    ],
    "order": [Subscription((StockChanged,), keep_stock)],
}

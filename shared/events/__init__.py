"""What was said reaches those who hear it, at least once, in order by key, and is acted on once."""

from shared.events.broker import Broker
from shared.events.consumer import Consumer, Delivery, Subscription
from shared.events.relay import Relay

__all__ = ["Broker", "Consumer", "Delivery", "Relay", "Subscription"]

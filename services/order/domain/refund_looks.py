"""When a refund that the vendor took is looked at again: a bank may send it back weeks later, and no message come.

Source: Stripe's documentation of refunds: one that cannot be paid out comes back to the balance within some 30 days.
"""

from datetime import timedelta

LOOK_AFTER: tuple[timedelta, ...] = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
    timedelta(days=45),
)
"""How long after it was booked as done; then never again."""

"""Whoever writes without an account is bounded by the address that they come from.

Decision: the counts live in the program's memory, for as many addresses as `ADDRESSES_MAX`. Why: a complaint must not
wait for a database that is not its own. Price: a restart begins anew, and each of several gateways counts for itself.
"""

from collections import OrderedDict

from gateway.usecases.refusals import TooManyFromAddress
from shared.clock import Clock

BOUNDED = frozenset({"put_case", "put_case_paper", "follow_case", "reopen_case"})
PER_ADDRESS_MAX = 120
WINDOW_SECONDS = 600.0
ADDRESSES_MAX = 10_000


class Strangers:
    """Counts what is written or tried without an account, by address and window."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, operation: str, address: str) -> None:
        """Count one more of this address. Raises TooManyFromAddress."""
        if operation not in BOUNDED:
            return
        now = self._clock.now().timestamp()
        began, tries = self._counts.pop(address, (now, 0))
        if began <= now - WINDOW_SECONDS:
            began, tries = now, 0
        self._counts[address] = (began, tries + 1)
        if len(self._counts) > ADDRESSES_MAX:
            self._counts.popitem(last=False)
        if tries >= PER_ADDRESS_MAX:
            raise TooManyFromAddress(retry_after_seconds=max(1, int(began + WINDOW_SECONDS - now)))

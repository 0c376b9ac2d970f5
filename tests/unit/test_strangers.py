"""Who writes without an account is bounded by address, and one address leaves another its own."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.usecases.refusals import TooManyFromAddress
from gateway.usecases.strangers import PER_ADDRESS_MAX, WINDOW_SECONDS, Strangers
from shared.clock import SettableClock

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class TestStrangers:
    def test_are_bounded_by_address_and_window(self) -> None:
        clock = SettableClock(START)
        strangers = Strangers(clock)
        for _ in range(PER_ADDRESS_MAX):
            strangers.check("put_case", "192.0.2.1")
        with pytest.raises(TooManyFromAddress) as refused:
            strangers.check("follow_case", "192.0.2.1")
        assert WINDOW_SECONDS - 1 <= refused.value.facts["retry_after_seconds"] <= WINDOW_SECONDS
        strangers.check("put_case", "192.0.2.2")
        strangers.check("get_case_statistics", "192.0.2.1")
        clock.set(START + timedelta(seconds=WINDOW_SECONDS))
        strangers.check("put_case", "192.0.2.1")

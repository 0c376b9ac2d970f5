"""Whoever waits for messages and is cancelled at the very moment at which one comes is cancelled."""

import asyncio
from typing import Any

import pytest

from shared.events.broker import _Asking


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancellation_is_not_lost_as_a_message_comes(turns: int) -> None:
    client: Any = None
    asking = _Asking(client, "inbox", "ask", b"", prefix="", enough=1)
    waiting = asyncio.create_task(asking.wait(60))
    for _ in range(3):
        await asyncio.sleep(0)
    asking._came.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    if waiting.cancel():
        with pytest.raises(asyncio.CancelledError):
            await waiting
    else:
        assert await waiting == ([], False)

"""A round goes on while more waits, rests when nothing does, and ends when it is told to."""

import asyncio
from typing import Any

from gateway.usecases.rounds import ROUNDS as OF_THE_GATEWAY
from services.order.usecases.rounds import ROUNDS as OF_ORDER
from shared.rounds import BATCH_MAX, Round

NO_DESK: Any = None


class TestRound:
    async def test_goes_on_at_once_while_a_batch_was_full_and_then_rests(self) -> None:
        done: list[int] = []
        waiting, rested = 2 * BATCH_MAX + 5, asyncio.Event()

        async def do(_: Any) -> int:
            batch = min(BATCH_MAX, waiting - sum(done))
            done.append(batch)
            if batch < BATCH_MAX:
                rested.set()
            return batch

        going = asyncio.create_task(Round("test", 3600, do).keep_going(NO_DESK))
        await asyncio.wait_for(rested.wait(), 5)
        await asyncio.sleep(0.05)
        assert done == [BATCH_MAX, BATCH_MAX, 5]
        going.cancel()
        await asyncio.wait([going])
        assert going.cancelled()

    async def test_looks_again_after_its_pause(self) -> None:
        looks = asyncio.Semaphore(0)

        async def do(_: Any) -> int:
            looks.release()
            return 0

        going = asyncio.create_task(Round("test", 0.01, do).keep_going(NO_DESK))
        for _ in range(3):
            await asyncio.wait_for(looks.acquire(), 5)
        going.cancel()
        await asyncio.wait([going])
        assert going.cancelled()

    def test_each_has_a_name_of_its_own(self) -> None:
        for rounds in (OF_ORDER, OF_THE_GATEWAY):
            assert len({one.name for one in rounds}) == len(rounds)

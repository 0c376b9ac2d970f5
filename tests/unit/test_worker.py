"""A program that is told to stop stops, whatever has gone before it."""

import asyncio

from shared.worker import Worker


class TestStop:
    async def test_ends_a_task_whose_cleaning_up_fails(self) -> None:
        starts = 0

        async def run() -> None:
            nonlocal starts
            starts += 1
            try:
                await asyncio.Event().wait()
            finally:
                raise ConnectionError("the database has gone too")

        worker = Worker()
        worker.start("relay", run)
        await asyncio.sleep(0)
        await asyncio.wait_for(worker.stop(), 5)
        assert starts == 1

    async def test_cancels_again_what_took_its_cancellation_for_something_else(self) -> None:
        cancelled = 0

        async def run() -> None:
            nonlocal cancelled
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    cancelled += 1
                    if cancelled == 2:
                        raise

        worker = Worker()
        worker.start("listen", run)
        await asyncio.sleep(0)
        await asyncio.wait_for(worker.stop(), 5)
        assert cancelled == 2

    async def test_starts_again_what_failed_before(self) -> None:
        starts = 0
        again = asyncio.Event()

        async def run() -> None:
            nonlocal starts
            starts += 1
            if starts == 2:
                again.set()
                await asyncio.Event().wait()
            raise ConnectionError("away")

        worker = Worker()
        worker.start("relay", run)
        await asyncio.wait_for(again.wait(), 5)
        await worker.stop()
        assert starts == 2

"""The tasks that a program runs beside its requests never end quietly: each is started again, ever later."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from shared.logs import logger

log = logger(__name__)
RESTART_SECONDS_MAX = 5.0
CANCEL_AGAIN_SECONDS = 1.0


async def end(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel tasks and wait for them; how they ended is theirs to tell.

    A cancellation is lost where the cleaning up after it fails too, as when the database has just gone, and where
    what a task waited for came at the same moment: a task that still runs is cancelled again.
    """
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN_SECONDS)


class Worker:
    """Runs named endless tasks, and starts one again when it fails."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(self._keep_running(name, run), name=name))

    @staticmethod
    async def forever() -> None:
        """Wait until cancelled; the end of a task that has started others."""
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Cancel every task and wait for it; none is started again."""
        self._stopping = True
        await end(self._tasks)
        self._tasks = []
        self._stopping = False

    async def _keep_running(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        pause = 0.2
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await run()
                log.warning("worker.ended", task=name)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if self._stopping:
                    return
                log.error("worker.failed", task=name, error=repr(error)[:500], exc_info=error)
            if asyncio.get_running_loop().time() - started > 30:
                pause = 0.2
            await asyncio.sleep(pause)
            pause = min(pause * 2, RESTART_SECONDS_MAX)

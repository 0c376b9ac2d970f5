"""What is asked while others are being served is served together, in one statement, as soon as they are done.

Decision: whoever comes to an idle line is served at once and alone; whoever comes while `lines_max` statements are
under way waits for the first to end, and all who wait go together. Why: measured, an order placed with fifteen others
costs PostgreSQL a third of one placed alone, and nobody waits for a timer. Price: the statement takes many, and who
does it must serve each alone when it refuses all.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

One = TypeVar("One")
Answer = TypeVar("Answer")

LINES_MAX = 3
MOST = 32


class Together(Generic[One, Answer]):
    """Serves many that ask at the same moment; `serve` answers each in its place, with an answer or its exception."""

    def __init__(
        self,
        serve: Callable[[Sequence[One]], Awaitable[Sequence[Answer | Exception]]],
        *,
        most: int = MOST,
        lines_max: int = LINES_MAX,
    ) -> None:
        self._serve = serve
        self._most = most
        self._lines_max = lines_max
        self._waiting: deque[tuple[One, asyncio.Future[Answer]]] = deque()
        self._open = 0
        self._lines: set[asyncio.Task[None]] = set()

    async def __call__(self, one: One) -> Answer:
        """Ask; gives its answer or raises its exception. Who is cancelled while waiting is not served."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._open < self._lines_max:
            self._open += 1
            line = asyncio.create_task(self._work())
            self._lines.add(line)
            line.add_done_callback(self._lines.discard)
        return await answer

    async def _work(self) -> None:
        try:
            await self._serve_all()
        finally:
            self._open -= 1  # Here, not when the task is done: between the two, whoever asked would wait for nobody.

    async def _serve_all(self) -> None:
        while asked := self._next():
            try:
                answers = await self._serve([one for one, _ in asked])
            except Exception as error:  # noqa: BLE001 - each who asked is told
                answers = [error] * len(asked)
            except BaseException:
                for _, waiting in asked:
                    waiting.cancel()
                raise
            for (_, waiting), answer in zip(asked, answers, strict=True):
                if waiting.done():
                    continue
                if isinstance(answer, Exception):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)

    def _next(self) -> list[tuple[One, asyncio.Future[Answer]]]:
        asked: list[tuple[One, asyncio.Future[Answer]]] = []
        while self._waiting and len(asked) < self._most:
            one, waiting = self._waiting.popleft()
            if not waiting.done():
                asked.append((one, waiting))
        return asked

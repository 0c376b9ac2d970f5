"""What falls due by the clock is done by rounds, each a task of its own, whichever of several programs comes first.

A round does at most `BATCH_MAX` things a time, each in a transaction that takes it by compare-and-set or SKIP LOCKED,
so that two programs never do one thing twice; one that finds nothing due writes nothing. `do` is called with the desk
alone, and asks the desk's clock what is due: a test calls it directly.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.logs import logger

log = logger(__name__)

BATCH_MAX = 200
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Round(Generic[D]):
    """What is looked after, how often, and how: `do` gives how many things were done, `BATCH_MAX` where more wait."""

    name: str
    every_seconds: float
    do: Callable[[D], Awaitable[int]]

    async def keep_going(self, desk: D) -> None:
        """Do what is due, batch after batch, and look again after the pause, until cancelled."""
        while True:
            done = await self.do(desk)
            if done:
                log.info("round.done", round=self.name, things=done)
            if done < BATCH_MAX:
                await asyncio.sleep(self.every_seconds)

"""Whoever waits for the demo sees at each moment what is being entered and how far it is."""

import time
from collections.abc import Callable

Say = Callable[[str], None]
STEP_PERCENT = 10


class Progress:
    """Tells one line a stage, with what came of it and how long it took."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = self._stage_began = time.monotonic()
        self.seconds: dict[str, float] = {}

    def done(self, stage: str, what: str) -> None:
        """End a stage."""
        now = time.monotonic()
        self.seconds[stage] = now - self._stage_began
        self._say(f"  {stage:<12} {what:<72} {self.seconds[stage]:5.1f} s")
        self._stage_began = now

    @property
    def total_seconds(self) -> float:
        return time.monotonic() - self._began


class Percent:
    """Tells each tenth of a long stage once."""

    def __init__(self, say: Say, stage: str, whole: int) -> None:
        self._say, self._stage, self._whole = say, stage, max(whole, 1)
        self.count, self._told = 0, 0

    def one_more(self, steps: int = 1) -> None:
        self.count += steps
        percent = self.count * 100 // self._whole
        if percent >= self._told + STEP_PERCENT and percent < 100:
            self._told = percent - percent % STEP_PERCENT
            self._say(f"  {self._stage:<12} {self._told:3} %")

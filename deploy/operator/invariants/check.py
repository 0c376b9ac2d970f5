"""What was looked at, how much of it, and what is wrong with it: one line for a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

OFFENDERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must always hold; `number` is its place in README, "What always holds"."""

    number: int
    says: str
    looked_at: str
    offenders: Sequence[str] = field(default=())

    @property
    def holds(self) -> bool:
        return not self.offenders

    def line(self) -> str:
        """Write the line: `ok`, or `FAILED` with how many and the first of them."""
        if self.holds:
            return f"ok      {self.number:>2}  {self.says} ({self.looked_at})"
        first = "; ".join(self.offenders[:OFFENDERS_SHOWN])
        more = f"; and {len(self.offenders) - OFFENDERS_SHOWN} more" if len(self.offenders) > OFFENDERS_SHOWN else ""
        return f"FAILED  {self.number:>2}  {self.says} ({self.looked_at}): {len(self.offenders)}: {first}{more}"


def count_of(things: Iterable[object] | int, name: str) -> str:
    """Write how many were looked at."""
    number = things if isinstance(things, int) else sum(1 for _ in things)
    return f"{number:,} {name}"

"""A flag (疑点) holds the credit of the lots that it names until somebody decides, where a rule says so.

Decision: a flag that nobody decided, or that is appealed against, holds; one that is upheld strikes, which an appeal
may still undo; one that is set aside does neither. Why: until it is proven nobody knows, and what was found stands
until a higher one finds otherwise. Price: a canteen that bought in good faith waits for what its supplier answers.

Decision: a lot's flags are among its facts only where they change how it stands under a rule, and whoever judges it
anew asks what the flags say now. Why: in whatever order a flag, a revocation and an acceptance are heard, the lot then
stands the same, and a rule that holds nothing has a ledger without flags. Price: one more look-up whenever lots are
judged anew.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.contracts.words import FlagState

FACT = "flags"
"""The fact of a lot that names its flags by id, each with what it does."""


class Hold(StrEnum):
    """What a flag does to the credit of a lot (疑点的效力)."""

    HELD = "held"  # 暂缓计入: until it is decided
    STRUCK = "struck"  # 不予计入: it was upheld


Holds = Mapping[str, str]
"""What each flag on a lot does, by the flag's id."""
NONE: Holds = MappingProxyType({})
Flagged = Mapping[tuple[UUID, UUID], Holds]
"""By lot."""

_OF_STATE = {
    FlagState.OPEN: Hold.HELD,
    FlagState.ANSWERED: Hold.HELD,
    FlagState.APPEALED: Hold.HELD,
    FlagState.UPHELD: Hold.STRUCK,
    FlagState.FINAL: Hold.STRUCK,
}


def hold_of(state: FlagState) -> Hold | None:
    """Tell what a flag in a state does; None where it was set aside."""
    return _OF_STATE.get(state)


def strictest(holds: Holds) -> Hold | None:
    """Tell what the flags on a lot do together: one that was upheld strikes, whatever others wait for."""
    if not holds:
        return None
    return Hold.STRUCK if Hold.STRUCK in holds.values() else Hold.HELD

"""A state machine is a table with four readers: the check, the SQL guard, the CHECK constraint and the picture.

ORDER = StateMachine(OrderState, {"confirm": ({PLACED}, CONFIRMED), …})
ORDER.check(order.state, "confirm")     raises Conflict when the step is not open from here
ORDER.open_from("confirm")              for `WHERE state = ANY(…)` of the compare-and-set
ORDER.sql_check("state")                for the table's CHECK constraint
ORDER.mermaid()                         for the README
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from shared.errors import Conflict

S = TypeVar("S", bound=StrEnum)


def sql_words(words: Iterable[StrEnum]) -> str:
    """Write words for SQL's `IN (…)`: an enum in its own order, a set of its words by the alphabet."""
    ordered = sorted(words) if isinstance(words, (set, frozenset)) else words
    return ", ".join(f"'{word.value}'" for word in ordered)


class WrongState(Conflict):
    """This step is not open from the present state.

    zh: 当前状态下不能进行这一步。
    """


class StateMachine(Generic[S]):
    """The one table of which verb leads from which states to which.

    Verbs `by_itself` nobody asks for by name: they are the clock's, or follow from what somebody does.
    """

    def __init__(
        self, states: type[S], edges: Mapping[str, tuple[Iterable[S], S]], *, by_itself: Iterable[str] = ()
    ) -> None:
        self.states = states
        self.by_itself = frozenset(by_itself)
        self.edges: dict[str, tuple[frozenset[S], S]] = {
            verb: (frozenset(sources), target) for verb, (sources, target) in edges.items()
        }

    def check(self, state: S, verb: str) -> S:
        """Give the state that `verb` leads to; raises WrongState with the steps that are open instead."""
        sources, target = self.edges[verb]
        if state not in sources:
            raise WrongState(state=state.value, step=verb, open_steps=self.open_steps(state))
        return target

    def allows(self, state: S, verb: str) -> bool:
        return state in self.edges[verb][0]

    def open_from(self, verb: str) -> list[str]:
        """List the states from which `verb` is open, sorted, for a compare-and-set's WHERE."""
        return sorted(state.value for state in self.edges[verb][0])

    def open_verbs(self, state: S) -> list[str]:
        return sorted(verb for verb, (sources, _) in self.edges.items() if state in sources)

    def open_steps(self, state: S) -> list[str]:
        """List the verbs that somebody may ask for in this state."""
        return [verb for verb in self.open_verbs(state) if verb not in self.by_itself]

    def sql_check(self, column: str) -> str:
        """Write the CHECK that holds the column to the states of this machine."""
        return f"{column} IN ({sql_words(self.states)})"

    def mermaid(self) -> str:
        """Draw the machine as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for verb, (sources, target) in self.edges.items():
            lines += [f"    {source.value} --> {target.value}: {verb}" for source in sorted(sources)]
        return "\n".join(lines)

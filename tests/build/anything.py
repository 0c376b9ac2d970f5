"""Runs in which anything may happen are the same ones each time, alone or beside whatever other tests.

Decision: what is drawn rests on the number of the run alone. Why: Hypothesis draws constants out of all of the
project's modules that happen to be loaded, and tries what it drew before again, so what its runs come to differs from
one selection of tests to another. Price: a run that fails is told as it went, and is not made shorter.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

Step = TypeVar("Step", bound=Callable[..., None])


class Machine(Protocol):
    """What can be done is every method marked by `rule`; what must be so after each step is in `hold`."""

    def begin(self, draw: Random) -> None: ...

    def hold(self) -> None: ...

    def finish(self) -> None: ...


def rule(**choices: Sequence[Any]) -> Callable[[Step], Step]:
    """Mark a step of a machine, with what each of its arguments is drawn from."""

    def mark(step: Step) -> Step:
        step.choices = choices  # type: ignore[attr-defined]
        return step

    return mark


def drive(make: Callable[[], Machine], *, runs: int, steps: int) -> None:
    """Do so many runs of so many steps; whatever goes wrong is raised with the steps that led to it."""
    for number in range(runs):
        draw, machine, told = Random(number), make(), [f"run {number}:"]
        rules = [step for name, step in sorted(vars(type(machine)).items()) if hasattr(step, "choices")]
        try:
            machine.begin(draw)
            for _ in range(steps):
                step = draw.choice(rules)
                drawn = {name: draw.choice(choices) for name, choices in step.choices.items()}
                told.append(f"{step.__name__}({', '.join(f'{name}={value!r}' for name, value in drawn.items())})")
                step(machine, **drawn)
                machine.hold()
            machine.finish()
        except BaseException as fault:
            fault.add_note("\n  ".join(told))
            raise

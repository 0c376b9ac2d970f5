"""Runs in which anything may happen are the same ones each time, alone or beside whatever other tests.

Decision: what is drawn rests on the number of the run alone. Why: Hypothesis draws constants out of all of the
project's modules that happen to be loaded, and tries what it drew before again, so what its runs come to differs from
one selection of tests to another. Price: a run that fails is told as it went, and is not made shorter. Beside these
runs Hypothesis goes a few ways of its own (`explore`), and shortens what fails there.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, run_state_machine_as_test
from hypothesis.stateful import rule as hypothesis_rule

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
        rules = _rules_of(machine)
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


def explore(make: Callable[[], Machine], *, runs: int, steps: int) -> None:
    """Let Hypothesis choose so many runs of at most so many steps; what fails is shortened and told."""

    def begin(self: Any, seed: int) -> None:
        self.machine = make()
        self.machine.begin(Random(seed))

    def hold(self: Any) -> None:
        if hasattr(self, "machine"):
            self.machine.hold()

    def teardown(self: Any) -> None:
        if hasattr(self, "machine"):
            self.machine.finish()

    own: dict[str, Any] = {
        "a_beginning": initialize(seed=st.integers(0, 2**16))(begin),
        "what_holds": invariant()(hold),
        "teardown": teardown,
    }
    for step in _rules_of(make()):
        drawn: dict[str, Any] = {name: st.sampled_from(choices) for name, choices in step.choices.items()}
        mark: Any = hypothesis_rule
        own[step.__name__] = mark(**drawn)(_on_machine(step))
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(type("Explored", (RuleBasedStateMachine,), own), settings=how)


def _rules_of(machine: Machine) -> list[Any]:
    return [step for _, step in sorted(vars(type(machine)).items()) if hasattr(step, "choices")]


def _on_machine(step: Callable[..., None]) -> Callable[..., None]:
    def do(self: Any, **drawn: Any) -> None:
        step(self.machine, **drawn)

    do.__name__ = step.__name__
    return do

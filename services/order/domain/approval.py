"""Who decides on a requisition: stage after stage, each of one role at one level, by one person or several.

A unit's rule has tiers by amount; what is above the unit's limit goes through the stages of the highest tier that it
reaches, and where no tier is reached one approver of the canteen's own unit decides.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from shared.contracts.authority import Role

TIERS_MAX = 10
STEPS_MAX = 5
PEOPLE_MAX = 3
DAYS_MAX = 30
LEVELS_UP_MAX = 2
DECIDING = (Role.APPROVER, Role.FINANCE, Role.OFFICER)
"""The roles that a step may ask for."""


class Step(NamedTuple):
    """One step: how many people of which role, how many levels above the canteen's unit, within which days."""

    role: Role
    levels_up: int
    people: int
    days: int


class Tier(NamedTuple):
    """From which amount on, in fen, which steps are gone through."""

    from_fen: int
    steps: tuple[Step, ...]


class Stage(NamedTuple):
    """A step as it holds for one requisition: the unit is named, and no later rule changes it."""

    role: Role
    unit_id: UUID
    path: str
    people: int
    days: int

    def kept(self) -> dict[str, Any]:
        return self._asdict() | {"unit_id": str(self.unit_id)}


def stage_of(kept: dict[str, Any]) -> Stage:
    return Stage(**{**kept, "role": Role(kept["role"]), "unit_id": UUID(kept["unit_id"])})


def steps_for(tiers: Sequence[Tier], most_fen: int, days: int) -> tuple[Step, ...]:
    """Give the steps of the highest tier that an amount reaches, else of what holds where nothing was ruled."""
    reached = [tier for tier in tiers if tier.from_fen <= most_fen]
    return max(reached, key=lambda tier: tier.from_fen).steps if reached else (Step(Role.APPROVER, 0, 1, days),)


def stages_for(steps: Sequence[Step], line: Sequence[tuple[UUID, str]]) -> tuple[Stage, ...]:
    """Name the unit of each step; `line` is the canteen's unit and those above it, the nearest first.

    A step that asks for more levels than there are is the topmost unit's.
    """
    units = [line[min(step.levels_up, len(line) - 1)] for step in steps]
    return tuple(Stage(step.role, *unit, step.people, step.days) for step, unit in zip(steps, units, strict=True))

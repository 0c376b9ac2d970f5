"""What can be asked of who approves: a unit's rule, and who stands in for whom; all of it is bounded."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.order.domain.approval import DAYS_MAX, LEVELS_UP_MAX, PEOPLE_MAX, STEPS_MAX, TIERS_MAX
from services.order.usecases.commands import EXAMPLE_ID, Command, Decision, Reason, Remark, _example
from shared.contracts.authority import Role
from shared.contracts.words import Fund
from shared.money import AMOUNT_FEN_MAX

DecidingRole = Literal[Role.APPROVER, Role.FINANCE, Role.OFFICER]


class PolicyStep(Command):
    """One step: how many people of which role decide, in the canteen's unit or some levels above it, within days."""

    role: DecidingRole
    levels_up: Annotated[int, Field(ge=0, le=LEVELS_UP_MAX)] = 0
    people: Annotated[int, Field(ge=1, le=PEOPLE_MAX)] = 1
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = 3


class PolicyTier(Command):
    """From which amount on which steps are gone through, in order."""

    from_fen: Annotated[int, Field(ge=0, le=AMOUNT_FEN_MAX)]
    steps: Annotated[tuple[PolicyStep, ...], Field(min_length=1, max_length=STEPS_MAX)]


class PutPolicy(Command):
    """Propose who approves (审批规则) what is above a unit's limit, for one fund; another agrees to it."""

    model_config = _example(
        unit_id=EXAMPLE_ID,
        fund="canteen",
        tiers=[
            {"from_fen": 0, "steps": [{"role": "approver"}]},
            {
                "from_fen": 1_000_000,
                "steps": [{"role": "approver", "people": 2, "days": 2}, {"role": "finance", "levels_up": 1}],
            },
        ],
    )

    unit_id: UUID
    fund: Fund
    tiers: Annotated[tuple[PolicyTier, ...], Field(min_length=1, max_length=TIERS_MAX)]


class DecidePolicy(Command):
    """Agree to a proposed rule, or refuse it with a reason."""

    model_config = _example(outcome="approve", reason="")

    outcome: Decision
    reason: Remark = ""


class PutDelegation(Command):
    """Let another person decide in one's stead (审批委托), in one role at one unit, from day to day."""

    model_config = _example(
        unit_id=EXAMPLE_ID,
        role="approver",
        to_account_id=EXAMPLE_ID,
        first_day="2026-03-05",
        last_day="2026-03-12",
        reason="外出培训",
    )

    unit_id: UUID
    role: DecidingRole
    to_account_id: UUID
    first_day: date
    last_day: date
    reason: Reason

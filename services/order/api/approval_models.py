"""How rules of approval and delegations are answered."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.domain.states import PolicyState
from shared.contracts.authority import Role
from shared.contracts.words import Fund


class PolicyStepView(BaseModel):
    """One step: how many people of which role, how many levels above the canteen's unit, within which days."""

    role: Role
    levels_up: int
    people: int
    days: int


class PolicyTierView(BaseModel):
    """From which amount on which steps are gone through."""

    from_fen: int
    steps: list[PolicyStepView]


class PolicyView(BaseModel):
    """One version of a unit's rule for a fund."""

    policy_id: UUID
    unit_id: UUID
    fund: Fund
    state: PolicyState
    tiers: list[PolicyTierView]
    put_by: UUID
    put_by_name: str
    put_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str


class PolicyPage(BaseModel):
    items: list[PolicyView]


class DelegationView(BaseModel):
    """Who decides in whose stead; `account_id` is whose place it is."""

    delegation_id: UUID
    unit_id: UUID
    role: Role
    account_id: UUID
    account_name: str
    to_account_id: UUID
    first_day: date
    last_day: date
    reason: str
    given_at: datetime
    ended_at: datetime | None
    ended_by: UUID | None


class DelegationPage(BaseModel):
    items: list[DelegationView]

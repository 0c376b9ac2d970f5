"""A unit's finance proposes who approves, an officer agrees, and from then on what is asked for goes that way.

What already waits goes on by the rule of when it was asked for.
"""

from itertools import pairwise
from typing import Any
from uuid import UUID

from services.order.domain.approval import Step, Tier
from services.order.domain.approval_refusals import NoSuchPolicy, PolicyDecided, PolicyDiffers
from services.order.domain.refusals import NoSuchUnit
from services.order.domain.states import PolicyState
from services.order.store.approval_policies import (
    Policy,
    decide_policy,
    find_policy,
    path_of_unit,
    policies_of,
    put_policy,
)
from services.order.usecases.approval_commands import DecidePolicy, PutPolicy
from services.order.usecases.commands import Decision
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp
from shared.errors import InvalidFields, field_problem

LISTED_MAX = 100


async def put_approval_policy(desk: Desk, identity: Identity, policy_id: UUID, command: PutPolicy) -> dict[str, Any]:
    """Propose a rule; the same again is one. Raises NoSuchUnit, NotAllowed, InvalidFields, PolicyDiffers."""
    async with desk.uow.begin() as tx:
        path = await _path(tx, command.unit_id)
        require(identity, "put_approval_policy", Owned(unit_path=path))
        tiers = tuple(
            Tier(tier.from_fen, tuple(Step(one.role, one.levels_up, one.people, one.days) for one in tier.steps))
            for tier in command.tiers
        )
        _check_rising(tiers)
        proposed = Policy(
            policy_id,
            command.unit_id,
            command.fund,
            PolicyState.PROPOSED,
            tiers,
            identity.account_id,
            identity.name,
            tx.now,
        )
        await put_policy(tx, proposed)
        found = await find_policy(tx, policy_id)
        assert found is not None
        same = (found.unit_id, found.fund, found.tiers, found.put_by)
        if same != (command.unit_id, command.fund, tiers, identity.account_id):
            raise PolicyDiffers(policy_id=str(policy_id))
        return policy_view(found)


async def decide_approval_policy(
    desk: Desk, identity: Identity, policy_id: UUID, command: DecidePolicy, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Agree to a rule, which takes the place of the one in force, or refuse it. Raises NoSuchPolicy, PolicyDecided."""
    if command.outcome is Decision.REFUSE and not command.reason:
        raise InvalidFields(field_problem("reason", "is wanted for a refusal", "不同意须说明理由"))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        found = await find_policy(tx, policy_id)
        if found is None:
            raise NoSuchPolicy(policy_id=str(policy_id))
        require(identity, "decide_approval_policy", Owned(unit_path=found.unit_path, asked_by=found.put_by))
        await path_of_unit(tx, found.unit_id, lock=True)
        verb = "adopt" if command.outcome is Decision.APPROVE else "refuse"
        by, name = identity.account_id, identity.name
        moved = await decide_policy(tx, found, verb, by=by, name=name, at=tx.now, reason=command.reason)
        now = await find_policy(tx, policy_id)
        assert now is not None
        if not moved and (now.decided_by != by or (now.state is PolicyState.REFUSED) is (verb == "adopt")):
            raise PolicyDecided(policy_id=str(policy_id), state=now.state.value)
        view = policy_view(now)
        await tx.answer(view)
        return view


async def list_approval_policies(desk: Desk, identity: Identity, unit_id: UUID) -> dict[str, Any]:
    """List a unit's rules, newest first, at most `LISTED_MAX`."""
    async with desk.uow.read() as tx:
        require(identity, "list_approval_policies", Owned(unit_path=await _path(tx, unit_id)))
        return {"items": [policy_view(one) for one in await policies_of(tx, unit_id, LISTED_MAX)]}


async def _path(tx: ReadTx, unit_id: UUID) -> str:
    path = await path_of_unit(tx, unit_id)
    if path is None:
        raise NoSuchUnit(unit_id=str(unit_id))
    return path


def _check_rising(tiers: tuple[Tier, ...]) -> None:
    for place, (lower, higher) in enumerate(pairwise(tiers), 1):
        if higher.from_fen <= lower.from_fen:
            name = f"tiers.{place}.from_fen"
            raise InvalidFields(field_problem(name, "should be more than the tier before it", "应高于前一档的起始金额"))


def policy_view(policy: Policy) -> dict[str, Any]:
    return {
        "policy_id": str(policy.policy_id),
        "unit_id": str(policy.unit_id),
        "fund": policy.fund,
        "state": policy.state,
        "tiers": [
            {"from_fen": tier.from_fen, "steps": [step._asdict() for step in tier.steps]} for tier in policy.tiers
        ],
        "put_by": str(policy.put_by),
        "put_by_name": policy.put_by_name,
        "put_at": policy.put_at,
        "decided_by": None if policy.decided_by is None else str(policy.decided_by),
        "decided_by_name": policy.decided_by_name,
        "decided_at": policy.decided_at,
        "reason": policy.reason,
    }

"""A unit's rules of approval are kept as they were put, and one for each fund is in force."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.approval import Step, Tier
from services.order.domain.states import APPROVAL_POLICY, PolicyState
from services.order.store.approval_tables import approval_policies
from services.order.store.requisitions import paths_up
from services.order.store.tables import units
from shared.contracts.authority import Role
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx


class Policy(NamedTuple):
    """One version of a unit's rule for a fund."""

    policy_id: UUID
    unit_id: UUID
    fund: Fund
    state: PolicyState
    tiers: tuple[Tier, ...]
    put_by: UUID
    put_by_name: str
    put_at: datetime
    decided_by: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    unit_path: str = ""


_CHOSEN = sa.select(approval_policies, units.c.path.label("unit_path")).join(
    units, units.c.unit_id == approval_policies.c.unit_id
)


async def path_of_unit(tx: ReadTx, unit_id: UUID, *, lock: bool = False) -> str | None:
    """Give a unit's path, locked for who changes its rules; None for a unit that is not known."""
    chosen = sa.select(units.c.path).where(units.c.unit_id == unit_id)
    path: str | None = await tx.value(chosen.with_for_update() if lock else chosen)
    return path


async def line_of(tx: ReadTx, path: str) -> list[tuple[UUID, str]]:
    """List a unit and those above it that are known here, the nearest first."""
    rows = await tx.rows(
        sa.select(units.c.unit_id, units.c.path)
        .where(units.c.path.in_(paths_up(path)))
        .order_by(sa.func.length(units.c.path).desc())
    )
    return [(row.unit_id, row.path) for row in rows]


async def put_policy(tx: Tx, policy: Policy) -> bool:
    """Write a rule that another is to agree to; False when one of this id is there."""
    kept = [{"from_fen": tier.from_fen, "steps": [step._asdict() for step in tier.steps]} for tier in policy.tiers]
    row = await tx.first(
        insert(approval_policies)
        .values(
            policy_id=policy.policy_id,
            unit_id=policy.unit_id,
            fund=policy.fund.value,
            state=policy.state.value,
            tiers=kept,
            put_by=policy.put_by,
            put_by_name=policy.put_by_name,
            put_at=policy.put_at,
        )
        .on_conflict_do_nothing()
        .returning(approval_policies.c.policy_id)
    )
    return row is not None


async def find_policy(tx: ReadTx, policy_id: UUID) -> Policy | None:
    row = await tx.first(_CHOSEN.where(approval_policies.c.policy_id == policy_id))
    return None if row is None else _policy(row)


async def policy_in_force(tx: ReadTx, path: str, fund: Fund) -> Policy | None:
    """Give the rule of the unit, or of the nearest above it that has one."""
    row = await tx.first(
        _CHOSEN.where(
            units.c.path.in_(paths_up(path)),
            approval_policies.c.fund == fund.value,
            approval_policies.c.state == PolicyState.ADOPTED.value,
        )
        .order_by(sa.func.length(units.c.path).desc())
        .limit(1)
    )
    return None if row is None else _policy(row)


async def policies_of(tx: ReadTx, unit_id: UUID, limit: int) -> list[Policy]:
    """List a unit's rules, newest first."""
    rows = await tx.rows(
        _CHOSEN.where(approval_policies.c.unit_id == unit_id).order_by(approval_policies.c.put_at.desc()).limit(limit)
    )
    return [_policy(row) for row in rows]


async def decide_policy(tx: Tx, policy: Policy, verb: str, *, by: UUID, name: str, at: datetime, reason: str) -> bool:
    """Adopt a proposed rule in place of the one in force, or refuse it; the unit is locked. False: decided before."""
    if verb == "adopt":
        await tx.execute(
            sa.update(approval_policies)
            .where(
                approval_policies.c.unit_id == policy.unit_id,
                approval_policies.c.fund == policy.fund.value,
                approval_policies.c.state.in_(APPROVAL_POLICY.open_from("supersede")),
                sa.exists()
                .where(_OTHER.c.policy_id == policy.policy_id, _OTHER.c.state == PolicyState.PROPOSED.value)
                .correlate(approval_policies),
            )
            .values(state=PolicyState.SUPERSEDED.value)
        )
    row = await tx.first(
        sa.update(approval_policies)
        .where(
            approval_policies.c.policy_id == policy.policy_id,
            approval_policies.c.state.in_(APPROVAL_POLICY.open_from(verb)),
        )
        .values(
            state=APPROVAL_POLICY.edges[verb][1].value,
            decided_by=by,
            decided_by_name=name,
            decided_at=at,
            reason=reason,
        )
        .returning(approval_policies.c.policy_id)
    )
    return row is not None


_OTHER = approval_policies.alias("other")


def _policy(row: Any) -> Policy:
    fields = {name: getattr(row, name) for name in Policy._fields}
    return Policy(**fields | {"fund": Fund(row.fund), "state": PolicyState(row.state), "tiers": _tiers(row.tiers)})


def _tiers(kept: Sequence[dict[str, Any]]) -> tuple[Tier, ...]:
    return tuple(
        Tier(tier["from_fen"], tuple(Step(**step | {"role": Role(step["role"])}) for step in tier["steps"]))
        for tier in kept
    )

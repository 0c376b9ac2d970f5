"""A draft is read whole: every version of it, and every decision on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.drafts import DraftKind, DraftOutcome, DraftState
from services.procurement_quota.store.draft_tables import draft_decision, draft_version
from services.procurement_quota.store.tables import designation
from shared.db.unit_of_work import ReadTx, Tx

_STATES = {
    None: DraftState.DRAFTED,
    DraftOutcome.RETURN.value: DraftState.RETURNED,
    DraftOutcome.ENFORCE.value: DraftState.IN_FORCE,
    "withdraw": DraftState.WITHDRAWN,
}
_OUTCOMES = {state: outcome for outcome, state in _STATES.items()}


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its history, oldest first."""

    id: UUID
    versions: Sequence[sa.Row[Any]]
    decisions: Sequence[sa.Row[Any]]

    @property
    def last(self) -> sa.Row[Any]:
        return self.versions[-1]

    @property
    def kind(self) -> DraftKind:
        return DraftKind(self.last.kind)

    @property
    def state(self) -> DraftState:
        decided = self.decisions[-1] if self.decisions else None
        return _STATES[decided.outcome if decided and decided.version == self.last.version else None]

    @property
    def drafters(self) -> list[UUID]:
        """Everybody who drafted any version; none of them puts it in force."""
        return sorted({one.drafted_by for one in self.versions})


async def draft_by_id(tx: ReadTx, draft_id: UUID) -> Draft | None:
    """Read a draft with its history."""
    versions = await tx.rows(
        sa.select(draft_version).where(draft_version.c.draft_id == draft_id).order_by(draft_version.c.version)
    )
    if not versions:
        return None
    decisions = await tx.rows(
        sa.select(draft_decision).where(draft_decision.c.draft_id == draft_id).order_by(draft_decision.c.place)
    )
    return Draft(draft_id, versions, decisions)


async def list_drafts(
    tx: ReadTx,
    kind: DraftKind,
    *,
    below: Sequence[str],
    code: str | None,
    state: DraftState | None,
    after: UUID | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """List the newest version of each draft below some paths with its state, the newest id first."""
    newest = (
        sa.select(draft_version.c.draft_id, sa.func.max(draft_version.c.version).label("version"))
        .where(draft_version.c.kind == kind.value)
        .group_by(draft_version.c.draft_id)
        .subquery()
    )
    decided = (
        sa.select(draft_decision.c.outcome)
        .where(draft_decision.c.draft_id == draft_version.c.draft_id)
        .where(draft_decision.c.version == draft_version.c.version)
        .order_by(draft_decision.c.place.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = (
        sa.select(draft_version, decided.label("outcome"))
        .join(
            newest,
            sa.and_(newest.c.draft_id == draft_version.c.draft_id, newest.c.version == draft_version.c.version),
        )
        .where(sa.or_(sa.false(), *(draft_version.c.owner_path.startswith(path, autoescape=True) for path in below)))
        .order_by(draft_version.c.draft_id.desc())
        .limit(limit)
    )
    if code is not None:
        asked = asked.where(draft_version.c.code == code)
    if state is not None:
        outcome = _OUTCOMES[state]
        asked = asked.where(decided.is_(None) if outcome is None else decided == outcome)
    if after is not None:
        asked = asked.where(draft_version.c.draft_id < after)
    return await tx.rows(asked)


def state_told(outcome: str | None) -> DraftState:
    """Give the state of a draft by what was decided last on its newest version."""
    return _STATES[outcome]


async def write_draft_version(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(draft_version), {**values, "drafted_at": tx.now})


async def write_decision(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(draft_decision), {**values, "decided_at": tx.now})


async def notes_of_list(tx: ReadTx, list_code: str, version: int) -> dict[str, str]:
    """Give what stands beside the counties of one version of a list."""
    rows = await tx.rows(
        sa.select(designation.c.county_code, designation.c.note).where(
            designation.c.list_code == list_code, designation.c.list_version == version, designation.c.note != ""
        )
    )
    return {row.county_code: row.note for row in rows}

"""An auditor, or an officer above, reviews a declared conflict; neither whom it concerns nor who wrote it does."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.registers import (
    CONFLICT,
    VERSIONS_MAX,
    ConflictReview,
    ConflictState,
    ConflictUnknown,
    Register,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, versions_of
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import check_reason
from services.procurement_quota.usecases.put_conflict import conflict_written
from services.procurement_quota.usecases.register_view import check_version, write_next, writing_unit
from services.procurement_quota.usecases.texts import Explained
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp


class ReviewConflict(BaseModel):
    """Accept what was declared and the measure taken, or return it with a reason."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "outcome": "accept", "reason": "回避措施适当"}]},
    )

    version: int = Field(ge=1, le=VERSIONS_MAX)
    outcome: ConflictReview
    reason: Explained = ""


async def review_conflict(
    desk: Desk, identity: Identity, conflict_id: UUID, command: ReviewConflict, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Review a conflict; gives it. Raises ConflictUnknown, OwnRequest, WrongState, RecordMoved, InvalidFields."""
    async with desk.uow.glance() as reading:
        versions = await reach_conflict(reading, identity, "review_conflict", conflict_id)
        by_unit_id = await writing_unit(reading, identity, "review_conflict", versions[-1].unit_path)
    check_reason(command.reason, returned=command.outcome is ConflictReview.RETURN)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"record {conflict_id}")
        versions = await reach_conflict(tx, identity, "review_conflict", conflict_id)
        last = versions[-1]
        state = CONFLICT.check(ConflictState(last.state), command.outcome.value)
        check_version(versions, command.version)
        await write_next(
            tx,
            Register.CONFLICT,
            conflict_id,
            versions,
            identity,
            unit_id=last.unit_id,
            by_unit_id=by_unit_id,
            state=state.value,
            content={**last.content, "review": {"outcome": command.outcome.value, "reason": command.reason}},
            account_id=last.account_id,
            supplier_id=last.supplier_id,
        )
        versions = await versions_of(tx, Register.CONFLICT, conflict_id)
        answer = conflict_written(desk.clock, versions[-1], versions)
        await tx.answer(answer)
        return answer


async def reach_conflict(tx: ReadTx, identity: Identity, operation: str, conflict_id: UUID) -> list[Record]:
    """Give a conflict's versions to someone who may do this with it. Raises ConflictUnknown, NotAllowed, OwnRequest."""
    versions = await versions_of(tx, Register.CONFLICT, conflict_id)
    if not versions:
        raise ConflictUnknown(conflict_id=str(conflict_id))
    last = versions[-1]
    declared_by = {one.written_by for one in versions if one.state == ConflictState.DECLARED}
    own = identity.account_id if identity.account_id in {last.account_id, *declared_by} else None
    require(identity, operation, Owned(unit_path=last.unit_path, account_id=last.account_id, asked_by=own))
    return versions

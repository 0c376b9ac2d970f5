"""A second person hands a case on; then its receipt, its outcome or its return is entered, each with its document."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.registers import (
    REFERRAL,
    VERSIONS_MAX,
    ReferralState,
    ReferralUnknown,
    Register,
    drafters,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, versions_of
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_referral import referral_written
from services.procurement_quota.usecases.register_view import (
    DAY_MIN,
    check_version,
    check_why,
    write_next,
    writing_unit,
)
from services.procurement_quota.usecases.texts import Explained, Line, Said
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp
from shared.errors import InvalidFields, field_problem


class ReferralStep(StrEnum):
    """What became of a case (移交办理)."""

    ACKNOWLEDGE = "acknowledge"  # 签收
    CONCLUDE = "conclude"  # 办结
    RETURN = "return"  # 退回
    WITHDRAW = "withdraw"  # 撤回, of a draft


class HandOn(BaseModel):
    """That a drafted case is handed on, as it is frozen, with which document."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"version": 1, "happened_on": "2026-03-20", "document": "湘残联移〔2026〕3号"}]
        },
    )

    version: int = Field(ge=1, le=VERSIONS_MAX)
    happened_on: date
    document: Line


class StepReferral(BaseModel):
    """A receipt, an outcome, a return, or that a draft is withdrawn; `why` corrects what was entered before."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version": 2,
                    "step": "acknowledge",
                    "happened_on": "2026-03-24",
                    "document": "株财监收〔2026〕11号",
                    "text": "已签收，承办科室为监督检查科",
                }
            ]
        },
    )

    version: int = Field(ge=1, le=VERSIONS_MAX)
    step: ReferralStep
    happened_on: date
    document: Line | None = None
    text: Said
    why: Explained = ""


_PART = {"hand_on": "handing_on", "acknowledge": "acknowledgement"}
"""Where a step is kept in the content; whatever ends a case is its outcome."""


async def hand_on_referral(
    desk: Desk, identity: Identity, referral_id: UUID, command: HandOn, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Hand a case on. Raises ReferralUnknown, OwnRequest, WrongState, RecordMoved, InvalidFields."""
    return await _step(desk, identity, "hand_on_referral", "hand_on", referral_id, command, once=once)


async def step_referral(
    desk: Desk, identity: Identity, referral_id: UUID, command: StepReferral, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Enter what became of a case. Raises ReferralUnknown, WrongState, RecordMoved, InvalidFields."""
    return await _step(desk, identity, "step_referral", command.step.value, referral_id, command, once=once)


async def reach_referral(tx: ReadTx, identity: Identity, operation: str, referral_id: UUID) -> list[Record]:
    """Give a referral's versions to someone who may do this with it. Raises ReferralUnknown, NotAllowed, OwnRequest."""
    versions = await versions_of(tx, Register.REFERRAL, referral_id)
    if not versions:
        raise ReferralUnknown(referral_id=str(referral_id))
    drafted_by = drafters([(one.state, one.written_by) for one in versions])
    own = identity.account_id if identity.account_id in drafted_by else None
    require(identity, operation, Owned(unit_path=versions[-1].unit_path, asked_by=own))
    return versions


async def _step(
    desk: Desk,
    identity: Identity,
    operation: str,
    verb: str,
    referral_id: UUID,
    command: HandOn | StepReferral,
    *,
    once: Stamp | None,
) -> dict[str, Any]:
    async with desk.uow.glance() as reading:
        versions = await reach_referral(reading, identity, operation, referral_id)
        by_unit_id = await writing_unit(reading, identity, operation, versions[-1].unit_path)
    if not DAY_MIN <= command.happened_on <= today(desk.clock):
        raise InvalidFields(
            field_problem("happened_on", "is a day from 2020 up to today", "应为2020年以来至今天的日期")
        )
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"record {referral_id}")
        versions = await reach_referral(tx, identity, operation, referral_id)
        last = versions[-1]
        state = REFERRAL.check(ReferralState(last.state), verb)
        check_version(versions, command.version)
        why = command.why if isinstance(command, StepReferral) else ""
        if state == last.state:
            check_why(why)
        await write_next(
            tx,
            Register.REFERRAL,
            referral_id,
            versions,
            identity,
            unit_id=last.unit_id,
            by_unit_id=by_unit_id,
            state=state.value,
            content={**last.content, _PART.get(verb, "outcome"): _told(command)},
            why=why,
            canteen_id=last.canteen_id,
            supplier_id=last.supplier_id,
        )
        versions = await versions_of(tx, Register.REFERRAL, referral_id)
        answer = referral_written(versions[-1], versions)
        await tx.answer(answer)
        return answer


def _told(command: HandOn | StepReferral) -> Mapping[str, Any]:
    return {
        "happened_on": command.happened_on.isoformat(),
        "document": command.document,
        "text": command.text if isinstance(command, StepReferral) else "",
    }

"""A case is made of a flag and drafted for a named body; what is corrected is a new version, frozen anew."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.registers import (
    REFERRAL,
    VERSIONS_MAX,
    Body,
    ReferralState,
    Register,
    frozen_digest,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, versions_of
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.freeze_flag import Flag, Frozen, check_flag, freeze, unit_of_flag
from services.procurement_quota.usecases.register_view import (
    check_version,
    check_why,
    heading_written,
    is_given,
    write_next,
    writing_unit,
)
from services.procurement_quota.usecases.texts import Explained, Line, Said
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Tx

OPERATION = "put_referral"


class PutReferral(BaseModel):
    """To whom a case is to be handed, from which flag, and why (移交)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version": 0,
                    "body": "finance_supervision",
                    "body_name": "株洲市财政局财政监督检查局",
                    "flag": {"kind": "sampled_line", "draw_id": "019a0000-0000-7000-8000-0000000000a1", "number": 1},
                    "reason": "抽中的采购无送货单，发票与付款对象不一致",
                }
            ]
        },
    )

    version: int = Field(default=0, ge=0, le=VERSIONS_MAX)
    """Of the version that this corrects; 0 drafts a new one."""
    body: Body
    body_name: Line
    flag: Flag
    reason: Said
    why: Explained = ""
    """Of a correction."""


async def put_referral(
    desk: Desk, identity: Identity, referral_id: UUID, command: PutReferral
) -> tuple[dict[str, Any], bool]:
    """Draft a referral, or correct a draft; gives it, and whether anything was written.

    Raises FlagUnknown, CanteenUnknown, RecordMoved, WrongState, TooManyVersions, InvalidFields, and what asking for an
    alert refuses.
    """
    check_flag(command.flag)
    given = {
        "body": command.body.value,
        "body_name": command.body_name,
        "flag": command.flag.written(),
        "reason": command.reason,
    }
    async with desk.uow.read() as reading:
        unit = await unit_of_flag(reading, identity, command.flag)
        require(identity, OPERATION, Owned(unit_path=unit.path))
        versions = await versions_of(reading, Register.REFERRAL, referral_id)
        _reach(identity, versions)
        if versions and is_given(versions[-1], given):
            return referral_written(versions[-1], versions), False
        frozen = await freeze(desk, reading, identity, command.flag, unit)
        by_unit_id = await writing_unit(reading, identity, OPERATION, unit.path)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"record {referral_id}")
        versions = await versions_of(tx, Register.REFERRAL, referral_id)
        _reach(identity, versions)
        if versions and is_given(versions[-1], given):
            return referral_written(versions[-1], versions), False
        if versions:
            REFERRAL.check(ReferralState(versions[-1].state), "correct")
        check_version(versions, command.version)
        if versions:
            check_why(command.why)
        await write_next(
            tx,
            Register.REFERRAL,
            referral_id,
            versions,
            identity,
            unit_id=frozen.unit_id,
            by_unit_id=by_unit_id,
            state=ReferralState.DRAFTED.value,
            content=_content(tx, given, frozen),
            why=command.why,
            canteen_id=frozen.canteen_id,
            supplier_id=frozen.supplier_id,
        )
        versions = await versions_of(tx, Register.REFERRAL, referral_id)
        return referral_written(versions[-1], versions), True


def _reach(identity: Identity, versions: list[Record]) -> None:
    if versions:
        require(identity, OPERATION, Owned(unit_path=versions[-1].unit_path))


def _content(tx: Tx, given: dict[str, Any], frozen: Frozen) -> dict[str, Any]:
    content = {**given, "facts": frozen.facts, "files": frozen.files, "frozen_at": moment_text(tx.now)}
    nothing = dict.fromkeys(("handing_on", "acknowledgement", "outcome"))
    return {**content, "digest": frozen_digest(content), **nothing}


def referral_written(one: Record, versions: list[Record]) -> dict[str, Any]:
    """Write a version of a referral with its history up to it."""
    return {
        **heading_written(one, versions),
        "canteen_id": None if one.canteen_id is None else str(one.canteen_id),
        "supplier_id": None if one.supplier_id is None else str(one.supplier_id),
        **one.content,
    }

"""A declaration is signed by people with their names, countersigned above or returned, and never by who prepared it."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.declaring import DECLARATION, Step, statement_of
from services.procurement_quota.domain.published import sha256
from services.procurement_quota.store.declarations import (
    Declaration,
    Signed,
    declaration_by_id,
    steps_of,
    write_step,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.usecases.declaration_view import declaration_written
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_declaration import filing_of
from services.procurement_quota.usecases.texts import Line
from shared.contracts.authority import Identity, Owned, OwnRequest, require
from shared.contracts.procurement_quota import DeclarationPublished
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem


class DeclarationUnknown(NotFound):
    """There is no such declaration.

    zh: 没有这份申报。
    """


class SignedAlready(Conflict):
    """You have signed this declaration already.

    zh: 您已签署过这份申报。
    """


class SigningKeyChanged(Conflict):
    """The platform's key is another one since this was signed; return this declaration and have a new one prepared.

    zh: 平台签名密钥在本申报签署后已更换，请退回本申报后重新填报。
    """


class DeclarationOutdated(Conflict):
    """The year was restated since; return this declaration and have a new one prepared.

    zh: 该年度数字已重述，请退回本申报后重新填报。
    """


class SignDeclaration(BaseModel):
    """In which capacity a person signs (职务)."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"capacity": "单位负责人"}]})

    capacity: Line


class Decision(StrEnum):
    """What the level above decides (复核结论)."""

    COUNTERSIGN = "countersign"  # 复核签署
    RETURN = "return"  # 退回


class DecideDeclaration(BaseModel):
    """What the level above decides about a signed declaration; a return says why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "countersign", "capacity": "省残联计财处", "reason": ""}]},
    )

    outcome: Decision
    capacity: Line
    reason: str = Field(default="", max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")


async def sign_declaration(
    desk: Desk, identity: Identity, declaration_id: UUID, command: SignDeclaration, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Sign with the platform's key in a person's name. Raises DeclarationUnknown, SignedAlready, SigningKeyChanged,
    WrongState."""
    found = await _allowed(desk, identity, "sign_declaration", declaration_id)
    return await _step(desk, identity, found, Step.SIGN, command.capacity, "", once)


async def decide_declaration(
    desk: Desk,
    identity: Identity,
    declaration_id: UUID,
    command: DecideDeclaration,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Countersign, which publishes, or return.

    Raises DeclarationUnknown, OwnRequest, DeclarationOutdated, SigningKeyChanged, WrongState, and InvalidFields for a
    return without a reason.
    """
    found = await _allowed(desk, identity, "decide_declaration", declaration_id)
    if command.outcome is Decision.RETURN and not command.reason.strip():
        raise InvalidFields(field_problem("reason", "is needed for a return", "退回时请说明原因"))
    step = Step.COUNTERSIGN if command.outcome is Decision.COUNTERSIGN else Step.RETURN
    return await _step(desk, identity, found, step, command.capacity, command.reason, once)


async def find_declaration(tx: ReadTx, declaration_id: UUID) -> Declaration:
    """Give a declaration; raises DeclarationUnknown."""
    found = await declaration_by_id(tx, declaration_id)
    if found is None:
        raise DeclarationUnknown(declaration_id=str(declaration_id))
    return found


async def _allowed(desk: Desk, identity: Identity, operation: str, declaration_id: UUID) -> Declaration:
    async with desk.uow.glance() as tx:
        found = await find_declaration(tx, declaration_id)
    owned = Owned(canteen_id=found.canteen_id, unit_path=found.unit_path, asked_by=found.prepared_by)
    require(identity, operation, owned)
    return found


async def _step(
    desk: Desk,
    identity: Identity,
    declaration: Declaration,
    step: Step,
    capacity: str,
    reason: str,
    once: Stamp | None,
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"declaration {declaration.canteen_id} {declaration.year}")
        found = await find_declaration(tx, declaration.id)
        before = await steps_of(tx, found.id)
        DECLARATION.check(found.state, step.value)
        if any(one.account_id == identity.account_id for one in before):
            if step is Step.SIGN:
                raise SignedAlready(declaration_id=str(found.id))
            raise OwnRequest(operation="decide_declaration")
        if step is not Step.RETURN and any(one.public_key != desk.signer.public_key for one in before):
            raise SigningKeyChanged(declaration_id=str(found.id))
        if step is Step.COUNTERSIGN:
            await _check_newest(tx, found)
        await _write(desk, tx, identity, found, before, step, capacity, reason)
        if step is Step.COUNTERSIGN:
            await tx.publish(_event(desk, found))
        written = await find_declaration(tx, found.id)
        answer = await declaration_written(tx, written)
        await tx.answer(answer)
        return answer


async def _check_newest(tx: ReadTx, found: Declaration) -> None:
    filing = await filing_of(tx, found.canteen_id, found.year)
    if filing.restatement != found.restatement:
        raise DeclarationOutdated(declaration_id=str(found.id), restatement=filing.restatement)


async def _write(
    desk: Desk,
    tx: Tx,
    identity: Identity,
    found: Declaration,
    before: list[Signed],
    step: Step,
    capacity: str,
    reason: str,
) -> None:
    statement = statement_of(
        step,
        found.payload,
        before[-1].statement if before else None,
        declaration_id=str(found.id),
        account_id=str(identity.account_id),
        name=identity.name,
        capacity=capacity,
        reason=reason,
        at=moment_text(tx.now),
    )
    await write_step(
        tx,
        {
            "declaration_id": found.id,
            "place": len(before) + 1,
            "step": step.value,
            "account_id": identity.account_id,
            "statement": statement,
            "signature": desk.signer.sign(statement.encode()),
            "public_key": desk.signer.public_key,
            "recorded_at": tx.now,
        },
    )


def _event(desk: Desk, found: Declaration) -> DeclarationPublished:
    return DeclarationPublished(
        declaration_id=found.id,
        canteen_id=found.canteen_id,
        unit_id=found.unit_id,
        year=found.year,
        number=found.number,
        restatement=found.restatement,
        restates=found.restates,
        code=found.code,
        payload_sha256=sha256(found.payload),
    )

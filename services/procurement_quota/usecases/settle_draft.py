"""A draft is settled by somebody who drafted no version of it, or taken back by its drafter.

The drafter is known by their account, so that no other seat of theirs lets them decide.
"""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DRAFT, WITHDRAW, DraftKind, DraftOutcome
from services.procurement_quota.store.drafts import Draft, write_decision
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import DecideDesignationDraft, WithdrawDraft
from services.procurement_quota.usecases.draft_view import draft_written
from services.procurement_quota.usecases.keep_draft import DraftOfAnother, known_draft, lock_draft
from shared.contracts.authority import Identity, Owned, OwnRequest, require
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import Conflict, InvalidFields, field_problem


class DraftAmended(Conflict):
    """The draft was amended since you read it; read its newest version first.

    zh: 草案在您查看之后已修改，请先查看最新版本。
    """


class DraftOutdated(Conflict):
    """What was drafted can no longer be put in force as it stands; return it with the reason.

    zh: 草案内容已不能照此生效，请退回并说明理由。
    """


async def require_deciding(desk: Desk, identity: Identity, operation: str, kind: DraftKind, draft_id: UUID) -> None:
    """Refuse whoever may not decide on a draft. Raises DraftUnknown, NotAllowed, OwnRequest."""
    async with desk.uow.glance() as reading:
        draft = await known_draft(reading, draft_id, kind)
    require(identity, operation, Owned(unit_path=draft.last.owner_path, asked_by=draft.last.drafted_by))
    _check_second(draft, identity, operation)


def _check_second(draft: Draft, identity: Identity, operation: str) -> None:
    if identity.account_id in draft.drafters:
        raise OwnRequest(operation=operation)


async def draft_to_decide(
    tx: Tx, identity: Identity, operation: str, kind: DraftKind, draft_id: UUID, command: DecideDesignationDraft
) -> Draft:
    """Lock a draft and give it as it stands. Raises DraftAmended, WrongState, OwnRequest, InvalidFields."""
    await lock_draft(tx, draft_id)
    draft = await known_draft(tx, draft_id, kind)
    _check_second(draft, identity, operation)
    if command.version != draft.last.version:
        raise DraftAmended(version=draft.last.version, read_version=command.version)
    DRAFT.check(draft.state, command.outcome.value)
    if command.outcome is DraftOutcome.RETURN and not command.reason.strip():
        raise InvalidFields(field_problem("reason", "is needed to return a draft", "退回须说明理由"))
    return draft


async def settle(tx: Tx, identity: Identity, draft: Draft, outcome: str, reason: str, **written: Any) -> dict[str, Any]:
    """Write what was decided, and give the draft as it then stands."""
    await write_decision(
        tx,
        {
            "draft_id": draft.id,
            "place": len(draft.decisions) + 1,
            "version": draft.last.version,
            "outcome": outcome,
            "reason": reason,
            "drafters": draft.drafters,
            "decided_by": identity.account_id,
            "decider_name": identity.name,
            "valid_from": written.get("valid_from"),
            "written_version": written.get("written_version"),
        },
    )
    answer = draft_written(await known_draft(tx, draft.id, draft.kind))
    await tx.answer(answer)
    return answer


async def withdraw_draft(
    desk: Desk,
    identity: Identity,
    operation: str,
    kind: DraftKind,
    draft_id: UUID,
    command: WithdrawDraft,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Take back one's own draft. Raises DraftUnknown, DraftOfAnother, WrongState."""
    async with desk.uow.glance() as reading:
        draft = await known_draft(reading, draft_id, kind)
    require(identity, operation, Owned(unit_path=draft.last.owner_path))
    if draft.drafters != [identity.account_id]:
        raise DraftOfAnother(draft_id=str(draft_id))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_draft(tx, draft_id)
        draft = await known_draft(tx, draft_id, kind)
        DRAFT.check(draft.state, WITHDRAW)
        return await settle(tx, identity, draft, WITHDRAW, command.reason)

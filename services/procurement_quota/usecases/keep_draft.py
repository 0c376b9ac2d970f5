"""A draft is amended by whoever drafted it, as long as nobody has put it in force, and keeps every version."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DRAFT, DraftKind, Problem
from services.procurement_quota.store.drafts import Draft, draft_by_id, write_draft_version
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_view import draft_written
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import Conflict, Forbidden, InvalidFields, NotFound

VERSIONS_MAX = 100


class DraftUnknown(NotFound):
    """There is no such draft.

    zh: 没有这份草案。
    """


class DraftOfAnother(Forbidden):
    """A draft is amended and taken back by whoever drafted it; draft your own.

    zh: 草案只能由起草人修改或撤回，您可以另行起草。
    """


class DraftElsewhere(Conflict):
    """This id is that of another draft; a draft keeps the rule or list that it is of.

    zh: 该编号属于另一份草案；草案所属的规则或名单不能更换。
    """


class TooManyVersions(Conflict):
    """This draft was amended as often as it may be; draft it anew.

    zh: 该草案修改次数已用完，请重新起草。
    """


async def require_drafting(
    tx: ReadTx, identity: Identity, operation: str, kind: DraftKind, draft_id: UUID, owner: str
) -> None:
    """Refuse whoever may not draft this. Raises NotAllowed, DraftOfAnother."""
    require(identity, operation, Owned(unit_path=owner))
    draft = await draft_by_id(tx, draft_id)
    if draft is not None:
        require(identity, operation, Owned(unit_path=draft.last.owner_path))
        _of(draft, identity, kind)


def _of(draft: Draft, identity: Identity, kind: DraftKind) -> None:
    if draft.kind is not kind:
        raise DraftElsewhere(draft_id=str(draft.id))
    if draft.drafters != [identity.account_id]:
        raise DraftOfAnother(draft_id=str(draft.id))


async def keep_draft(
    desk: Desk,
    identity: Identity,
    draft_id: UUID,
    kind: DraftKind,
    *,
    code: str,
    owner: str,
    content: dict[str, Any],
    problems: Sequence[Problem],
) -> tuple[dict[str, Any], bool]:
    """Write the next version of a draft unless its newest says the same; gives it, and whether anything was written.

    Raises InvalidFields for `problems`, DraftOfAnother, DraftElsewhere, WrongState, TooManyVersions.
    """
    async with desk.uow.begin() as tx:
        await lock_draft(tx, draft_id)
        draft = await draft_by_id(tx, draft_id)
        if draft is not None:
            _of(draft, identity, kind)
            if draft.last.content == content:
                return draft_written(draft), False
            if draft.last.code != code:
                raise DraftElsewhere(draft_id=str(draft_id), code=draft.last.code)
            DRAFT.check(draft.state, "amend")
            if len(draft.versions) >= VERSIONS_MAX:
                raise TooManyVersions(draft_id=str(draft_id), versions_max=VERSIONS_MAX)
        if problems:
            raise InvalidFields(*problems)
        await write_draft_version(
            tx,
            {
                "draft_id": draft_id,
                "version": draft.last.version + 1 if draft else 1,
                "kind": kind.value,
                "code": code,
                "owner_path": owner,
                "content": content,
                "drafted_by": identity.account_id,
                "drafter_name": identity.name,
            },
        )
        return draft_written(await known_draft(tx, draft_id, kind)), True


async def lock_draft(tx: Tx, draft_id: UUID) -> None:
    """Wait for others who work on the same draft, until the transaction ends."""
    await lock_name(tx, f"draft {draft_id}")


async def known_draft(tx: ReadTx, draft_id: UUID, kind: DraftKind) -> Draft:
    """Give a draft of a kind; raises DraftUnknown."""
    draft = await draft_by_id(tx, draft_id)
    if draft is None or draft.kind is not kind:
        raise DraftUnknown(draft_id=str(draft_id))
    return draft

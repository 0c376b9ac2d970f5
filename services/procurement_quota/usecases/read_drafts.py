"""Officers and auditors of the province read the drafts of rules and lists, with who did what, when, and why."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DraftKind, DraftState
from services.procurement_quota.store import drafts
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_view import draft_written, version_written
from services.procurement_quota.usecases.keep_draft import known_draft
from shared.contracts.authority import Identity, Owned, require, seats_that_reach
from shared.http.paging import decode_id, encode_cursor


async def get_draft(desk: Desk, identity: Identity, operation: str, kind: DraftKind, draft_id: UUID) -> dict[str, Any]:
    """Give a draft. Raises DraftUnknown."""
    async with desk.uow.glance() as tx:
        draft = await known_draft(tx, draft_id, kind)
        require(identity, operation, Owned(unit_path=draft.last.owner_path))
        return draft_written(draft)


async def list_drafts(
    desk: Desk,
    identity: Identity,
    operation: str,
    kind: DraftKind,
    *,
    code: str | None,
    state: DraftState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List the drafts in reach, the newest id first."""
    below = sorted({seat.path for _, seat in seats_that_reach(identity, operation) if seat.path})
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        rows = await drafts.list_drafts(tx, kind, below=below, code=code, state=state, after=after, limit=limit + 1)
    page = rows[:limit]
    return {
        "items": [
            {
                "id": str(row.draft_id),
                "code": row.code,
                "state": drafts.state_told(row.outcome).value,
                **version_written(row),
            }
            for row in page
        ],
        "next": encode_cursor([str(page[-1].draft_id)]) if len(rows) > limit else None,
    }

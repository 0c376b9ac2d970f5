"""Visits are read by who made them at any time, and by the visited from their release on."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.registers import Register, VisitState, VisitUnknown
from services.procurement_quota.store.registers import list_records
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.register_view import as_of
from services.procurement_quota.usecases.visit_view import reach_visit, visit_written, visits_in_reach
from shared.contracts.authority import Identity
from shared.http.paging import decode_id, encode_cursor


async def get_visit(desk: Desk, identity: Identity, visit_id: UUID, *, known_by: date | None = None) -> dict[str, Any]:
    """Give a visit as it was known by the end of a day, or is now. Raises VisitUnknown."""
    async with desk.uow.glance() as tx:
        versions = await reach_visit(tx, identity, "get_visit", visit_id)
        found = as_of(versions, known_by)
        if found is None:
            raise VisitUnknown(visit_id=str(visit_id))
        return await visit_written(tx, found, versions)


async def list_visits(
    desk: Desk, identity: Identity, *, state: VisitState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List, newest first, what one may see. Raises NotAllowed for someone without a seat for it."""
    before = decode_id(cursor)
    reach = visits_in_reach(identity, "list_visits")
    async with desk.uow.glance() as tx:
        found = await list_records(
            tx,
            Register.VISIT,
            reach,
            state=None if state is None else state.value,
            before=before,
            limit=limit + 1,
        )
        items = []
        for one in found[:limit]:
            items.append(await visit_written(tx, one, await reach_visit(tx, identity, "list_visits", one.id)))
    return {"items": items, "next": encode_cursor([items[-1]["id"]]) if len(found) > limit else None}

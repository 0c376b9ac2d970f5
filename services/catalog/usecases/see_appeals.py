"""An appeal is read by the supplier's people, its officers and auditors: one by one, and as a queue."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.appeals import AppealNotFound, AppealState
from services.catalog.store import appeals
from services.catalog.usecases.appeal_shapes import appeal_view
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor

CURSOR = "appeals"


class ListAppeals(BaseModel):
    """Which appeals, and which page of them."""

    model_config = COMMAND

    state: AppealState = AppealState.FILED
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def get_appeal(desk: Desk, identity: Identity, supplier_id: UUID, appeal_id: UUID) -> dict[str, Any]:
    """Give an appeal. Raises SupplierNotFound, NotAllowed, AppealNotFound."""
    async with desk.uow.read() as tx:
        await reached(tx, identity, "get_appeal", supplier_id)
        appeal = await appeals.find(tx, appeal_id)
        if appeal is None or appeal.supplier_id != supplier_id:
            raise AppealNotFound(appeal_id=appeal_id)
        return appeal_view(appeal)


async def list_appeals(desk: Desk, identity: Identity, query: ListAppeals) -> dict[str, Any]:
    """List the appeals of suppliers below the asker's units, the one that has waited longest first."""
    keys = decode_cursor(query.cursor, str, int, UUID)
    if keys is not None:
        tagged(keys[0], CURSOR)
    after = None if keys is None else (moment_of(keys[1]), keys[2])
    reaching = seats_that_reach(identity, "list_appeals")
    paths = [seat.path for reach, seat in reaching if reach is Reach.SUBTREE and seat.path]
    async with desk.uow.glance() as tx:
        found = await appeals.page(tx, paths, state=query.state, after=after, limit=query.limit + 1) if paths else []
    page = found[: query.limit]
    following = None
    if len(found) > query.limit:
        last = page[-1][0]
        following = encode_cursor([CURSOR, number_of(last.filed_at), str(last.appeal_id)])
    return {"items": [appeal_view(one) | {"supplier_name": name} for one, name in page], "next": following}

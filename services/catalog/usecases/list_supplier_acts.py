"""What was done for a supplier is read by its people, officers and auditors, newest first, and a helper's apart."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.members import ActedAs
from services.catalog.store import acts
from services.catalog.store.acts import Act
from services.catalog.usecases.cursors import tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor

CURSOR = "acts"


class ListActs(BaseModel):
    """Which page of what was done, and by whom in whose place."""

    model_config = COMMAND

    acted_as: ActedAs | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_supplier_acts(desk: Desk, identity: Identity, supplier_id: UUID, query: ListActs) -> dict[str, Any]:
    """List what was done for a supplier."""
    keys = decode_cursor(query.cursor, str, int)
    if keys is not None:
        tagged(keys[0], CURSOR)
    async with desk.uow.glance() as tx:
        await reached(tx, identity, "list_supplier_acts", supplier_id)
        before = None if keys is None else keys[1]
        found = await acts.page(tx, supplier_id, acted_as=query.acted_as, before=before, limit=query.limit + 1)
    page = found[: query.limit]
    following = encode_cursor([CURSOR, page[-1].act_id]) if len(found) > query.limit else None
    return {"items": [_view(act) for act in page], "next": following}


def _view(act: Act) -> dict[str, Any]:
    return {
        "at": act.at.isoformat(),
        "account_id": str(act.account_id),
        "account_name": act.account_name,
        "acted_as": act.acted_as.value,
        "operation": act.operation,
        "subject_id": str(act.subject_id) if act.subject_id else None,
        "version": act.version,
    }

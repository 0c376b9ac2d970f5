"""Who reads either unit's statements reads the transfers from and to it."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.words import TransferState
from services.procurement_quota.store import transfers
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.transfer_view import either, known_transfer, transfers_written
from shared.contracts.authority import Identity, NotAllowed, Owned, require, seats_that_reach
from shared.http.paging import decode_id, encode_cursor


async def get_transfer(desk: Desk, identity: Identity, transfer_id: UUID) -> dict[str, Any]:
    """Give one transfer. Raises TransferUnknown."""
    async with desk.uow.glance() as tx:
        found = await known_transfer(tx, transfer_id)
        require(identity, "get_transfer", Owned(unit_path=either("get_transfer", identity, found)))
        [written] = await transfers_written(tx, identity, [found])
        return written


async def list_transfers(
    desk: Desk,
    identity: Identity,
    *,
    canteen: UUID | None,
    state: TransferState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List, newest first, what the asker's seats reach; raises NotAllowed for someone without such a seat."""
    paths = sorted({seat.path for _, seat in seats_that_reach(identity, "list_transfers") if seat.path})
    if not paths:
        raise NotAllowed(operation="list_transfers")
    before = decode_id(cursor)
    async with desk.uow.glance() as tx:
        found = await transfers.list_transfers(
            tx,
            paths=paths,
            canteen_id=canteen,
            state=state,
            before=before,
            limit=limit + 1,
        )
        items = await transfers_written(tx, identity, found[:limit])
    return {"items": items, "next": encode_cursor([items[-1]["id"]]) if len(found) > limit else None}

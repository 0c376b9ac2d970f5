"""Finance and audit of the topmost unit read what the card vendor says against what we say, newest day first."""

from datetime import date

import orjson

from services.order.store.reconciliations import list_reconciled, topmost_units
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require
from shared.http.paging import decode_cursor, encode_cursor


async def list_reconciliations(desk: Desk, identity: Identity, limit: int, cursor: str | None) -> bytes:
    """Give one page as JSON. Raises NotAllowed."""
    keys = decode_cursor(cursor, date)
    async with desk.uow.glance() as tx:
        paths = [path for _, path in await topmost_units(tx, 1)]
        require(identity, "list_reconciliations", Owned(unit_path=paths[0] if paths else "/"))
        found = await list_reconciled(tx, None if keys is None else keys[0], limit + 1)
    page = found[:limit]
    more = encode_cursor([page[-1].day.isoformat()]) if len(found) > limit else None
    return orjson.dumps({"items": [dict(one._mapping) for one in page], "next": more})

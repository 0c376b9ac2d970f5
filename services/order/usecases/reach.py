"""A list shows what the asker's seats reach, and refuses a filter that names what none of them reaches."""

from datetime import datetime
from uuid import UUID

from services.order.domain.refusals import NoSuchCanteen, NoSuchSupplier
from services.order.store.copies import canteen_path, supplier_is_known
from shared.contracts.authority import Identity, NotAllowed, Owned, Reach, Seat, require, seats_that_reach
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, encode_cursor


async def reach_of(
    tx: ReadTx, identity: Identity, operation: str, *, canteen: UUID | None = None, supplier: UUID | None = None
) -> list[tuple[Reach, Seat]]:
    """Give the seats that reach something here. Raises NotAllowed, NoSuchCanteen, NoSuchSupplier."""
    reach = seats_that_reach(identity, operation)
    if not reach:
        raise NotAllowed(operation=operation)
    if canteen is not None:
        path = await canteen_path(tx, canteen)
        if path is None:
            raise NoSuchCanteen(canteen_id=str(canteen))
        sells = any(kind is Reach.OWN_SUPPLIER for kind, _ in reach)
        if not sells:
            require(identity, operation, Owned(canteen_id=canteen, unit_path=path))
    if supplier is not None:
        if not await supplier_is_known(tx, supplier):
            raise NoSuchSupplier(supplier_id=str(supplier))
        buys = any(kind is not Reach.OWN_SUPPLIER for kind, _ in reach)
        if not buys:
            require(identity, operation, Owned(supplier_id=supplier))
    return reach


def after_of(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Read the cursor of a list by moment and id, newest first. Raises InvalidFields for a text that is none."""
    keys = decode_cursor(cursor, datetime, UUID)
    return None if keys is None else (keys[0], keys[1])


def cursor_of(moment: datetime, id_: UUID) -> str:
    return encode_cursor([moment.isoformat(), str(id_)])

"""Flags are seen by whom they are about, and by the officers and auditors who reach the supplier."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.flags import FlagNotFound
from services.catalog.store import flags, suppliers
from services.catalog.store.flags import Flag, Seen
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.flag_shapes import flag_line, flag_view
from services.catalog.usecases.reach import owned_supplier
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Reach, require, seats_that_reach
from shared.contracts.words import FlagKind, FlagState
from shared.db.unit_of_work import ReadTx
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListFlags(BaseModel):
    """Which flags, and which page of them."""

    model_config = COMMAND

    state: FlagState | None = None
    kind: FlagKind | None = None
    supplier: UUID | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_flags(desk: Desk, identity: Identity, query: ListFlags) -> dict[str, Any]:
    """List the flags in the asker's reach, the oldest first."""
    keys = decode_cursor(query.cursor, str, int, UUID)
    if keys is not None:
        tagged(keys[0], "raised")
    reaching = seats_that_reach(identity, "list_flags")
    seen = Seen(
        supplier_ids=tuple(seat.organisation_id for reach, seat in reaching if reach is Reach.OWN_SUPPLIER),
        paths=tuple(seat.path for reach, seat in reaching if reach is Reach.SUBTREE and seat.path),
    )
    async with desk.uow.glance() as tx:
        found = await flags.page(
            tx,
            seen,
            state=query.state,
            kind=query.kind,
            supplier_id=query.supplier,
            after=None if keys is None else (moment_of(keys[1]), keys[2]),
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    following = None
    if len(found) > query.limit:
        following = encode_cursor(["raised", number_of(page[-1].raised_at), str(page[-1].flag_id)])
    return {"items": [flag_line(flag) for flag in page], "next": following}


async def get_flag(desk: Desk, identity: Identity, flag_id: UUID) -> dict[str, Any]:
    """Give a flag with its evidence, its lots and all that happened to it. Raises FlagNotFound."""
    async with desk.uow.read() as tx:
        flag, supplier = await found_flag(tx, flag_id)
        require(identity, "get_flag", await owned_supplier(tx, identity, supplier))
        return await flag_view(tx, flag)


async def found_flag(tx: ReadTx, flag_id: UUID) -> tuple[Flag, Supplier]:
    """Give a flag and the supplier that it is about. Raises FlagNotFound."""
    flag = await flags.find(tx, flag_id)
    if flag is None:
        raise FlagNotFound(flag_id=str(flag_id))
    supplier = await suppliers.find(tx, flag.supplier_id)
    assert supplier is not None
    return flag, supplier

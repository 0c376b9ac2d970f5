"""A unit reads its declarations and those below; anybody reads what was published, with all that verifies it."""

import base64
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.declaring import DeclarationState
from services.procurement_quota.domain.published import published_file
from services.procurement_quota.store.declarations import Declaration, extract_text, list_declarations, steps_of
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.declaration_view import declaration_listed, declaration_written
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.sign_declaration import DeclarationUnknown, find_declaration
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_id, encode_cursor


async def get_declaration(desk: Desk, identity: Identity, declaration_id: UUID) -> dict[str, Any]:
    """Give a declaration in any state. Raises DeclarationUnknown."""
    async with desk.uow.read() as tx:
        found = await find_declaration(tx, declaration_id)
        require(identity, "get_declaration", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
        return await declaration_written(tx, found)


async def list_declarations_of(
    desk: Desk,
    identity: Identity,
    unit_id: UUID,
    *,
    year: int | None,
    state: DeclarationState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List the declarations of a unit and of all below it, newest first. Raises UnitUnknown, InvalidFields."""
    before = decode_id(cursor)
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "list_declarations", Owned(unit_path=unit.path))
        found = await list_declarations(
            tx,
            path=unit.path,
            canteen_id=None,
            year=year,
            state=state,
            code=None,
            before=before,
            limit=limit + 1,
        )
        return await _page(tx, found, limit)


async def list_published_declarations(
    desk: Desk,
    *,
    unit_id: UUID | None,
    canteen_id: UUID | None,
    year: int | None,
    code: str | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List what was published, newest first; of a unit with all below it. Raises InvalidFields."""
    before = decode_id(cursor)
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id) if unit_id is not None else None
        if unit_id is not None and unit is None:
            return {"items": [], "next": None}
        found = await list_declarations(
            tx,
            path=unit.path if unit else None,
            canteen_id=canteen_id,
            year=year,
            state=DeclarationState.PUBLISHED,
            code=code,
            before=before,
            limit=limit + 1,
        )
        return await _page(tx, found, limit)


async def get_published_declaration(desk: Desk, declaration_id: UUID) -> bytes:
    """Give a published declaration as a file, the same bytes at every reading. Raises DeclarationUnknown."""
    async with desk.uow.read() as tx:
        found = await find_declaration(tx, declaration_id)
        if found.state is not DeclarationState.PUBLISHED:
            raise DeclarationUnknown(declaration_id=str(declaration_id))
        steps = await steps_of(tx, found.id)
        written = [{"statement": one.statement, "signature": base64.b64encode(one.signature).decode()} for one in steps]
        return published_file(found.payload, await extract_text(tx, found.id), written, steps[-1].public_key)


async def _page(tx: ReadTx, found: list[Declaration], limit: int) -> dict[str, Any]:
    items = [declaration_listed(one, await steps_of(tx, one.id)) for one in found[:limit]]
    return {"items": items, "next": encode_cursor([str(found[limit - 1].id)]) if len(found) > limit else None}

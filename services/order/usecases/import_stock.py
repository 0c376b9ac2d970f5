"""A supplier counts much stock by one sheet: taken as it stands, filled in, looked at row by row, and then done."""

import asyncio
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.order.domain.refusals import NoSuchSupplier, StockImportUnknown, SupplierIsRevoked
from services.order.domain.stock_table import NEEDED, stock_table
from services.order.store.stock_imports import SHEETS, STORE, shelf, state_of_supplier
from services.order.usecases.commands import Command
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, Role, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.imports.taking import Brought, NothingToAccept, is_known, take_in
from shared.imports.worker import Import
from shared.media import check_size
from shared.tables.opening import open_table
from shared.tables.template import filled
from shared.texts import LINE

RowState = Literal["bad", "good", "unchanged", "done", "refused"]


class PutStockImport(Command):
    """Whose stock a sheet counts, and what the file is called."""

    supplier: UUID
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=LINE, strip_whitespace=True)] = Field(
        default="stock", description="as the file is called"
    )


async def write_stock_sheet(desk: Desk, identity: Identity, supplier_id: UUID, media_type: str, language: str) -> bytes:
    """Write the sheet of what a supplier has on sale or still lying there. Raises NoSuchSupplier."""
    async with desk.uow.read() as tx:
        await _reached(tx, identity, "get_stock_sheet", supplier_id)
        lines = [one for one in await shelf(tx, supplier_id) if one.on_sale or one.on_hand]
    rows = [line.cells(language) for line in lines]
    return await asyncio.to_thread(filled, stock_table(), media_type, language, rows)


async def put_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutStockImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a sheet in, to be checked; gives the import as it stands, and whether it is new.

    It stands in the place of what the same person brought before and did not accept. Raises NoSuchSupplier,
    SupplierIsRevoked, FileTooLarge, and ImportUnreadable for a file of which not even the header can be read; then
    nothing is kept.
    """
    async with desk.uow.glance() as tx:
        await _reached(tx, identity, "put_stock_import", command.supplier)
        check_size(body)
        brought = Brought(import_id, command.name, body, identity.account_id, {"supplier_id": command.supplier})
        if await is_known(tx, STORE, brought):
            return await SHEETS.answer(tx, import_id), False
        await _not_revoked(tx, command.supplier)
    table = await asyncio.to_thread(open_table, body, command.name, stock_table(), NEEDED)
    alone = partial(SHEETS.alone, supplier_id=command.supplier)
    kept = partial(SHEETS.replace_checked, brought=brought)
    return await take_in(desk.uow, desk.files, STORE, brought, table, alone, SHEETS.answer, kept)


async def get_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: RowState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note.

    Raises StockImportUnknown.
    """
    async with desk.uow.read() as tx:
        one = await _found(tx, identity, "get_stock_import", import_id)
        return await SHEETS.page(tx, one, state=state, limit=limit, cursor=cursor)


async def write_stock_import_report(
    desk: Desk, identity: Identity, import_id: UUID, media_type: str, language: str, *, every: bool
) -> bytes:
    """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

    What is mended there is brought as another import. Raises StockImportUnknown.
    """
    async with desk.uow.read() as tx:
        await _found(tx, identity, "get_stock_import_report", import_id)
        told = await SHEETS.handed_back(tx, import_id, language, every=every)
    return await asyncio.to_thread(filled, stock_table(), media_type, language, told)


async def accept_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows done, in the background; the same again by the same person is told how far it is.

    Raises StockImportUnknown, NothingToAccept, SupplierIsRevoked.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        one = await STORE.lock(tx, import_id)
        if one is None:
            raise StockImportUnknown(import_id=str(import_id))
        role = require(identity, "accept_stock_import", Owned(supplier_id=one["supplier_id"]))
        if one["accepted_by"] != identity.account_id:
            await _accept(tx, identity, one, role)
        view = await SHEETS.answer(tx, import_id)
        await tx.answer(view)
        return view


async def _accept(tx: Tx, identity: Identity, one: Import, role: Role | None) -> None:
    good = (await STORE.counts(tx, one["id"])).get("good", 0)
    if one["state"] != "checked" or not good:
        raise NothingToAccept(state=one["state"], good=good)
    await _not_revoked(tx, one["supplier_id"])
    assert role is not None
    accepted = {"accepted_by": identity.account_id, "accepted_at": tx.now, "accepted_name": identity.name}
    await STORE.move(tx, one["id"], state="accepting", accepted_as=role.value, **accepted)


async def _reached(tx: ReadTx, identity: Identity, operation: str, supplier_id: UUID) -> None:
    if await state_of_supplier(tx, supplier_id) is None:
        raise NoSuchSupplier(supplier_id=str(supplier_id))
    require(identity, operation, Owned(supplier_id=supplier_id))


async def _not_revoked(tx: ReadTx, supplier_id: UUID) -> None:
    if await state_of_supplier(tx, supplier_id) is SupplierState.REVOKED:
        raise SupplierIsRevoked(supplier_id=str(supplier_id))


async def _found(tx: ReadTx, identity: Identity, operation: str, import_id: UUID) -> Import:
    one = await STORE.find(tx, import_id)
    if one is None:
        raise StockImportUnknown(import_id=str(import_id))
    require(identity, operation, Owned(supplier_id=one["supplier_id"]))
    return one

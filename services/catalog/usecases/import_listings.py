"""A seller changes many prices by one sheet: taken as it stands, filled in, looked at row by row, and then done."""

import asyncio
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.listing_table import NEEDED, listing_table
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import suppliers
from services.catalog.store.listing_imports import SHEETS, STORE, shelf
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act, place_of
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import NotFound
from shared.imports.taking import Brought, NothingToAccept, is_known, take_in
from shared.imports.worker import Import
from shared.media import check_size
from shared.tables.opening import open_table
from shared.tables.template import filled
from shared.texts import LINE

RowState = Literal["bad", "good", "unchanged", "published", "submitted", "refused"]


class ListingImportUnknown(NotFound):
    """There is no such import of prices.

    zh: 没有这次调价导入。
    """


class PutListingImport(BaseModel):
    """Whose prices a sheet changes, and what the file is called."""

    model_config = COMMAND

    supplier: UUID
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=LINE)] = Field(
        default="prices", description="as the file is called"
    )


async def write_listing_sheet(
    desk: Desk, identity: Identity, supplier_id: UUID, media_type: str, language: str
) -> bytes:
    """Write the sheet of a supplier's listings on sale, each as it stands now. Raises SupplierNotFound."""
    async with desk.uow.read() as tx:
        supplier = await _reached(tx, identity, "get_listing_sheet", supplier_id)
        lines = [one for one in await shelf(tx, supplier.supplier_id) if one.on_sale]
    rows = [line.cells(language) for line in sorted(lines, key=lambda one: (one.name, one.listing_id))]
    return await asyncio.to_thread(filled, listing_table(), media_type, language, rows)


async def put_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutListingImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a sheet in, to be checked; gives the import as it stands, and whether it is new.

    It stands in the place of what the same person brought before and did not accept. Raises SupplierNotFound,
    SupplierNotAdmitted, HelpEnded, FileTooLarge, and ImportUnreadable for a file of which not even the header can be
    read; then nothing is kept.
    """
    async with desk.uow.glance() as tx:
        supplier = await _reached(tx, identity, "put_listing_import", command.supplier)
        check_size(body)
        brought = Brought(import_id, command.name, body, identity.account_id, {"supplier_id": supplier.supplier_id})
        if await is_known(tx, STORE, brought):
            return await SHEETS.answer(tx, import_id), False
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
    table = await asyncio.to_thread(open_table, body, command.name, listing_table(), NEEDED)
    alone = partial(SHEETS.alone, supplier_id=supplier.supplier_id)
    kept = partial(_kept, identity=identity, brought=brought)
    return await take_in(desk.uow, desk.files, STORE, brought, table, alone, SHEETS.answer, kept)


async def get_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: RowState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note.

    Raises ListingImportUnknown.
    """
    async with desk.uow.read() as tx:
        one = await _found(tx, identity, "get_listing_import", import_id)
        return await SHEETS.page(tx, one, state=state, limit=limit, cursor=cursor)


async def write_listing_import_report(
    desk: Desk, identity: Identity, import_id: UUID, media_type: str, language: str, *, every: bool
) -> bytes:
    """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

    What is mended there is brought as another import. Raises ListingImportUnknown.
    """
    async with desk.uow.read() as tx:
        await _found(tx, identity, "get_listing_import_report", import_id)
        told = await SHEETS.handed_back(tx, import_id, language, every=every)
    return await asyncio.to_thread(filled, listing_table(), media_type, language, told)


async def accept_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows done, in the background; the same again by the same person is told how far it is.

    Raises ListingImportUnknown, NothingToAccept, SupplierNotAdmitted, HelpEnded.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        one = await STORE.lock(tx, import_id)
        if one is None:
            raise ListingImportUnknown(import_id=str(import_id))
        supplier = await _reached(tx, identity, "accept_listing_import", one["supplier_id"])
        if one["accepted_by"] != identity.account_id:
            await _accept(tx, identity, one, supplier)
        view = await SHEETS.answer(tx, import_id)
        await tx.answer(view)
        return view


async def _accept(tx: Tx, identity: Identity, one: Import, supplier: Supplier) -> None:
    good = (await STORE.counts(tx, one["id"])).get("good", 0)
    if one["state"] != "checked" or not good:
        raise NothingToAccept(state=one["state"], good=good)
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
    place, import_id = await place_of(tx, identity, supplier.supplier_id), one["id"]
    accepted = {"accepted_by": identity.account_id, "accepted_at": tx.now, "accepted_name": identity.name}
    await STORE.move(tx, import_id, state="accepting", accepted_as=place.value, **accepted)
    await log_act(tx, identity, supplier.supplier_id, "accept_listing_import", import_id)


async def _kept(tx: Tx, *, identity: Identity, brought: Brought) -> None:
    supplier_id: UUID = brought.whose["supplier_id"]
    await SHEETS.replace_checked(tx, brought)
    await log_act(tx, identity, supplier_id, "put_listing_import", brought.import_id)


async def _reached(tx: ReadTx, identity: Identity, operation: str, supplier_id: UUID) -> Supplier:
    supplier = await suppliers.find(tx, supplier_id)
    if supplier is None:
        raise SupplierNotFound(supplier_id=supplier_id)
    require(identity, operation, Owned(supplier_id=supplier_id))
    return supplier


async def _found(tx: ReadTx, identity: Identity, operation: str, import_id: UUID) -> Import:
    one = await STORE.find(tx, import_id)
    if one is None:
        raise ListingImportUnknown(import_id=str(import_id))
    require(identity, operation, Owned(supplier_id=one["supplier_id"]))
    return one

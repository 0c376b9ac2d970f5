"""A seller changes many prices by one sheet: taken as it stands, filled in, looked at row by row, and then done."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.listing_table import NEEDED, listing_table
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import listing_imports, suppliers
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act, place_of
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import NotFound
from shared.http.paging import decode_cursor, encode_cursor
from shared.imports.taking import Brought, NothingToAccept, is_known, take_in
from shared.imports.worker import Import
from shared.media import check_size
from shared.tables.opening import open_table
from shared.tables.outcome import handed_back
from shared.tables.template import filled
from shared.texts import LINE

RowState = Literal["bad", "good", "unchanged", "published", "submitted", "refused"]
RESULTS = {
    "bad": ("有误，未导入", "wrong, not imported"),
    "good": ("待确认", "waits to be accepted"),
    "unchanged": ("价格不变", "unchanged"),
    "published": ("已生效", "on sale at the new price"),
    "submitted": ("已提交审核", "sent to review"),
    "refused": ("未能修改", "refused"),
}
WRONG = ("bad", "refused")
Rows = Sequence[dict[str, Any]]


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
        lines = [one for one in await listing_imports.shelf(tx, supplier.supplier_id) if one.on_sale]
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
        if await is_known(tx, listing_imports.STORE, brought):
            return await _answer(tx, import_id), False
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
    table = await asyncio.to_thread(open_table, body, command.name, listing_table(), NEEDED)
    return await take_in(
        desk.uow,
        desk.files,
        listing_imports.STORE,
        brought,
        table,
        partial(listing_imports.alone_with_sheets, supplier_id=supplier.supplier_id),
        _answer,
        partial(_kept, identity=identity, brought=brought),
    )


async def get_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: RowState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note.

    Raises ListingImportUnknown.
    """
    after = decode_cursor(cursor, int)
    last = max(0, min(after[0], 2**31 - 1)) if after else 0
    async with desk.uow.read() as tx:
        one = await _found(tx, identity, "get_listing_import", import_id)
        rows = await listing_imports.STORE.report(tx, import_id, state=state, after=last, limit=limit + 1)
        more = encode_cursor([rows[limit - 1]["row"]]) if len(rows) > limit else None
        return await _written(tx, one, rows[:limit], more)


async def write_listing_import_report(
    desk: Desk, identity: Identity, import_id: UUID, media_type: str, language: str, *, every: bool
) -> bytes:
    """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

    What is mended there is brought as another import. Raises ListingImportUnknown.
    """
    async with desk.uow.read() as tx:
        await _found(tx, identity, "get_listing_import_report", import_id)
        rows = await listing_imports.all_rows(tx, import_id, tuple(RESULTS) if every else WRONG)
    table = listing_table()
    told = handed_back(table, rows, RESULTS, language)
    return await asyncio.to_thread(filled, table, media_type, language, told)


async def accept_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows done, in the background; the same again by the same person is told how far it is.

    Raises ListingImportUnknown, NothingToAccept, SupplierNotAdmitted, HelpEnded.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        one = await listing_imports.STORE.lock(tx, import_id)
        if one is None:
            raise ListingImportUnknown(import_id=str(import_id))
        supplier = await _reached(tx, identity, "accept_listing_import", one["supplier_id"])
        if one["accepted_by"] != identity.account_id:
            await _accept(tx, identity, one, supplier)
        view = await _answer(tx, import_id)
        await tx.answer(view)
        return view


async def _accept(tx: Tx, identity: Identity, one: Import, supplier: Supplier) -> None:
    good = (await listing_imports.STORE.counts(tx, one["id"])).get("good", 0)
    if one["state"] != "checked" or not good:
        raise NothingToAccept(state=one["state"], good=good)
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
    place, import_id = await place_of(tx, identity, supplier.supplier_id), one["id"]
    accepted = {"accepted_by": identity.account_id, "accepted_at": tx.now, "accepted_name": identity.name}
    await listing_imports.STORE.move(tx, import_id, state="accepting", accepted_as=place.value, **accepted)
    await log_act(tx, identity, supplier.supplier_id, "accept_listing_import", import_id)


async def _kept(tx: Tx, *, identity: Identity, brought: Brought) -> None:
    supplier_id: UUID = brought.whose["supplier_id"]
    await listing_imports.replace_checked(tx, brought.import_id, supplier_id, brought.by)
    await log_act(tx, identity, supplier_id, "put_listing_import", brought.import_id)


async def _reached(tx: ReadTx, identity: Identity, operation: str, supplier_id: UUID) -> Supplier:
    supplier = await suppliers.find(tx, supplier_id)
    if supplier is None:
        raise SupplierNotFound(supplier_id=supplier_id)
    require(identity, operation, Owned(supplier_id=supplier_id))
    return supplier


async def _found(tx: ReadTx, identity: Identity, operation: str, import_id: UUID) -> Import:
    one = await listing_imports.STORE.find(tx, import_id)
    if one is None:
        raise ListingImportUnknown(import_id=str(import_id))
    require(identity, operation, Owned(supplier_id=one["supplier_id"]))
    return one


async def _answer(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    one = await listing_imports.STORE.find(tx, import_id)
    assert one is not None
    return await _written(tx, one, [], None)


async def _written(tx: ReadTx, one: Import, rows: Rows, more: str | None) -> dict[str, Any]:
    counts = await listing_imports.STORE.counts(tx, one["id"])
    return {
        "import_id": str(one["id"]),
        "supplier_id": str(one["supplier_id"]),
        "name": one["name"],
        "state": one["state"],
        "sha256": one["sha256"],
        "rows_read": one["read"],
        "counts": {state: counts.get(state, 0) for state in RESULTS},
        "problems": one["problems"],
        "notes": one["notes"],
        "put_at": one["put_at"].isoformat(),
        "accepted_at": one["accepted_at"].isoformat() if one["accepted_at"] else None,
        "accepted_as": one["accepted_as"],
        "rows": [_row(row) for row in rows],
        "next": more,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    given = row["given"]
    shown = {name: given[name] for name in ("name", "unit_name", "price_fen", "new_price_fen")}
    return {
        "row": row["row"],
        "state": row["state"],
        "listing_id": str(row["listing_id"]) if row["listing_id"] else None,
        **shown,
        "foreseen": given["foreseen"] or None,
        "errors": row["errors"],
        "notes": row["notes"],
    }

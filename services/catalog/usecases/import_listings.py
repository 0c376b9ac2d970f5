"""A seller changes many prices by one sheet: taken as it stands, filled in, looked at row by row, and then done."""

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import suppliers
from services.catalog.store.listing_imports import SHEETS, shelf
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act, place_of
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.imports.sheets import Reach
from shared.imports.taking import Brought
from shared.texts import LINE

RowState = Literal["bad", "good", "unchanged", "published", "submitted", "refused"]


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
        await _by(identity, "get_listing_sheet")(tx, supplier_id)
        lines = [one for one in await shelf(tx, supplier_id) if one.on_sale]
    rows = [line.cells(language) for line in sorted(lines, key=lambda one: (one.name, one.listing_id))]
    return await SHEETS.filled(media_type, language, rows)


async def put_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutListingImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a sheet in, to be checked; gives the import as it stands, and whether it is new.

    It stands in the place of what the same person brought before and did not accept. Raises SupplierNotFound,
    SupplierNotAdmitted, HelpEnded, FileTooLarge, and ImportUnreadable for a file of which not even the header can be
    read; then nothing is kept.
    """

    async def kept(tx: Tx) -> None:
        await log_act(tx, identity, command.supplier, "put_listing_import", import_id)

    brought = Brought(import_id, command.name, body, identity.account_id, {"supplier_id": command.supplier})
    return await SHEETS.put(desk, brought, _by(identity, "put_listing_import"), _admitted, kept)


async def get_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: RowState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note.

    Raises ListingImportUnknown.
    """
    reach = _by(identity, "get_listing_import")
    return await SHEETS.get(desk, import_id, reach, state=state, limit=limit, cursor=cursor)


async def write_listing_import_report(
    desk: Desk, identity: Identity, import_id: UUID, media_type: str, language: str, *, every: bool
) -> bytes:
    """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

    Raises ListingImportUnknown.
    """
    reach = _by(identity, "get_listing_import_report")
    return await SHEETS.report(desk, import_id, reach, media_type, language, every=every)


async def accept_listing_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows done, in the background; the same again by the same person is told how far it is.

    Raises ListingImportUnknown, NothingToAccept, SupplierNotAdmitted, HelpEnded.
    """

    async def place(tx: Tx, supplier: Supplier) -> str:
        await _admitted(tx, supplier)
        await log_act(tx, identity, supplier.supplier_id, "accept_listing_import", import_id)
        return (await place_of(tx, identity, supplier.supplier_id)).value

    return await SHEETS.accept(desk, import_id, identity, _by(identity, "accept_listing_import"), place, once=once)


def _by(identity: Identity, operation: str) -> Reach[Supplier]:
    return partial(_reached, identity, operation)


async def _reached(identity: Identity, operation: str, tx: ReadTx, supplier_id: UUID) -> Supplier:
    supplier = await suppliers.find(tx, supplier_id)
    if supplier is None:
        raise SupplierNotFound(supplier_id=supplier_id)
    require(identity, operation, Owned(supplier_id=supplier_id))
    return supplier


async def _admitted(tx: ReadTx, supplier: Supplier) -> None:
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)

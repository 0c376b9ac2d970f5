"""A supplier counts much stock by one sheet: taken as it stands, filled in, looked at row by row, and then done."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.order.domain.refusals import NoSuchSupplier, SupplierIsRevoked
from services.order.store.stock_imports import SHEETS, shelf, state_of_supplier
from services.order.usecases.commands import Command
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, Role, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.imports.sheets import Reach
from shared.imports.taking import Brought
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
        await _by(identity, "get_stock_sheet")(tx, supplier_id)
        lines = [one for one in await shelf(tx, supplier_id) if one.on_sale or one.on_hand]
    return await SHEETS.filled(media_type, language, [line.cells(language) for line in lines])


async def put_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutStockImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a sheet in, to be checked; gives the import as it stands, and whether it is new.

    It stands in the place of what the same person brought before and did not accept. Raises NoSuchSupplier,
    SupplierIsRevoked, FileTooLarge, and ImportUnreadable for a file of which not even the header can be read; then
    nothing is kept.
    """
    brought = Brought(import_id, command.name, body, identity.account_id, {"supplier_id": command.supplier})
    return await SHEETS.put(desk, brought, _by(identity, "put_stock_import"), _not_revoked)


async def get_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: RowState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note.

    Raises StockImportUnknown.
    """
    reach = _by(identity, "get_stock_import")
    return await SHEETS.get(desk, import_id, reach, state=state, limit=limit, cursor=cursor)


async def write_stock_import_report(
    desk: Desk, identity: Identity, import_id: UUID, media_type: str, language: str, *, every: bool
) -> bytes:
    """Write the rows that were not done, or every row, as the sheet they came on with what is wrong with each.

    Raises StockImportUnknown.
    """
    reach = _by(identity, "get_stock_import_report")
    return await SHEETS.report(desk, import_id, reach, media_type, language, every=every)


async def accept_stock_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows done, in the background; the same again by the same person is told how far it is.

    Raises StockImportUnknown, NothingToAccept, SupplierIsRevoked.
    """
    reach = _by(identity, "accept_stock_import")
    return await SHEETS.accept(desk, import_id, identity, reach, _place, once=once)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A supplier as it stands, and the role that lets whoever asks."""

    supplier_id: UUID
    state: SupplierState
    role: Role | None


def _by(identity: Identity, operation: str) -> Reach[_Reached]:
    return partial(_reached, identity, operation)


async def _reached(identity: Identity, operation: str, tx: ReadTx, supplier_id: UUID) -> _Reached:
    state = await state_of_supplier(tx, supplier_id)
    if state is None:
        raise NoSuchSupplier(supplier_id=str(supplier_id))
    return _Reached(supplier_id, state, require(identity, operation, Owned(supplier_id=supplier_id)))


async def _place(tx: Tx, reached: _Reached) -> str:
    await _not_revoked(tx, reached)
    assert reached.role is not None
    return reached.role.value


async def _not_revoked(tx: ReadTx, reached: _Reached) -> None:
    if reached.state is SupplierState.REVOKED:
        raise SupplierIsRevoked(supplier_id=str(reached.supplier_id))

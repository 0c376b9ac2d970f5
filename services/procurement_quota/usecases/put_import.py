"""A file of purchases is taken in and checked row by row; nothing of it is a purchase until somebody accepts it."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.import_schema import PURCHASES, needed
from services.procurement_quota.store import imports
from services.procurement_quota.store.canteens import canteen_by_id
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.ledger import ChainUnknown
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.import_view import answer_import, import_written, reach_import
from services.procurement_quota.usecases.texts import Line
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.imports.taking import Brought, is_known, take_in
from shared.media import check_size
from shared.tables.opening import open_table


class PutImport(BaseModel):
    """For whom a file is imported, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    canteen: UUID | None = Field(default=None, description="for one canteen")
    unit: UUID | None = Field(default=None, description="or for a unit, with a column that names the canteen")
    name: Annotated[Line, Field(max_length=120)] = "purchases"


async def put_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a file in; gives the import as it stands, and whether it is new.

    Raises FileTooLarge and ImportUnreadable for a file of which not even the header can be read; then nothing is kept.
    """
    if (command.canteen is None) == (command.unit is None):
        raise InvalidFields(
            field_problem("canteen", "is needed, or else a unit, not both", "应指定食堂或单位，二者择一")
        )
    async with desk.uow.glance() as reading:
        unit_id, path = await _whose(reading, command)
        require(identity, "put_import", Owned(canteen_id=command.canteen, unit_path=path))
        check_size(body)
        whose = {"unit_id": unit_id, "canteen_id": command.canteen}
        brought = Brought(import_id, command.name, body, identity.account_id, whose)
        if await is_known(reading, imports.STORE, brought):
            return await answer_import(reading, import_id), False
    columns = needed(unit_wide=command.unit is not None)
    table = await asyncio.to_thread(open_table, body, command.name, PURCHASES, columns)
    alone = partial(lock_name, name=f"imports {unit_id}")
    return await take_in(desk.uow, desk.files, imports.STORE, brought, table, alone, answer_import)


async def get_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: str | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note. Raises ImportUnknown."""
    async with desk.uow.read() as tx:
        row = await reach_import(tx, identity, "get_import", import_id)
        rows, more = await imports.STORE.page(tx, import_id, state=state, limit=limit, cursor=cursor)
        return await import_written(tx, row, rows, more)


async def _whose(tx: ReadTx, command: PutImport) -> tuple[UUID, str]:
    if command.canteen is not None:
        canteen = await canteen_by_id(tx, command.canteen)
        if canteen is None:
            raise CanteenUnknown(canteen_id=str(command.canteen))
        return canteen.unit_id, canteen.unit_path
    assert command.unit is not None
    unit = await unit_by_id(tx, command.unit)
    if unit is None:
        raise ChainUnknown(unit_id=str(command.unit))
    return unit.id, unit.path

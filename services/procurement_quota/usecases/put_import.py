"""A file of purchases is taken in and checked row by row; nothing of it is a purchase until somebody accepts it."""

import asyncio
import hashlib
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
from services.procurement_quota.usecases.import_view import import_written, reach_import
from services.procurement_quota.usecases.texts import Line
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor
from shared.ids import new_id
from shared.media import check_size
from shared.tables.opening import Table, open_table

OPEN_MAX = 20


class ImportDiffers(Conflict):
    """Another file stands under this id; choose a new one.

    zh: 该编号下已有另一个文件，请使用新的编号。
    """


class TooManyImports(Conflict):
    """This unit has too many imports under way; accept or undo some of them first.

    zh: 本单位未完成的导入过多，请先接受或撤销其中一些。
    """


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
        digest = hashlib.sha256(body).hexdigest()
        if known := await imports.import_by_id(reading, import_id):
            return await _again(reading, known, unit_id, command, digest), False
        await _check_room(reading, unit_id)
    columns = needed(unit_wide=command.unit is not None)
    table = await asyncio.to_thread(open_table, body, command.name, PURCHASES, columns)
    key = f"imports/{import_id}/{digest}/{new_id()}"  # Of this attempt alone, so that it may be removed.
    await desk.files.put(key, body, table.media_type)
    values = _values(import_id, unit_id, command, table) | {
        "sha256": digest,
        "size_bytes": len(body),
        "object_key": key,
        "put_by": identity.account_id,
    }
    try:
        answer, new = await _written(desk, unit_id, command, values)
    except Conflict:
        await desk.files.remove(key)
        raise
    if not new:
        await desk.files.remove(key)
    return answer, new


async def _written(
    desk: Desk, unit_id: UUID, command: PutImport, values: dict[str, Any]
) -> tuple[dict[str, Any], bool]:
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"imports {unit_id}")
        if known := await imports.import_by_id(tx, values["id"]):
            return await _again(tx, known, unit_id, command, values["sha256"]), False
        await _check_room(tx, unit_id)
        new = await imports.write_import(tx, values | {"put_at": tx.now})
        written = await imports.import_by_id(tx, values["id"])
        assert written is not None
        if not new:
            return await _again(tx, written, unit_id, command, values["sha256"]), False
        return await import_written(tx, written), True


async def _check_room(tx: ReadTx, unit_id: UUID) -> None:
    if await imports.open_imports(tx, unit_id) >= OPEN_MAX:
        raise TooManyImports(imports_max=OPEN_MAX)


async def get_import(
    desk: Desk, identity: Identity, import_id: UUID, *, state: str | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of its rows: of a state, or those with an error or a note. Raises ImportUnknown."""
    after = decode_cursor(cursor, int)
    async with desk.uow.read() as tx:
        row = await reach_import(tx, identity, "get_import", import_id)
        last = max(0, min(after[0], 2**31 - 1)) if after else 0
        rows = await imports.report(tx, import_id, state=state, after=last, limit=limit + 1)
        more = encode_cursor([rows[limit - 1]["row"]]) if len(rows) > limit else None
        return await import_written(tx, row, rows[:limit], more)


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


async def _again(tx: ReadTx, known: dict[str, Any], unit_id: UUID, command: PutImport, digest: str) -> dict[str, Any]:
    if (known["sha256"], known["unit_id"], known["canteen_id"]) != (digest, unit_id, command.canteen):
        raise ImportDiffers(import_id=str(known["id"]))
    return await import_written(tx, known)


def _values(import_id: UUID, unit_id: UUID, command: PutImport, table: Table) -> dict[str, Any]:
    return {
        "id": import_id,
        "unit_id": unit_id,
        "canteen_id": command.canteen,
        "name": command.name,
        "media_type": table.media_type,
        "encoding": table.encoding,
        "separator": table.separator,
        "sheet": table.sheet[:60],
        "state": "checking",
        "rows": table.rows_guessed,
        "read": 0,
        "problems": [],
        "notes": table.notes,
    }

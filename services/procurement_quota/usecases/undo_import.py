"""An import is undone until any of it is verified or transferred: each purchase by an entry, none is deleted."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.store import imports
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.import_view import answer_import, reach_import
from services.procurement_quota.usecases.texts import Said
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp
from shared.errors import Conflict


class ImportFollowed(Conflict):
    """Some of this import was verified, transferred, or taken back by a red-letter invoice; it cannot be undone.

    zh: 该导入已有采购经过核验、更正转移或红字冲销，不能再撤销。
    """


class NothingToUndo(Conflict):
    """This import was undone already, or could not be read.

    zh: 该导入已撤销，或无法读取。
    """


class UndoImport(BaseModel):
    """Why an import is taken back."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"reason": "导入了错误月份的文件"}]}
    )

    reason: Said


async def undo_import(
    desk: Desk, identity: Identity, import_id: UUID, command: UndoImport, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have an import taken back, in the background; one that was never accepted is simply dropped.

    Raises ImportUnknown, ImportFollowed, NothingToUndo.
    """
    async with desk.uow.glance() as reading:
        await reach_import(reading, identity, "undo_import", import_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        now = await imports.STORE.lock(tx, import_id)
        if now is None or now["state"] in ("undoing", "undone", "unreadable"):
            raise NothingToUndo(import_id=str(import_id), state=now["state"] if now else None)
        if await imports.is_followed(tx, import_id):
            raise ImportFollowed(import_id=str(import_id))
        await imports.STORE.move(
            tx,
            import_id,
            state="undoing" if now["state"] in ("accepting", "accepted") else "undone",
            undone_by=identity.account_id,
            undone_at=tx.now,
            undone_because=command.reason,
        )
        answer = await answer_import(tx, import_id)
        await tx.answer(answer)
        return answer

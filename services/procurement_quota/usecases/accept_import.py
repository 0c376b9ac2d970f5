"""Somebody takes the good rows of an import; only then do they become purchases."""

from typing import Any
from uuid import UUID

from services.procurement_quota.store import imports
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.import_view import import_written
from services.procurement_quota.usecases.put_import import ImportUnknown
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Stamp
from shared.errors import Conflict


class NothingToAccept(Conflict):
    """This import is not checked yet, holds no good row, or was accepted or undone before.

    zh: 该导入尚未核对完毕、没有可接受的行，或已接受、已撤销。
    """


async def accept_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows entered, in the background. Raises ImportUnknown, NothingToAccept."""
    async with desk.uow.glance() as reading:
        row = await imports.import_by_id(reading, import_id)
    if row is None:
        raise ImportUnknown(import_id=str(import_id))
    require(identity, "accept_import", Owned(canteen_id=row["canteen_id"], unit_path=row["unit_path"]))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        now = await imports.lock_import(tx, import_id)
        good = (await imports.counts(tx, import_id)).get("good", 0)
        if now is None or now["state"] != "checked" or not good:
            raise NothingToAccept(import_id=str(import_id), state=now["state"] if now else None, good=good)
        await imports.move_import(tx, import_id, state="accepting", accepted_by=identity.account_id, accepted_at=tx.now)
        written = await imports.import_by_id(tx, import_id)
        assert written is not None
        answer: dict[str, Any] = await import_written(tx, written, [], None)
        await tx.answer(answer)
        return answer

"""Somebody takes the good rows of an import; only then do they become purchases."""

from typing import Any
from uuid import UUID

from services.procurement_quota.store import imports
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.import_view import answer_import, reach_import
from shared.contracts.authority import Identity
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
        await reach_import(reading, identity, "accept_import", import_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        now = await imports.STORE.lock(tx, import_id)
        good = (await imports.STORE.counts(tx, import_id)).get("good", 0)
        if now is None or now["state"] != "checked" or not good:
            raise NothingToAccept(import_id=str(import_id), state=now["state"] if now else None, good=good)
        accepted = {"accepted_by": identity.account_id, "accepted_at": tx.now}
        await imports.STORE.move(tx, import_id, state="accepting", **accepted)
        answer = await answer_import(tx, import_id)
        await tx.answer(answer)
        return answer

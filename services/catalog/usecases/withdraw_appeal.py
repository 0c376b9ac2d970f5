"""An owner takes an appeal back while nobody has decided; the review may then be appealed anew."""

from typing import Any
from uuid import UUID

from services.catalog.domain.appeals import APPEAL, AppealNotFound, AppealState
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import appeals, suppliers
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.appeal_shapes import appeal_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def withdraw_appeal(
    desk: Desk, identity: Identity, supplier_id: UUID, appeal_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Withdraw an appeal; of one that is withdrawn already, nothing changes."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        await reached(tx, identity, "withdraw_appeal", supplier_id)
        await suppliers.lock(tx, supplier_id)
        appeal = await appeals.find(tx, appeal_id)
        if appeal is None or appeal.supplier_id != supplier_id:
            raise AppealNotFound(appeal_id=appeal_id)
        if appeal.state is not AppealState.WITHDRAWN:
            state = APPEAL.check(appeal.state, "withdraw")
            changed = await appeals.change(tx, appeal, {"state": state.value})
            if changed is None:
                raise ChangedMeanwhile(appeal_id=appeal_id)
            appeal = changed
            await log_act(tx, identity, supplier_id, "withdraw_appeal", appeal_id)
        view = appeal_view(appeal)
        await tx.answer(view)
        return view

"""A code that went to the wrong one opens nothing any more, at once."""

from typing import Any
from uuid import UUID

from services.catalog.domain.members import InvitationDead
from services.catalog.store import members, suppliers
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.member_shapes import invitation_view
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def withdraw_invitation(
    desk: Desk, identity: Identity, supplier_id: UUID, invitation_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Make a code open nothing any more. Raises InvitationDead for one that opens nothing already."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        await reached(tx, identity, "withdraw_invitation", supplier_id)
        await suppliers.lock(tx, supplier_id)
        known = await members.find_invitation(tx, invitation_id=invitation_id)
        if known is None or known.supplier_id != supplier_id:
            raise InvitationDead()
        if known.withdrawn_at is None:
            if not await members.withdraw_invitation(tx, invitation_id):
                raise InvitationDead()
            await log_act(tx, identity, supplier_id, "withdraw_invitation", invitation_id)
        view = invitation_view(known)
        await tx.answer(view)
        return view

"""Who acts for a supplier, who did, and which codes are still open, is seen by its people, officers and auditors."""

from typing import Any
from uuid import UUID

from services.catalog.store import members
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.member_shapes import invitation_view, member_view
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity


async def list_members(desk: Desk, identity: Identity, supplier_id: UUID) -> dict[str, Any]:
    """List a supplier's people, the living first, and its open invitations without their codes."""
    async with desk.uow.read() as tx:
        await reached(tx, identity, "list_members", supplier_id)
        return {
            "items": [member_view(one) for one in await members.of_supplier(tx, supplier_id)],
            "next": None,
            "invitations": [
                invitation_view(one) for one in await members.open_invitations(tx, supplier_id, desk.clock.now())
            ],
        }

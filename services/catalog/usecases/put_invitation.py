"""An owner hands out a code that lets one person in, once; the same request again shows the same code."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.members import (
    INVITATIONS_OPEN_MAX,
    InvitationFixed,
    MemberRole,
    TooManyInvitations,
    code_of,
    expires_at,
    hash_of,
    invitation_problems,
)
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.store import members, suppliers
from services.catalog.store.members import Invitation
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.member_shapes import invitation_view, invitation_with_code
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date, day_is_over
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields


class PutInvitation(BaseModel):
    """Whom a code lets in: in which role, and a helper until when."""

    model_config = COMMAND | {
        "json_schema_extra": {"examples": [{"role": "packer"}, {"role": "helper", "until": "2026-12-31"}]}
    }

    role: MemberRole
    until: date | None = Field(default=None, description="a helper's last day, within a year; nobody else's")


async def put_invitation(
    desk: Desk, identity: Identity, supplier_id: UUID, invitation_id: UUID, command: PutInvitation
) -> dict[str, Any]:
    """Make a code that is good for a week. The code is kept nowhere, and made again for its maker who asks again.

    Another owner who asks is not told it, for a code ends with its maker alone.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_invitation", supplier_id)
        await suppliers.lock(tx, supplier_id)
        supplier = await reached(
            tx, identity, "put_invitation", supplier_id
        )  # Its maker may have been ended meanwhile.
        known = await members.find_invitation(tx, invitation_id=invitation_id)
        if known is not None:
            return _again(known, identity, supplier_id, command, desk.links.key)
        if problems := invitation_problems(command.role, command.until, business_date(tx.now)):
            raise InvalidFields(*problems)
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        if len(await members.open_invitations(tx, supplier_id, tx.now)) >= INVITATIONS_OPEN_MAX:
            raise TooManyInvitations(invitations_max=INVITATIONS_OPEN_MAX)
        invitation = _made(tx, identity, supplier_id, invitation_id, command, desk.links.key)
        if not await members.insert_invitation(tx, invitation):
            raise InvitationFixed(invitation_id=invitation_id)
        await log_act(tx, identity, supplier_id, "put_invitation", invitation_id)
        return invitation_with_code(invitation, desk.links.key)


def _again(
    known: Invitation, identity: Identity, supplier_id: UUID, command: PutInvitation, key: bytes
) -> dict[str, Any]:
    if (known.supplier_id, known.role, known.until) != (supplier_id, command.role, command.until):
        raise InvitationFixed(invitation_id=known.invitation_id)
    if known.invited_by != identity.account_id:
        return invitation_view(known) | {"code": None}
    return invitation_with_code(known, key)


def _made(
    tx: Tx, identity: Identity, supplier_id: UUID, invitation_id: UUID, command: PutInvitation, key: bytes
) -> Invitation:
    return Invitation(
        invitation_id=invitation_id,
        supplier_id=supplier_id,
        role=command.role,
        until=command.until,
        code_sha256=hash_of(code_of(key, invitation_id)),
        invited_by=identity.account_id,
        invited_by_name=identity.name,
        invited_at=tx.now,
        expires_at=expires_at(tx.now, None if command.until is None else day_is_over(command.until)),
        withdrawn_at=None,
        used_by=None,
        used_at=None,
    )

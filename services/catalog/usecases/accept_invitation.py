"""Whoever is signed in and has the code becomes a member, once; whoever guesses codes is stopped.

Decision: a wrong code is counted in the transaction that looked for it, which therefore ends well, and the refusal is
raised after it. Why: what is refused leaves nothing, and here the count is what must be left. Price: this route takes
no idempotency key; who sends their own code again is answered as the first time.

Decision: whoever is an owner no more, by a code of another role or by an end, takes with them the codes that they
handed out. Why: an owner that was ended would let themself back in by their own. Price: whom they invited is invited
anew.
"""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.catalog.domain.members import (
    CODE_SENT_MAX,
    MEMBERS_MAX,
    WRONG_CODES_AN_HOUR_MAX,
    ActedAs,
    InvitationDead,
    LastOwner,
    MemberRole,
    TooManyCodes,
    TooManyMembers,
    code_as_read,
    hash_of,
)
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.store import members, suppliers
from services.catalog.store.members import Invitation, Member
from services.catalog.usecases.acts import write_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.member_shapes import member_changed, member_view
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.texts import LINE


class AcceptInvitation(BaseModel):
    """The code that an owner handed out."""

    model_config = COMMAND | {"json_schema_extra": {"examples": [{"code": "7KQ2M-9XD4T"}]}}

    code: Annotated[str, Field(min_length=1, max_length=CODE_SENT_MAX, pattern=LINE)]


async def accept_invitation(desk: Desk, identity: Identity, command: AcceptInvitation) -> dict[str, Any]:
    """Become a member by a code. Of two who send one code at once, one is let in.

    Raises InvitationDead alike for a code that is unknown, used or over; TooManyCodes after ten wrong ones in an hour.
    """
    require(identity, "accept_invitation", Owned())
    async with desk.uow.begin() as tx:
        hour = tx.now.replace(minute=0, second=0, microsecond=0)
        if await members.wrong_tries(tx, identity.account_id, hour) >= WRONG_CODES_AN_HOUR_MAX:
            raise TooManyCodes(wrong_codes_max=WRONG_CODES_AN_HOUR_MAX)
        member = await _let_in(tx, identity, command)
        if member is not None:
            return member_view(member)
        await members.count_wrong_try(tx, identity.account_id, hour)
    raise InvitationDead()


async def _let_in(tx: Tx, identity: Identity, command: AcceptInvitation) -> Member | None:
    """Use the code, if it opens something; the supplier is locked from here on."""
    invitation = await members.find_invitation(tx, code_sha256=hash_of(code_as_read(command.code)))
    if invitation is None:
        return None
    await suppliers.lock(tx, invitation.supplier_id)
    known = await members.find(tx, invitation.supplier_id, identity.account_id)
    if not await members.use_invitation(tx, invitation.invitation_id, identity.account_id):
        again = await members.find_invitation(tx, invitation_id=invitation.invitation_id)
        return known if again is not None and again.used_by == identity.account_id else None
    return await _enter(tx, identity, invitation, known)


async def _enter(tx: Tx, identity: Identity, invitation: Invitation, known: Member | None) -> Member:
    supplier = await suppliers.find(tx, invitation.supplier_id)
    assert supplier is not None
    if supplier.state is SupplierState.REVOKED:
        raise RevokedSupplier(supplier_id=supplier.supplier_id)
    living = await members.living(tx, supplier.supplier_id)
    others = [one for one in living if one.account_id != identity.account_id]
    if len(others) >= MEMBERS_MAX:
        raise TooManyMembers(members_max=MEMBERS_MAX)
    if invitation.role is not MemberRole.OWNER and not any(one.role is MemberRole.OWNER for one in others):
        raise LastOwner(supplier_id=supplier.supplier_id)
    member = Member(
        supplier_id=supplier.supplier_id,
        account_id=identity.account_id,
        version=1 if known is None else known.version + 1,
        role=invitation.role,
        account_name=identity.name,
        until=invitation.until,
        invited_by=invitation.invited_by,
        accepted_at=tx.now,
        ended_at=None,
        ended_by=None,
    )
    await members.put(tx, member)
    if member.role is not MemberRole.OWNER:
        await members.withdraw_invitations_of(tx, supplier.supplier_id, identity.account_id)
    place = ActedAs.HELPER if member.role is MemberRole.HELPER else ActedAs.OWN
    await write_act(tx, identity, supplier.supplier_id, place, "accept_invitation", identity.account_id, member.version)
    await tx.publish(member_changed(member))
    return member

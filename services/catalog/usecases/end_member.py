"""An owner ends any member, a member themselves, an officer a helper; and a helper's last day ends them by itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.catalog.domain.members import ActedAs, HelpersOnly, LastOwner, MemberNotFound, MemberRole
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import members, suppliers
from services.catalog.store.members import Member
from services.catalog.usecases.acts import write_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.member_shapes import member_changed, member_view
from services.catalog.usecases.reach import owned_supplier
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, Role, acting_as, allows, require
from shared.db.unit_of_work import Stamp, Tx

ENDED_AT_ONCE_MAX = 100


async def end_member(
    desk: Desk, identity: Identity, supplier_id: UUID, account_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """End what a person may do for a supplier; of one that has ended already, nothing changes.

    The codes that they handed out and nobody has used open nothing from then on, for one might bring them back. The
    last owner stays. A supplier that was revoked may still lose its members.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        supplier = await suppliers.find(tx, supplier_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=supplier_id)
        owned = await owned_supplier(tx, identity, supplier)
        theirs = replace(owned, account_id=identity.account_id) if identity.account_id == account_id else owned
        known = await members.find(tx, supplier_id, account_id)
        require(identity, "end_member", theirs if known is not None else owned)
        if known is None:
            raise MemberNotFound(account_id=account_id)
        place = _place_of(identity, theirs, known)
        await suppliers.lock(tx, supplier_id)
        known = await members.find(tx, supplier_id, account_id)
        assert known is not None
        if known.ended_at is None:
            known = await _end(tx, known, identity.account_id)
            await write_act(tx, identity, supplier_id, place, "end_member", account_id, known.version)
        view = member_view(known)
        await tx.answer(view)
        return view


def _place_of(identity: Identity, theirs: Owned, known: Member) -> ActedAs:
    """Tell in whose place somebody ends a member: an officer reaches a helper alone."""
    if not allows(identity, "end_member", replace(theirs, unit_path=None)):
        if known.role is not MemberRole.HELPER:
            raise HelpersOnly(account_id=known.account_id)
        return ActedAs.OFFICER
    return ActedAs.HELPER if acting_as(identity, known.supplier_id) is Role.HELPER else ActedAs.OWN


async def _end(tx: Tx, known: Member, ended_by: UUID | None) -> Member:
    if known.role is MemberRole.OWNER:
        living = await members.living(tx, known.supplier_id)
        if not any(one.role is MemberRole.OWNER and one.account_id != known.account_id for one in living):
            raise LastOwner(supplier_id=known.supplier_id)
    ended = replace(known, version=known.version + 1, ended_at=tx.now, ended_by=ended_by)
    await members.put(tx, ended)
    await members.withdraw_invitations_of(tx, ended.supplier_id, ended.account_id)
    await tx.publish(member_changed(ended))
    return ended


async def end_past_members(desk: Desk) -> int:
    """End those whose last day has passed, in small transactions; gives how many. Two at once end each of them once."""
    count = 0
    while True:
        async with desk.uow.begin() as tx:
            past = await members.past(tx, business_date(tx.now), ENDED_AT_ONCE_MAX)
            for one in past:
                await suppliers.lock(tx, one.supplier_id)
                known = await members.find(tx, one.supplier_id, one.account_id)
                if known is not None and known.ended_at is None and known.until == one.until:
                    await _end(tx, known, None)
                    count += 1
            await members.sweep_wrong_tries(tx)
        if len(past) < ENDED_AT_ONCE_MAX:
            return count

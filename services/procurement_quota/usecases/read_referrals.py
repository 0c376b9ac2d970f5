"""Auditors and officers above read what was referred, as it stands or stood on a day; the unit concerned does not."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.registers import ReferralState, ReferralUnknown, Register
from services.procurement_quota.store.registers import list_records, of_units, of_units_below, versions_of
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_referral import referral_written
from services.procurement_quota.usecases.register_view import as_of
from services.procurement_quota.usecases.step_referral import reach_referral
from shared.contracts.authority import Identity, NotAllowed, Reach, seats_that_reach
from shared.http.paging import decode_id, encode_cursor


async def get_referral(
    desk: Desk, identity: Identity, referral_id: UUID, *, known_by: date | None = None
) -> dict[str, Any]:
    """Give a referral as it was known by the end of a day, or is now. Raises ReferralUnknown."""
    async with desk.uow.glance() as tx:
        versions = await reach_referral(tx, identity, "get_referral", referral_id)
    found = as_of(versions, known_by)
    if found is None:
        raise ReferralUnknown(referral_id=str(referral_id))
    return referral_written(found, versions)


async def list_referrals(
    desk: Desk, identity: Identity, *, state: ReferralState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List, newest first, what the asker's seats reach; raises NotAllowed for someone without such a seat."""
    before = decode_id(cursor)
    async with desk.uow.glance() as tx:
        found = await list_records(
            tx,
            Register.REFERRAL,
            in_reach(identity, "list_referrals"),
            state=None if state is None else state.value,
            before=before,
            limit=limit + 1,
        )
        items = [referral_written(one, await versions_of(tx, Register.REFERRAL, one.id)) for one in found[:limit]]
    return {"items": items, "next": encode_cursor([items[-1]["id"]]) if len(found) > limit else None}


def in_reach(identity: Identity, operation: str) -> sa.ColumnElement[bool]:
    """Hold records to what somebody's seats reach in this operation. Raises NotAllowed for none."""
    seats = [(reach, seat.path) for reach, seat in seats_that_reach(identity, operation) if seat.path]
    if not seats:
        raise NotAllowed(operation=operation)
    whole = of_units([path for reach, path in seats if reach is Reach.SUBTREE])
    below = of_units_below([path for reach, path in seats if reach is Reach.ABOVE])
    return sa.or_(whole, below)

"""Beside a conflict stands what the person decided meanwhile about whom it names, for auditors and officers above."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.registers import ConflictState, ConflictUnknown, Register
from services.procurement_quota.store.decisions import decisions_of
from services.procurement_quota.store.register_tables import register_version
from services.procurement_quota.store.registers import list_records, of_units, of_units_below, versions_of
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_conflict import conflict_written
from services.procurement_quota.usecases.register_view import as_of
from services.procurement_quota.usecases.review_conflict import reach_conflict
from shared.clock import SHANGHAI, end_of_day, today
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import decode_cursor, decode_id, encode_cursor


async def get_conflict(
    desk: Desk, identity: Identity, conflict_id: UUID, *, known_by: date | None = None
) -> dict[str, Any]:
    """Give a conflict as it was known by the end of a day, or is now. Raises ConflictUnknown."""
    async with desk.uow.glance() as tx:
        versions = await reach_conflict(tx, identity, "get_conflict", conflict_id)
    found = as_of(versions, known_by)
    if found is None:
        raise ConflictUnknown(conflict_id=str(conflict_id))
    return conflict_written(desk.clock, found, versions)


async def list_conflicts(
    desk: Desk,
    identity: Identity,
    *,
    state: ConflictState | None,
    account: UUID | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List, newest first, one's own and what one's seats reach; of one account where it is named."""
    before = decode_id(cursor)
    seats = [(reach, seat.path) for reach, seat in seats_that_reach(identity, "list_conflicts") if seat.path]
    reach = sa.or_(
        register_version.c.account_id == identity.account_id,
        of_units([path for reach, path in seats if reach is Reach.SUBTREE]),
        of_units_below([path for reach, path in seats if reach is Reach.ABOVE]),
    )
    async with desk.uow.glance() as tx:
        found = await list_records(
            tx,
            Register.CONFLICT,
            reach,
            state=None if state is None else state.value,
            before=before,
            limit=limit + 1,
            account_id=account,
        )
        items = [
            conflict_written(desk.clock, one, await versions_of(tx, Register.CONFLICT, one.id)) for one in found[:limit]
        ]
    return {"items": items, "next": encode_cursor([items[-1]["id"]]) if len(found) > limit else None}


async def list_conflict_decisions(
    desk: Desk, identity: Identity, conflict_id: UUID, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List what the person decided, on the days of the conflict, about the unit's or the supplier's things.

    Verifications of purchases made elsewhere, rulings on filings and openings, transfers, signatures of declarations
    and reviews of reservations; of a supplier, purchases that name it as the seller and transfers of its orders.
    Raises ConflictUnknown.
    """
    keys = decode_cursor(cursor, datetime, str, UUID)
    async with desk.uow.read() as tx:
        last = (await reach_conflict(tx, identity, "list_conflict_decisions", conflict_id))[-1]
        assert last.account_id is not None  # `put_conflict` saw to it
        about = last.content["about_unit_id"]
        unit = await unit_by_id(tx, UUID(about)) if about else None
        valid_to = last.content["valid_to"]
        rows = await decisions_of(
            tx,
            last.account_id,
            path=unit.path if unit else "/",
            supplier_id=last.supplier_id,
            since=datetime.combine(date.fromisoformat(last.content["valid_from"]), time(), SHANGHAI),
            until=end_of_day(date.fromisoformat(valid_to) if valid_to else today(desk.clock)),
            before=None if keys is None else (keys[0], keys[1], keys[2]),
            limit=limit + 1,
        )
    page = rows[:limit]
    last_row = page[-1] if len(rows) > limit else None
    following = None
    if last_row is not None:
        following = encode_cursor([moment_text(last_row.decided_at), last_row.kind, str(last_row.id)])
    items = [
        {
            "kind": row.kind,
            "id": str(row.id),
            "outcome": row.outcome,
            "decided_at": moment_text(row.decided_at),
            "canteen_id": str(row.canteen_id),
            "unit_id": str(row.unit_id),
            "unit_name": row.unit_name,
        }
        for row in page
    ]
    return {"items": items, "next": following}

"""A canteen's people and the units above read its reservation; a unit reads those of all its canteens and below."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.reservations import ReservationState
from services.procurement_quota.store.reservations import list_newest, reservation_versions
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.reservation_view import (
    ReservationUnknown,
    reservation_view,
    reserved_written,
)
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.http.paging import decode_id, encode_cursor


async def get_reservation(desk: Desk, identity: Identity, reservation_id: UUID) -> dict[str, Any]:
    """Give a reservation with all its versions. Raises ReservationUnknown."""
    async with desk.uow.read() as tx:
        versions = await reservation_versions(tx, reservation_id)
        if not versions:
            raise ReservationUnknown(reservation_id=str(reservation_id))
        canteen = await canteen_of(tx, versions[0]["canteen_id"])
        require(identity, "get_reservation", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
        return await reservation_view(desk, tx, canteen, reservation_id)


async def list_reservations(
    desk: Desk,
    identity: Identity,
    unit_id: UUID,
    *,
    year: int | None,
    state: ReservationState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List what a unit's canteens, and those below, submitted last, or drafted, by canteen. Raises UnitUnknown."""
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "list_reservations", Owned(unit_path=unit.path))
        rows = await list_newest(
            tx,
            unit.path,
            year or today(desk.clock).year,
            state=None if state is None else state.value,
            after=after,
            limit=limit + 1,
        )
    page = rows[:limit]
    return {
        "items": [_item(row) for row in page],
        "next": encode_cursor([str(page[-1]["canteen_id"])]) if len(rows) > limit else None,
    }


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "canteen_id": str(row["canteen_id"]),
        "canteen_name": row["canteen_name"],
        "unit_id": str(row["unit_id"]),
        "unit_name": row["unit_name"],
        "unit_path": row["unit_path"],
        "year": row["year"],
        "version": row["version"],
        "state": row["state"],
        "expected_base_fen": row["expected_base_fen"],
        "reserved": reserved_written(row["reserved"]),
        "filed_by": str(row["filed_by"]),
        "filed_at": moment_text(row["recorded_at"]),
    }

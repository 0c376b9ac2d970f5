"""Reservations are read with what was said of each version, and written one version at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from services.procurement_quota.store.reservation_tables import reservation, reservation_review
from services.procurement_quota.store.tables import canteen, unit
from shared.db.unit_of_work import ReadTx, Tx

_REVIEWED = sa.and_(
    reservation_review.c.reservation_id == reservation.c.id, reservation_review.c.version == reservation.c.version
)
_VERSIONS = sa.select(
    reservation,
    reservation_review.c.outcome,
    reservation_review.c.reason.label("review_reason"),
    reservation_review.c.reviewed_by,
    reservation_review.c.recorded_at.label("reviewed_at"),
).outerjoin(reservation_review, _REVIEWED)


async def reservation_versions(tx: ReadTx, reservation_id: UUID) -> list[dict[str, Any]]:
    """List the versions of a reservation, oldest first, each with what was said of it."""
    rows = await tx.rows(_VERSIONS.where(reservation.c.id == reservation_id).order_by(reservation.c.version))
    return [dict(row._mapping) for row in rows]


async def reservation_of(tx: ReadTx, canteen_id: UUID, year: int) -> UUID | None:
    """Give the id under which a canteen's reservation of a year is filed."""
    value: UUID | None = await tx.value(
        sa.select(reservation.c.id).where(reservation.c.canteen_id == canteen_id, reservation.c.year == year).limit(1)
    )
    return value


async def write_reservation(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(reservation), values)


async def write_review(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(reservation_review), values)


@dataclass(frozen=True, slots=True)
class Standing:
    """The filing of a canteen that stands for a year: the newest that was submitted and not returned."""

    expected_base_fen: int
    reserved: dict[str, int]


async def standing(
    tx: ReadTx, canteen_ids: Iterable[UUID], year: int, known_by: datetime | None
) -> dict[UUID, Standing]:
    """Give what stands for a year as known by a moment, by canteen."""
    said = _said(known_by)
    asked = (
        sa.select(reservation.c.canteen_id, reservation.c.expected_base_fen, reservation.c.reserved)
        .ext(distinct_on(reservation.c.canteen_id))
        .outerjoin(reservation_review, said)
        .where(*_filed(canteen_ids, year, known_by), reservation_review.c.outcome.is_distinct_from("return"))
        .order_by(reservation.c.canteen_id, reservation.c.version.desc())
    )
    return {row.canteen_id: Standing(row.expected_base_fen, dict(row.reserved)) for row in await tx.rows(asked)}


async def returned(
    tx: ReadTx, canteen_ids: Iterable[UUID], year: int, known_by: datetime | None
) -> dict[UUID, datetime]:
    """Give, by canteen, when the newest version that was submitted came back; those that did not are left out."""
    newest = (
        sa.select(
            reservation.c.canteen_id,
            reservation_review.c.outcome,
            reservation_review.c.recorded_at.label("reviewed_at"),
        )
        .ext(distinct_on(reservation.c.canteen_id))
        .outerjoin(reservation_review, _said(known_by))
        .where(*_filed(canteen_ids, year, known_by))
        .order_by(reservation.c.canteen_id, reservation.c.version.desc())
        .subquery()
    )
    rows = await tx.rows(sa.select(newest.c.canteen_id, newest.c.reviewed_at).where(newest.c.outcome == "return"))
    return {row.canteen_id: row.reviewed_at for row in rows}


def _said(known_by: datetime | None) -> sa.ColumnElement[bool]:
    return _REVIEWED if known_by is None else sa.and_(_REVIEWED, reservation_review.c.recorded_at <= known_by)


def _filed(canteen_ids: Iterable[UUID], year: int, known_by: datetime | None) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = [
        reservation.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
        reservation.c.year == year,
        sa.not_(reservation.c.draft),
    ]
    return wanted if known_by is None else [*wanted, reservation.c.recorded_at <= known_by]


_STATE = sa.case(
    (reservation.c.draft, "draft"),
    (reservation_review.c.outcome == "accept", "accepted"),
    (reservation_review.c.outcome == "return", "returned"),
    else_="submitted",
)
_NEWEST = (
    sa.select(
        reservation,
        _STATE.label("state"),
        canteen.c.name.label("canteen_name"),
        unit.c.id.label("unit_id"),
        unit.c.name.label("unit_name"),
        unit.c.path.label("unit_path"),
    )
    .ext(distinct_on(reservation.c.canteen_id))
    .outerjoin(reservation_review, _REVIEWED)
    .join(canteen, canteen.c.id == reservation.c.canteen_id)
    .join(unit, unit.c.id == canteen.c.unit_id)
    .order_by(reservation.c.canteen_id, reservation.c.draft, reservation.c.version.desc())
)


async def list_newest(
    tx: ReadTx, below: str, year: int, *, state: str | None, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """List, below a path and by canteen, the newest version that was submitted of each, else the newest draft."""
    newest = _NEWEST.where(unit.c.path.startswith(below, autoescape=True), reservation.c.year == year)
    if after is not None:
        newest = newest.where(reservation.c.canteen_id > after)
    found = newest.subquery()
    asked = sa.select(found).order_by(found.c.canteen_id).limit(limit)
    if state is not None:
        asked = asked.where(found.c.state == state)
    return [dict(row._mapping) for row in await tx.rows(asked)]

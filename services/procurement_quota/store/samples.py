"""Draws are read with their newest result and sample; a frame is read from the ledger as it was closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.procurement_quota.domain.sample_draws import DrawState, state_of
from services.procurement_quota.store.sample_tables import sample, sample_draw, sample_line, sample_result
from services.procurement_quota.store.tables import canteen, entry, unit
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class SampleDraw:
    """A draw with its unit's present place, its newest result, and what was drawn; the file stays where it is."""

    id: UUID
    unit_id: UUID
    unit_name: str
    unit_path: str
    year: int
    size: int
    draw: str
    held_on: date
    result_source: str
    value_form: str
    announced_by: UUID
    recorded_at: datetime
    version: int
    value: str | None
    not_held: str | None
    entered_by: UUID | None
    entered_at: datetime | None
    outcome: str | None
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    root: str | None
    seed: str | None
    frame_lines: int | None
    frame_fen: int | None
    outside: list[dict[str, Any]] | None

    @property
    def state(self) -> DrawState:
        return state_of(entered=self.version > 0, confirmed=self.outcome)


_NEWEST = (
    sa.select(sample_result)
    .where(sample_result.c.draw_id == sample_draw.c.id)
    .order_by(sample_result.c.version.desc())
    .limit(1)
    .lateral("newest")
)
_DRAWS = (
    sa.select(
        sample_draw.c.id,
        sample_draw.c.unit_id,
        unit.c.name.label("unit_name"),
        unit.c.path.label("unit_path"),
        sample_draw.c.year,
        sample_draw.c.size,
        sample_draw.c.draw,
        sample_draw.c.held_on,
        sample_draw.c.result_source,
        sample_draw.c.value_form,
        sample_draw.c.announced_by,
        sample_draw.c.recorded_at,
        sa.func.coalesce(_NEWEST.c.version, 0).label("version"),
        _NEWEST.c.value,
        _NEWEST.c.not_held,
        _NEWEST.c.entered_by,
        _NEWEST.c.recorded_at.label("entered_at"),
        sample.c.outcome,
        sample.c.confirmed_by,
        sample.c.recorded_at.label("confirmed_at"),
        sample.c.root,
        sample.c.seed,
        sample.c.frame_lines,
        sample.c.frame_fen,
        sample.c.outside,
    )
    .join(unit, unit.c.id == sample_draw.c.unit_id)
    .outerjoin(_NEWEST, sa.true())
    .outerjoin(sample, sample.c.draw_id == sample_draw.c.id)
)


async def draw_by_id(tx: ReadTx, draw_id: UUID) -> SampleDraw | None:
    row = await tx.first(_DRAWS.where(sample_draw.c.id == draw_id))
    return None if row is None else SampleDraw(**row._mapping)


async def list_draws(
    tx: ReadTx, *, path: str | None, year: int | None, before: UUID | None, limit: int
) -> list[SampleDraw]:
    """List draws of the units below a path, newest id first."""
    asked = _DRAWS.order_by(sample_draw.c.id.desc()).limit(limit)
    if path is not None:
        asked = asked.where(unit.c.path.startswith(path, autoescape=True))
    if year is not None:
        asked = asked.where(sample_draw.c.year == year)
    if before is not None:
        asked = asked.where(sample_draw.c.id < before)
    return [SampleDraw(**row._mapping) for row in await tx.rows(asked)]


async def waiting_draws(tx: ReadTx, unit_id: UUID, year: int) -> list[SampleDraw]:
    """List the draws of a unit's year that nobody has confirmed."""
    asked = _DRAWS.where(sample_draw.c.unit_id == unit_id, sample_draw.c.year == year, sample.c.draw_id.is_(None))
    return [SampleDraw(**row._mapping) for row in await tx.rows(asked.order_by(sample_draw.c.id))]


async def write_draw(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep an announcement; tells whether its id was free."""
    kept = insert(sample_draw).values(values).on_conflict_do_nothing(index_elements=[sample_draw.c.id])
    return bool(await tx.rows(kept.returning(sample_draw.c.id)))


async def write_result(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(sample_result), values)


async def write_sample(tx: Tx, values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    await tx.execute(sa.insert(sample), values)
    if lines:
        await tx.execute(sa.insert(sample_line), list(lines))


async def results_of(tx: ReadTx, draw_id: UUID) -> Sequence[sa.Row[Any]]:
    """List what was entered of a draw, oldest first."""
    asked = sa.select(sample_result).where(sample_result.c.draw_id == draw_id)
    return await tx.rows(asked.order_by(sample_result.c.version))


async def file_of(tx: ReadTx, draw_id: UUID) -> str | None:
    """Read the published file of a drawn sample."""
    value: str | None = await tx.value(sa.select(sample.c.file).where(sample.c.draw_id == draw_id))
    return value


async def sampled_lines(tx: ReadTx, draw_id: UUID, *, after: int, limit: int) -> Sequence[sa.Row[Any]]:
    """Read the lines of a sample with the entries that name them, by place."""
    return await tx.rows(
        sa.select(
            sample_line.c.place,
            sample_line.c.amount_fen.label("filed_fen"),
            sample_line.c.certain,
            canteen.c.name.label("canteen_name"),
            unit.c.name.label("unit_name"),
            entry,
        )
        .join(entry, sa.and_(entry.c.unit_id == sample_line.c.unit_id, entry.c.seq == sample_line.c.seq))
        .join(canteen, canteen.c.id == entry.c.canteen_id)
        .join(unit, unit.c.id == canteen.c.unit_id)
        .where(sample_line.c.draw_id == draw_id, sample_line.c.place > after)
        .order_by(sample_line.c.place)
        .limit(limit)
    )


_IN_SCOPE = sa.text(
    "WITH placed AS (SELECT unit.id, unit.name, (SELECT path FROM jurisdiction AS place WHERE place.unit_id = unit.id "
    "ORDER BY recorded_at < :until DESC, CASE WHEN recorded_at < :until THEN -version ELSE version END LIMIT 1) AS "
    "path FROM unit) "
    "SELECT canteen.id AS canteen_id, canteen.name, placed.id AS unit_id, placed.name AS unit_name, "
    "closing.unit_id AS chain, closing.seq, entry.hash, closing.recorded_at AS closed_at, "
    "coalesce(closing.recorded_at < :until, false) AS in_time "
    "FROM placed JOIN canteen ON canteen.unit_id = placed.id "
    "LEFT JOIN closing ON closing.canteen_id = canteen.id AND closing.year = :year "
    "LEFT JOIN entry ON entry.unit_id = closing.unit_id AND entry.seq = closing.seq "
    "WHERE starts_with(placed.path, (SELECT path FROM placed WHERE id = :unit_id)) ORDER BY canteen.id::text"
)
"""Where units stood when the day of the draw began, or where they first stood if they are younger."""


async def canteens_in_scope(tx: ReadTx, unit_id: UUID, year: int, until: datetime) -> Sequence[sa.Row[Any]]:
    """List a unit's canteens and those below it, by id, with the close entry of a year and whether it was in time."""
    return await tx.rows(_IN_SCOPE, {"unit_id": unit_id, "year": year, "until": until})


_FRAME = sa.text(
    "SELECT lot.canteen_id, lot.seq, named.hash, lot.amount_fen FROM ("
    "SELECT entry.canteen_id, entry.unit_id, min(entry.seq) FILTER (WHERE entry.amount_fen > 0) AS seq, "
    "sum(entry.amount_fen)::bigint AS amount_fen FROM closing "
    "JOIN entry ON entry.canteen_id = closing.canteen_id AND entry.year = closing.year "
    "AND entry.unit_id = closing.unit_id AND entry.seq < closing.seq "
    "WHERE closing.year = :year AND closing.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) "
    "GROUP BY entry.canteen_id, entry.unit_id, entry.lot_id, entry.lot_line HAVING sum(entry.amount_fen) > 0"
    ") AS lot JOIN entry AS named ON named.unit_id = lot.unit_id AND named.seq = lot.seq LIMIT :limit"
)


async def frame_lines(tx: ReadTx, canteen_ids: Iterable[UUID], year: int, limit: int) -> Sequence[sa.Row[Any]]:
    """Read what was kept, as filed, of every purchase of some canteens' closed year, each by its first entry."""
    return await tx.rows(_FRAME, {"year": year, "canteen_ids": list(canteen_ids), "limit": limit})


async def bought(tx: ReadTx, canteen_ids: Iterable[UUID], year: int, until: datetime) -> dict[UUID, tuple[int, int]]:
    """Count, and sum in fen, the purchases that were booked on a year before a moment, by canteen that has any."""
    wanted = sa.cast(list(canteen_ids), ARRAY(sa.Uuid))
    lots = (
        sa.select(entry.c.canteen_id, sa.func.sum(entry.c.amount_fen).label("fen"))
        .where(entry.c.canteen_id == sa.any_(wanted), entry.c.year == year, entry.c.recorded_at < until)
        .group_by(entry.c.canteen_id, entry.c.lot_id, entry.c.lot_line)
        .having(sa.func.sum(entry.c.amount_fen) > 0)
        .subquery()
    )
    counted = (sa.func.count().label("lines"), sa.func.sum(lots.c.fen).label("fen"))
    asked = sa.select(lots.c.canteen_id, *counted).group_by(lots.c.canteen_id)
    return {row.canteen_id: (int(row.lines), int(row.fen)) for row in await tx.rows(asked)}

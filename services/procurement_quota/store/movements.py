"""The entries that a later statement counts and an earlier one does not, summed by kind, or page by page."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.movements import TOLD_BY, Posted, movement_of
from services.procurement_quota.store.lines import PLACE, Place, written
from services.procurement_quota.store.tables import entry
from shared.db.unit_of_work import ReadTx


def _between(canteen_ids: Iterable[UUID], before: Asked, after: Asked) -> list[sa.ColumnElement[bool]]:
    """Say which entries they are. Who looks at now knows everything, and nothing is after that."""
    if before.known_by is None:
        return [sa.false()]
    wanted: list[sa.ColumnElement[bool]] = [
        entry.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
        entry.c.year == after.year,
        entry.c.fund == after.fund.value,
        entry.c.judgements.has_key(after.rule_code),
        sa.or_(entry.c.recorded_at > before.known_by, entry.c.happened_on > before.happened_by),
    ]
    if after.known_by is not None:
        wanted += [entry.c.recorded_at <= after.known_by, entry.c.happened_on <= after.happened_by]
    return wanted


async def posted_between(
    tx: ReadTx, canteen_ids: Iterable[UUID], before: Asked, after: Asked
) -> dict[UUID, list[Posted]]:
    """Sum, by canteen and kind of movement, the entries that only the later statement counts."""
    judged = entry.c.judgements[after.rule_code]

    def fen(name: str) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.cast(judged[name].astext, sa.BigInteger))

    late = (entry.c.happened_on <= before.happened_by).label("late")
    told = [entry.c.facts.has_key(fact).label(name) for name, fact in TOLD_BY.items()]
    rows = await tx.rows(
        sa.select(
            entry.c.canteen_id,
            entry.c.kind,
            late,
            *told,
            sa.func.count().label("entries"),
            fen("base_fen").label("base_fen"),
            fen("counted_fen").label("counted_fen"),
        )
        .where(*_between(canteen_ids, before, after))
        .group_by(entry.c.canteen_id, entry.c.kind, late, *told)
    )
    found: dict[UUID, list[Posted]] = {}
    for row in rows:
        movement = movement_of(row.kind, late=row.late, **{name: getattr(row, name) for name in TOLD_BY})
        found.setdefault(row.canteen_id, []).append(
            Posted(movement, row.entries, int(row.base_fen), int(row.counted_fen))
        )
    return found


async def lines_between(
    tx: ReadTx, canteen_id: UUID, before: Asked, after: Asked, *, since: Place | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Give those entries of one canteen, oldest recorded first."""
    asked = (
        sa.select(entry)
        .where(*_between([canteen_id], before, after))
        .order_by(entry.c.recorded_at, entry.c.unit_id, entry.c.seq)
        .limit(limit)
    )
    if since is not None:
        asked = asked.where(written(since) < PLACE)
    return await tx.rows(asked)

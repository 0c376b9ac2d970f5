"""The lines behind a statement are read newest first, by keys, so that no page grows slow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.words import EntryKind
from services.procurement_quota.store.tables import entry
from shared.db.unit_of_work import ReadTx

Place = tuple[datetime, UUID, int]
"""When an entry was recorded, its unit and its number: the order in which pages go on."""
PLACE = sa.tuple_(entry.c.recorded_at, entry.c.unit_id, entry.c.seq)


async def lines(
    tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked, *, month: int | None = None, after: Place | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Give the entries of a year that were judged under a rule, and its close entries, newest recorded first.

    `month`, 1 to 12, leaves those that were posted to that month of the year.
    """
    statement = (
        sa.select(entry)
        .where(
            entry.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
            entry.c.year == asked.year,
            entry.c.fund == asked.fund.value,
            sa.or_(entry.c.judgements.has_key(asked.rule_code), entry.c.kind == EntryKind.CLOSE.value),
        )
        .order_by(entry.c.recorded_at.desc(), entry.c.unit_id.desc(), entry.c.seq.desc())
        .limit(limit)
    )
    if asked.known_by is not None:
        statement = statement.where(entry.c.recorded_at <= asked.known_by, entry.c.happened_on <= asked.happened_by)
    if month is not None:
        statement = statement.where(entry.c.posting_month == asked.year * 100 + month)
    if after is not None:
        statement = statement.where(written(after) > PLACE)
    return await tx.rows(statement)


def written(place: Place) -> sa.Tuple:
    """Write a place so that it compares with that of an entry."""
    recorded_at, unit_id, seq = place
    return sa.tuple_(
        sa.literal(recorded_at, sa.DateTime(timezone=True)),
        sa.literal(unit_id, sa.Uuid),
        sa.literal(seq, sa.BigInteger),
    )

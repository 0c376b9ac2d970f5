"""A snapshot tells by one number whether anything has changed of what a canteen's figures are read from.

Decision: triggers (migration 0016) write one row for each canteen and year that a statement of SQL touches, and wait
for nobody; a revision is the sum of these rows as a snapshot sees it.
Why: transactions become visible one after another, so the sum tells exactly which of them a snapshot sees. A counter
that is raised would tell as much, but writers of one canteen would wait for each other, and deadlock.
Price: a change is a small row more to write, and now and then the rows are added up (`add_up_changes`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from shared.db.unit_of_work import ReadTx, Tx

ADD_UP_LOCK = 7_310_031
NAMED_MAX = 500
"""Of more canteens than this, the changes of all are read: that is cheaper than to look up each."""
_NIL = UUID(int=0)

_SEEN = sa.text(
    "SELECT coalesce(sum(n), 0)::bigint AS anything, "
    "coalesce(sum(n) FILTER (WHERE canteen_id = :nil), 0)::bigint AS listed, "
    "coalesce(sum(n) FILTER (WHERE canteen_id = :nil AND year = 0), 0)::bigint AS everywhere "
    "FROM figure_change WHERE year IN (-1, 0, :year)"
)
_OF_ALL = (
    "SELECT coalesce(array_agg(canteen_id), '{{}}') AS ids, coalesce(array_agg(n), '{{}}') AS changes FROM ("
    "SELECT canteen_id, sum(n)::bigint AS n FROM figure_change WHERE year IN (0, :year){named} GROUP BY canteen_id"
    ") AS one"
)
_CHANGES = sa.text(_OF_ALL.format(named=""))
_CHANGES_OF = sa.text(_OF_ALL.format(named=" AND canteen_id = ANY(CAST(:ids AS uuid[]))"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot sees of the changes that concern a year."""

    anything: int
    """Grows with every change of whatever statement of that year."""
    listed: int
    """Grows when other canteens, or others' shares, may be listed below a unit."""
    everywhere: int
    """Grows when every canteen's figures may be others: a rule, a list, the tree."""


async def seen(tx: ReadTx, year: int) -> Seen:
    """Tell what this snapshot sees of a year's changes."""
    row = await tx.first(_SEEN, {"nil": _NIL, "year": year})
    assert row is not None
    return Seen(row.anything, row.listed, row.everywhere)


async def changes_of(tx: ReadTx, canteen_ids: Collection[UUID], year: int) -> dict[UUID, int]:
    """Give how often some canteens' own figures of a year have changed; who is left out, never."""
    if len(canteen_ids) > NAMED_MAX:
        row = await tx.first(_CHANGES, {"year": year})
    else:
        row = await tx.first(_CHANGES_OF, {"year": year, "ids": list(canteen_ids)})
    assert row is not None
    return dict(zip(row.ids, row.changes, strict=True))


_ADD_UP = sa.text(
    "WITH several AS (SELECT canteen_id, year FROM figure_change GROUP BY canteen_id, year HAVING count(*) > 1), "
    "gone AS (DELETE FROM figure_change AS f USING several AS s "
    "WHERE f.canteen_id = s.canteen_id AND f.year = s.year RETURNING f.canteen_id, f.year, f.n) "
    "INSERT INTO figure_change (canteen_id, year, n) "
    "SELECT canteen_id, year, sum(n) FROM gone GROUP BY canteen_id, year"
)


async def add_up_changes(tx: Tx) -> None:
    """Put one row in the place of several, each sum as it was; of two who want to, one does it."""
    if await tx.value(sa.text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": ADD_UP_LOCK}):
        await tx.execute(_ADD_UP)

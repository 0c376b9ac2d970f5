"""What a canteen has ordered and not yet got is known as of any day.

An order comes to what it was placed for until its seller confirms less of it, or its buyer takes other goods in a
line's place: each such amount is kept from its day on, beside when it was heard of, and none is ever changed.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.store.ordered_tables import LATE, SOON_DAYS, ordered, ordered_amount
from shared.clock import end_of_day
from shared.contracts.order import AcceptanceRecorded, OrderInSum, OrderMoved
from shared.db.unit_of_work import ReadTx, Tx


def _keeping(first: bool, **types: str) -> sa.TextClause:
    """Write the statement that keeps some columns of many orders; `first` leaves what is there already."""
    given = {"order_id": "uuid", "canteen_id": "uuid", **types}
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in given.items())
    new = "coalesce(ordered.{0}, excluded.{0})" if first else "excluded.{0}"
    told = ", ".join(f"{name} = {new.format(name)}" for name in types)
    return sa.text(
        f"INSERT INTO ordered ({', '.join(given)}) SELECT * FROM unnest({arrays}) "  # noqa: S608 - names of our own
        f"ON CONFLICT (order_id) DO UPDATE SET {told}"
    )


_PLACED = _keeping(
    False, fund="text", year="integer", amount_fen="bigint", placed_at="timestamptz", recorded_at="timestamptz"
)
_ACCEPTED = _keeping(True, accepted_on="date", accepted_recorded_at="timestamptz")
_ENDED = _keeping(True, ended_at="timestamptz", ended_recorded_at="timestamptz")


async def keep_placed(tx: Tx, events: Sequence[OrderInSum]) -> None:
    """Keep orders as they were placed; one whose acceptance or end is known already keeps that."""
    rows = {
        one.order_id.int: {
            "order_id": one.order_id,
            "canteen_id": one.canteen_id,
            "fund": one.fund.value,
            "year": one.wanted_on.year,
            "amount_fen": one.amount_fen,
            "placed_at": one.placed_at,
            "recorded_at": tx.now,
        }
        for one in events
    }
    await _keep(tx, _PLACED, rows)


async def keep_accepted(tx: Tx, events: Sequence[AcceptanceRecorded]) -> None:
    """Keep from which day orders are in the ledger, and since when that is known; the first acceptance stands."""
    rows = {
        one.purchase.order_id.int: {
            "order_id": one.purchase.order_id,
            "canteen_id": one.purchase.canteen_id,
            "accepted_on": one.accepted_on,
            "accepted_recorded_at": tx.now,
        }
        for one in events
    }
    await _keep(tx, _ACCEPTED, rows)


async def keep_ended(tx: Tx, events: Sequence[OrderMoved]) -> None:
    """Keep when orders ended, and since when that is known; the first end that was heard of stands."""
    rows = {
        one.order_id.int: {
            "order_id": one.order_id,
            "canteen_id": one.canteen_id,
            "ended_at": one.at,
            "ended_recorded_at": tx.now,
        }
        for one in sorted(events, key=lambda one: one.at, reverse=True)
    }
    await _keep(tx, _ENDED, rows)


_AMOUNTS = sa.text(
    "INSERT INTO ordered_amount (order_id, version, amount_fen, at, recorded_at) SELECT * FROM unnest("
    "CAST(:order_id AS uuid[]), CAST(:version AS bigint[]), CAST(:amount_fen AS bigint[]), CAST(:at AS timestamptz[]), "
    "CAST(:recorded_at AS timestamptz[])) ON CONFLICT DO NOTHING"
)


async def keep_amounts(tx: Tx, events: Sequence[OrderMoved]) -> None:
    """Keep what orders come to from a step on, where it said so, and since when that is known."""
    rows = {
        (one.order_id.int, one.version): {
            "order_id": one.order_id,
            "version": one.version,
            "amount_fen": one.amount_fen,
            "at": one.at,
            "recorded_at": tx.now,
        }
        for one in events
        if one.amount_fen is not None
    }
    if rows:
        by_id = [rows[key] for key in sorted(rows)]
        await tx.execute(_AMOUNTS, {name: [row[name] for row in by_id] for name in by_id[0]})


async def _keep(tx: Tx, statement: sa.TextClause, rows: dict[int, dict[str, Any]]) -> None:
    """Write columns of orders as arrays, by id: a batch is one statement, always the same."""
    if rows:
        by_id = [rows[number] for number in sorted(rows)]
        await tx.execute(statement, {name: [row[name] for row in by_id] for name in by_id[0]})


_AS_OF = (
    "canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND year = CAST(:year AS integer) AND fund = :fund "
    "AND placed_at <= :day_ends AND recorded_at <= :known_by "
    "AND (accepted_on <= :happened_by AND accepted_recorded_at <= :known_by) IS NOT TRUE "
    "AND (ended_at <= :day_ends AND ended_recorded_at <= :known_by) IS NOT TRUE"
)
_AGREED = (
    "coalesce((SELECT a.amount_fen FROM ordered_amount a WHERE a.order_id = found.order_id "
    "AND a.at <= :day_ends AND a.recorded_at <= :known_by ORDER BY a.version DESC LIMIT 1), found.amount_fen)"
)
"""What an order came to by then, as far as that was known."""
_FEN_AS_OF = sa.text(
    f"SELECT coalesce(sum({_AGREED}), 0) FROM ("  # noqa: S608 - conditions of our own
    f"SELECT order_id, amount_fen FROM ordered WHERE placed_at > :lately AND {_AS_OF} UNION ALL "
    "SELECT order_id, amount_fen FROM ordered WHERE placed_at <= :lately AND accepted_on IS NULL AND ended_at IS NULL "
    f"AND {_AS_OF} UNION ALL "
    f"SELECT order_id, amount_fen FROM ordered WHERE placed_at <= :lately AND {LATE} AND {_AS_OF}) AS found"
)
"""Of the orders placed long before, only those that are open still, or were for long: others were known to be over."""
_FIRST = datetime.min.replace(tzinfo=UTC)
"""Nobody asks for an earlier day, but for this one somebody may."""


async def ordered_fen(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> int:
    """Sum what was ordered for a year and neither accepted nor ended, in fen, as agreed last.

    As of two dates: placed by the end of the one, and not accepted or ended by it, at what was agreed by then, as far
    as this service had heard of it by the other; what is accepted by then is in the ledger by then, so that nothing is
    in both.
    """
    if asked.known_by is not None:
        day_ends = end_of_day(asked.happened_by)
        known_then = min(day_ends, asked.known_by)
        given = {
            "canteen_ids": list(canteen_ids),
            "year": asked.year,
            "fund": asked.fund.value,
            "happened_by": asked.happened_by,
            "day_ends": day_ends,
            "known_by": asked.known_by,
            "lately": known_then - min(timedelta(days=SOON_DAYS + 2), known_then - _FIRST),
        }
        return int(await tx.value(_FEN_AS_OF, given))
    newest = (
        sa.select(ordered_amount.c.amount_fen)
        .where(ordered_amount.c.order_id == ordered.c.order_id)
        .order_by(ordered_amount.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    agreed = sa.func.coalesce(newest, ordered.c.amount_fen)
    wanted = sa.select(sa.func.coalesce(sa.func.sum(agreed), 0)).where(
        ordered.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
        ordered.c.year == asked.year,
        ordered.c.fund == asked.fund.value,
        ordered.c.ended_at.is_(None),
        ordered.c.accepted_on.is_(None),
    )
    return int(await tx.value(wanted) or 0)

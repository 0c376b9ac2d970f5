"""Entries are folded chain by chain, each up to where it stood, and payments as they are found not to be folded yet.

Whoever appends to a chain holds its head until the end, so that of a chain's entries none becomes visible before an
earlier one: what is folded is a chain's beginning, and needs no look at the clock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.folding import OWED, Kept, Paid, Step
from services.procurement_quota.store.fold_tables import SUMS, month_of
from shared.db.unit_of_work import ReadTx, Tx

FOLD_LOCK = 7_310_032
PAYMENTS = UUID(int=0)
"""Stands in `chain_folded` for the payments."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a chain: the entries after one up to another."""

    unit_id: UUID
    after: int
    until: int


async def lock(tx: Tx, *, wait: bool) -> bool:
    """Let one fold at a time; tells whether it is this one."""
    if wait:
        await tx.execute(sa.text(f"SELECT pg_advisory_xact_lock({FOLD_LOCK})"))
        return True
    return bool(await tx.value(sa.text(f"SELECT pg_try_advisory_xact_lock({FOLD_LOCK})")))


_LAGGING = sa.text(
    "SELECT h.unit_id, coalesce(f.seq, 0) AS after, h.seq AS until "
    "FROM chain_head h LEFT JOIN chain_folded f ON f.unit_id = h.unit_id WHERE h.seq > coalesce(f.seq, 0) "
    "AND EXISTS (SELECT FROM entry e WHERE e.unit_id = h.unit_id AND e.seq = coalesce(f.seq, 0) + 1) "
    "ORDER BY f.recorded_at NULLS FIRST, h.unit_id LIMIT :chains"
)


async def lagging(tx: ReadTx, *, chains: int, entries: int) -> list[Stretch]:
    """Give what is not folded yet of some chains, not more than so many entries in all; those that lag most first."""
    found: list[Stretch] = []
    for row in await tx.rows(_LAGGING, {"chains": chains}):
        until = min(row.until, row.after + entries)
        found.append(Stretch(row.unit_id, row.after, until))
        entries -= until - row.after
        if not entries:
            break
    return found


_STRETCHES = (
    "unnest(CAST(:units AS uuid[]), CAST(:afters AS bigint[]), CAST(:untils AS bigint[])) AS s (unit_id, after, until) "
    "JOIN entry e ON e.unit_id = s.unit_id AND e.seq > s.after AND e.seq <= s.until"
)
_RECORDED_ON = "CAST(e.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date)"
_SUMS = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in SUMS)


def _added(table: str, *, by: str) -> str:
    """Write what becomes of a row that is there already."""
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in SUMS)
    return f"ON CONFLICT (rule_code, fund, year, canteen_id, {by}) DO UPDATE SET {added}"


_ADD_DAYS = f"""
days AS (
  INSERT INTO figure_day
    (rule_code, fund, year, canteen_id, recorded_on, happened_on, {", ".join(SUMS)})
  SELECT * FROM came ORDER BY rule_code, fund, year, canteen_id, recorded_on, happened_on
  {_added("figure_day", by="recorded_on, happened_on")}
),
months AS (
  INSERT INTO figure_month
    (rule_code, fund, year, canteen_id, recorded_month, posting_month, {", ".join(SUMS)})
  SELECT rule_code, fund, year, canteen_id, {month_of("recorded_on")} AS recorded_month,
    {month_of("happened_on")} AS posting_month, {_SUMS}
  FROM came GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  {_added("figure_month", by="recorded_month, posting_month")}
)"""  # noqa: S608 - names of our own

_FOLD = sa.text(
    f"""
WITH came AS (
  SELECT j.key AS rule_code, e.fund, e.year, e.canteen_id, {_RECORDED_ON} AS recorded_on, e.happened_on,
    CAST(sum(CAST(j.value ->> 'base_fen' AS bigint)) AS bigint) AS base_fen,
    CAST(sum(CAST(j.value ->> 'counted_fen' AS bigint)) AS bigint) AS counted_fen,
    CAST(sum(e.amount_fen) AS bigint) AS amount_fen
  FROM {_STRETCHES} CROSS JOIN LATERAL jsonb_each(e.judgements) AS j GROUP BY 1, 2, 3, 4, 5, 6
),
{_ADD_DAYS},
chains AS (
  INSERT INTO chain_day (unit_id, recorded_on, seq)
  SELECT e.unit_id, {_RECORDED_ON}, max(e.seq) FROM {_STRETCHES} GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (unit_id, recorded_on) DO UPDATE SET seq = excluded.seq
)
INSERT INTO chain_folded (unit_id, seq, recorded_at)
SELECT e.unit_id, max(e.seq), max(e.recorded_at) FROM {_STRETCHES} GROUP BY 1
ON CONFLICT (unit_id) DO UPDATE SET seq = excluded.seq, recorded_at = excluded.recorded_at
"""  # noqa: S608 - names of our own
)


async def fold_entries(tx: Tx, stretches: Sequence[Stretch]) -> None:
    """Add entries to the days and months they are of, and say that they are folded."""
    if stretches:
        await tx.execute(_FOLD, _columns(stretches))


def _columns(stretches: Sequence[Stretch]) -> dict[str, list[object]]:
    return {
        "units": [one.unit_id for one in stretches],
        "afters": [one.after for one in stretches],
        "untils": [one.until for one in stretches],
    }


_TAKE_PAYMENTS = sa.text(
    "WITH taken AS ("
    "DELETE FROM payment_unfolded WHERE event_id = ANY(CAST(:payments AS uuid[])) RETURNING recorded_at) "
    "INSERT INTO chain_folded (unit_id, seq, recorded_at) "
    "SELECT CAST(:of_payments AS uuid), count(*), max(recorded_at) FROM taken HAVING count(*) > 0 "
    "ON CONFLICT (unit_id) DO UPDATE SET seq = chain_folded.seq + excluded.seq, "
    "recorded_at = greatest(chain_folded.recorded_at, excluded.recorded_at)"
)


async def unfolded_payments(tx: ReadTx, *, payments: int) -> dict[UUID, UUID]:
    """Give some payments that are not folded yet, each with its order."""
    asked = sa.text("SELECT event_id, order_id FROM payment_unfolded ORDER BY recorded_at LIMIT :payments")
    return {row.event_id: row.order_id for row in await tx.rows(asked, {"payments": payments})}


async def take_payments(tx: Tx, payments: Collection[UUID]) -> None:
    """Say of some payments that they are folded."""
    if payments:
        await tx.execute(_TAKE_PAYMENTS, {"payments": list(payments), "of_payments": PAYMENTS})


_ORDERS = sa.text(f"SELECT DISTINCT e.order_id FROM {_STRETCHES} WHERE e.order_id IS NOT NULL")  # noqa: S608


async def orders_in(tx: ReadTx, stretches: Sequence[Stretch]) -> set[UUID]:
    """Tell of which orders some entries are."""
    if not stretches:
        return set()
    return {row.order_id for row in await tx.rows(_ORDERS, _columns(stretches))}


_KEEP_ORDERS = sa.text(
    f"""
INSERT INTO order_day (order_id, canteen_id, fund, year, happened_on, recorded_on, amount_fen)
SELECT e.order_id, e.canteen_id, e.fund, e.year, e.happened_on, {_RECORDED_ON}, CAST(sum(e.amount_fen) AS bigint)
FROM {_STRETCHES} WHERE e.order_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (order_id, canteen_id, fund, year, happened_on, recorded_on)
DO UPDATE SET amount_fen = order_day.amount_fen + excluded.amount_fen
"""  # noqa: S608 - names of our own
)


async def fold_orders(tx: Tx, stretches: Sequence[Stretch]) -> None:
    """Add entries to the days of their orders."""
    if stretches:
        await tx.execute(_KEEP_ORDERS, _columns(stretches))


_KEPT = sa.text(
    "SELECT order_id, canteen_id, fund, year, happened_on, recorded_on, amount_fen FROM order_day "
    "WHERE order_id = ANY(CAST(:orders AS uuid[]))"
)
_PAID = sa.text(
    "SELECT p.order_id, p.paid_on, CAST(p.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date) AS recorded_on, "
    "p.amount_fen FROM payment p WHERE p.order_id = ANY(CAST(:orders AS uuid[])) "
    "AND NOT EXISTS (SELECT FROM payment_unfolded u WHERE u.event_id = p.event_id)"
)


async def folded_orders(tx: ReadTx, orders: Collection[UUID]) -> list[tuple[list[Kept], list[Paid]]]:
    """Give what is folded of some orders, in the order given."""
    asked = {"orders": list(orders)}
    kept: dict[UUID, list[Kept]] = {}
    for row in await tx.rows(_KEPT, asked):
        kept.setdefault(row.order_id, []).append(Kept(*tuple(row)[1:]))
    paid: dict[UUID, list[Paid]] = {}
    for row in await tx.rows(_PAID, asked):
        paid.setdefault(row.order_id, []).append(Paid(*tuple(row)[1:]))
    return [(kept.get(one, []), paid.get(one, [])) for one in orders]


_ADD_OWED = sa.text(
    f"""
WITH came AS (
  SELECT CAST(:owed AS text) AS rule_code, fund, year, canteen_id, recorded_on, happened_on,
    CAST(0 AS bigint) AS base_fen, CAST(0 AS bigint) AS counted_fen, amount_fen
  FROM unnest(CAST(:canteens AS uuid[]), CAST(:funds AS text[]), CAST(:years AS integer[]),
    CAST(:happened AS date[]), CAST(:recorded AS date[]), CAST(:fen AS bigint[]))
    AS row (canteen_id, fund, year, happened_on, recorded_on, amount_fen)
),
{_ADD_DAYS}
SELECT
"""  # noqa: S608 - names of our own
)


async def add_owed(tx: Tx, steps: Mapping[Step, int]) -> None:
    """Add steps to what is owed."""
    if not steps:
        return
    await tx.execute(
        _ADD_OWED,
        {
            "owed": OWED,
            "canteens": [one.canteen_id for one in steps],
            "funds": [one.fund for one in steps],
            "years": [one.year for one in steps],
            "happened": [one.happened_on for one in steps],
            "recorded": [one.recorded_on for one in steps],
            "fen": list(steps.values()),
        },
    )

"""The ledger equals what was accepted, returned, credited and bought elsewhere, and every sum over it is its sum."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from deploy.operator.settings import needed
from services.procurement_quota.store.tables import APPEND_ONLY

_BOUGHT = {
    "accepted": "SELECT o.order_id AS what, o.canteen_id, o.fund, o.accepted_on AS day, l.accepted_fen AS fen"
    " FROM orders o JOIN order_lines l USING (order_id) WHERE o.accepted_on IS NOT NULL",
    "returned": "SELECT o.order_id AS what, o.canteen_id, o.fund, t.agreed_on AS day, r.amount_fen AS fen"
    " FROM returns t JOIN return_lines r USING (return_id) JOIN orders o ON o.order_id = t.order_id"
    " WHERE t.state = 'agreed'",
    "credited": "SELECT o.order_id AS what, o.canteen_id, o.fund, d.agreed_on AS day, -c.amount_fen AS fen"
    " FROM credits d JOIN credit_lines c USING (credit_id) JOIN orders o ON o.order_id = d.order_id",
}
_ELSEWHERE = (
    "SELECT id AS what, canteen_id, fund, bought_on AS day, amount_fen AS fen FROM off_platform_purchase"
    " UNION ALL SELECT p.id, p.canteen_id, p.fund, r.happened_on, -r.amount_fen"
    " FROM purchase_reversal r JOIN off_platform_purchase p ON p.id = r.purchase_id"
    " UNION ALL SELECT o.id, o.canteen_id, o.fund, o.bought_until, o.amount_fen FROM opening_balance o"
    " WHERE NOT EXISTS (SELECT FROM filing_ruling f WHERE f.filing_id = o.id AND f.outcome = 'return')"
)

_MOVED = """
SELECT DISTINCT ON (what) what, canteen_id FROM (
  SELECT coalesce(t.order_id, t.purchase_id) AS what, t.to_canteen_id AS canteen_id, d.recorded_at
  FROM transfer t JOIN transfer_decision d ON d.transfer_id = t.id WHERE d.outcome = 'approve'
) m ORDER BY what, recorded_at DESC
"""
"""Where what was transferred belongs: the newest approval says."""

_TRANSFERS = """
SELECT t.id, coalesce(d.outcome, '') AS outcome, coalesce(e.entries, 0) AS entries, coalesce(e.fen, 0) AS fen,
  e.left_canteen = t.from_canteen_id AND e.came_canteen = t.to_canteen_id AND e.moved > 0 AS there
FROM transfer t LEFT JOIN transfer_decision d ON d.transfer_id = t.id
FULL JOIN (
  SELECT source_id, count(*) AS entries, sum(amount_fen) AS fen,
    sum(amount_fen) FILTER (WHERE facts #>> '{transfer,side}' = 'in') AS moved,
    min(canteen_id::text) FILTER (WHERE facts #>> '{transfer,side}' = 'out')::uuid AS left_canteen,
    min(canteen_id::text) FILTER (WHERE facts #>> '{transfer,side}' = 'in')::uuid AS came_canteen
  FROM entry WHERE kind = 'transfer' GROUP BY source_id
) e ON e.source_id = t.id
ORDER BY 1
"""

_LEDGER = "SELECT canteen_id, fund, posting_month AS month, sum(amount_fen)::bigint AS fen FROM entry GROUP BY 1, 2, 3"

_CHAINS = """
SELECT unit_id, seq FROM (
  SELECT unit_id, seq, recorded_at, previous_hash,
    row_number() OVER chain AS place, lag(recorded_at) OVER chain AS before, lag(hash) OVER chain AS follows
  FROM entry WINDOW chain AS (PARTITION BY unit_id ORDER BY seq)
) e
WHERE seq <> place OR recorded_at <= before OR (place > 1 AND previous_hash <> follows)
ORDER BY 1, 2
"""

_HEADS = """
SELECT h.unit_id, h.seq AS head, coalesce(e.seq, 0) AS ends
FROM chain_head h LEFT JOIN (SELECT unit_id, max(seq) AS seq FROM entry GROUP BY unit_id) e USING (unit_id)
WHERE h.seq <> coalesce(e.seq, 0) ORDER BY 1
"""

_TOTALS = """
SELECT canteen_id, fund, rule_code, year, posting_month FROM total t
FULL JOIN (
  SELECT canteen_id, fund, key AS rule_code, year, posting_month, sum(amount_fen) AS amount_fen,
    sum((value ->> 'base_fen')::bigint) AS base_fen, sum((value ->> 'counted_fen')::bigint) AS counted_fen,
    count(*) AS entries
  FROM entry, jsonb_each(judgements) GROUP BY 1, 2, 3, 4, 5
) e USING (canteen_id, fund, rule_code, year, posting_month)
WHERE (t.amount_fen, t.base_fen, t.counted_fen, t.entries)
  IS DISTINCT FROM (e.amount_fen, e.base_fen, e.counted_fen, e.entries)
ORDER BY 1, 2, 3, 4, 5
"""

_KEPT = "SELECT order_id, kept_fen, paid_fen FROM orders WHERE acceptance_id IS NOT NULL OR paid_fen <> 0"
_BOOKED = "SELECT order_id, sum(amount_fen)::bigint AS fen FROM entry WHERE order_id IS NOT NULL GROUP BY 1"
_PAID = "SELECT order_id, sum(amount_fen)::bigint AS fen FROM payment GROUP BY 1"
_BALANCES = "SELECT order_id, accepted_fen, paid_fen FROM order_balance"

_GROWS = "UPDATE", "DELETE", "TRUNCATE"


async def ledger_checks(read: Snapshots, settings: Mapping[str, str]) -> list[Check]:
    """Look at the ledger, and hold it against what the order service knows."""
    entries = await read.value("procurement_quota", "SELECT count(*) FROM entry")
    chains = [f"unit {row.unit_id} entry {row.seq}" for row in await read.rows("procurement_quota", _CHAINS)] + [
        f"unit {row.unit_id} ends at {row.ends}, its head says {row.head}"
        for row in await read.rows("procurement_quota", _HEADS)
    ]
    totals = [
        f"canteen {row.canteen_id} {row.fund} {row.rule_code} {row.year} {row.posting_month}"
        for row in await read.rows("procurement_quota", _TOTALS)
    ]
    moving = await read.value(
        "procurement_quota",
        "SELECT count(*) FROM entry WHERE kind IN ('correction', 'close') AND amount_fen <> 0",
    )
    months, apart = await _months(read)
    transfers, loose = await _transfers(read)
    orders, unlike = await _orders(read)
    return [
        Check(3, "the ledger's role can only add to it", count_of(APPEND_ONLY, "tables"), await _may(read, settings)),
        Check(3, "every unit's entries are one chain without a gap", count_of(entries, "entries"), chains),
        Check(
            4,
            "the ledger is what was accepted, returned, credited and recorded, where it belongs",
            count_of(months, "canteen months"),
            apart,
        ),
        Check(
            4,
            "what a transfer takes from one canteen it gives to the other, and only once approved",
            count_of(transfers, "transfers"),
            loose,
        ),
        Check(4, "every order's ledger, balance and payments are the order's own", count_of(orders, "orders"), unlike),
        Check(4, "running totals are the sums of their entries", count_of(entries, "entries"), totals),
        Check(
            4,
            "corrections and closings move no money",
            count_of(entries, "entries"),
            [f"{moving} entries"] if moving else [],
        ),
    ]


async def _may(read: Snapshots, settings: Mapping[str, str]) -> list[str]:
    role = urlsplit(needed(settings, "PROCUREMENT_QUOTA_DATABASE_URL")).username
    found = []
    for table in APPEND_ONLY:
        for verb in _GROWS:
            if await read.value(
                "procurement_quota",
                "SELECT has_table_privilege(:role, :table, :verb)",
                role=role,
                table=table,
                verb=verb,
            ):
                found.append(f"{role} may {verb} {table}")
    return found


async def _months(read: Snapshots) -> tuple[int, list[str]]:
    expected: dict[tuple[Any, str, int], int] = {}
    moved = {row.what: row.canteen_id for row in await read.rows("procurement_quota", _MOVED)}
    for database, sql in (*(("order", sql) for sql in _BOUGHT.values()), ("procurement_quota", _ELSEWHERE)):
        _add(expected, await read.rows(database, _by_month(sql)))
        for row in await read.rows(database, _by_thing(sql), things=list(moved)) if moved else ():
            _shift(expected, row, moved[row.what])
    booked: dict[tuple[Any, str, int], int] = {}
    _add(booked, await read.rows("procurement_quota", _LEDGER))
    apart = [
        f"canteen {canteen} {fund} {month}: ledger {booked.get((canteen, fund, month), 0)} fen,"
        f" bought {expected.get((canteen, fund, month), 0)} fen"
        for canteen, fund, month in sorted(expected.keys() | booked.keys(), key=str)
        if booked.get((canteen, fund, month), 0) != expected.get((canteen, fund, month), 0)
    ]
    return len(expected.keys() | booked.keys()), apart


def _by_month(sql: str) -> str:
    return (
        "SELECT canteen_id, fund, (extract(year FROM day) * 100 + extract(month FROM day))::int AS month,"  # noqa: S608
        f" sum(fen)::bigint AS fen FROM ({sql}) b GROUP BY 1, 2, 3"
    )


def _by_thing(sql: str) -> str:
    return (
        "SELECT what, canteen_id, fund, (extract(year FROM day) * 100 + extract(month FROM day))::int AS month, fen"  # noqa: S608
        f" FROM ({sql}) b WHERE what = ANY(CAST(:things AS uuid[]))"
    )


def _shift(into: dict[tuple[Any, str, int], int], row: sa.Row[Any], canteen_id: Any) -> None:
    """Let what was transferred be expected where it belongs."""
    for canteen, sign in ((row.canteen_id, -1), (canteen_id, 1)):
        key = (canteen, row.fund, row.month)
        into[key] = into.get(key, 0) + sign * int(row.fen)


async def _transfers(read: Snapshots) -> tuple[int, list[str]]:
    rows = await read.rows("procurement_quota", _TRANSFERS)
    loose = [
        f"transfer {row.id}: {row.outcome or 'undecided'}, {row.entries} entries of {row.fen} fen"
        for row in rows
        if (not row.there or row.fen if row.outcome == "approve" else row.entries)
    ]
    return len(rows), loose


def _add(into: dict[tuple[Any, str, int], int], rows: Iterable[sa.Row[Any]]) -> None:
    for row in rows:
        key = (row.canteen_id, row.fund, row.month)
        into[key] = into.get(key, 0) + int(row.fen)


async def _orders(read: Snapshots) -> tuple[int, list[str]]:
    kept = {row.order_id: (int(row.kept_fen), int(row.paid_fen)) for row in await read.rows("order", _KEPT)}
    booked = {row.order_id: int(row.fen) for row in await read.rows("procurement_quota", _BOOKED)}
    paid = {row.order_id: int(row.fen) for row in await read.rows("procurement_quota", _PAID)}
    balances = {
        row.order_id: (int(row.accepted_fen), int(row.paid_fen))
        for row in await read.rows("procurement_quota", _BALANCES)
    }
    nothing = (0, 0)
    unlike = [
        f"order {order_id}: order {kept.get(order_id, nothing)}, ledger {told},"
        f" balance {balances.get(order_id, nothing)}"
        for order_id in sorted(kept.keys() | booked.keys() | paid.keys() | balances.keys())
        for told in ((booked.get(order_id, 0), paid.get(order_id, 0)),)
        if not kept.get(order_id, nothing) == told == balances.get(order_id, nothing)
    ]
    return len(kept), unlike

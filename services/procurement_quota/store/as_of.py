"""Figures as of past dates are read from sums by month and by day; what is in none of them, from the entries.

Whoever reads sees one snapshot (`uow.read`), in which an entry is folded, or after where its chain is folded to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.folding import OWED, Cut, cut_at
from shared.clock import business_date, end_of_day
from shared.db.unit_of_work import ReadTx

if TYPE_CHECKING:
    from services.procurement_quota.store.figures import Asked

YEAR_FIRST = 2000
"""No order is of an earlier year; years are named one by one, as the index of a canteen's entries has them."""
_STEP = timedelta(microseconds=1)

_FOLDED = sa.text(
    "SELECT (SELECT max(recorded_at) FROM chain_folded) AS latest, "
    "(SELECT min(e.recorded_at) FROM chain_head h LEFT JOIN chain_folded f ON f.unit_id = h.unit_id "
    "JOIN entry e ON e.unit_id = h.unit_id AND e.seq = coalesce(f.seq, 0) + 1 "
    "WHERE h.seq > coalesce(f.seq, 0)) AS entries_from, "
    "(SELECT min(recorded_at) FROM payment_unfolded) AS payments_from"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """What of two dates is read from sums, and from which moments on the rest is read from entries and payments."""

    cut: Cut
    until: datetime
    """What was recorded later, up to the moment asked, is in no sum that is read."""
    entries_from: datetime | None
    payments_from: datetime | None
    """None where there is no rest."""


async def folded(tx: ReadTx, asked: "Asked") -> Folded:
    """Tell how what is asked is read."""
    assert asked.known_by is not None
    row = await tx.first(_FOLDED)
    assert row is not None
    recorded_by, until = whole_days(asked.known_by, row.latest)
    rest = [until + _STEP] if until < asked.known_by else []
    entries = [row.entries_from] if row.entries_from is not None and row.entries_from <= asked.known_by else []
    payments = [row.payments_from] if row.payments_from is not None and row.payments_from <= asked.known_by else []
    return Folded(
        cut_at(asked.happened_by, recorded_by),
        until,
        min([*rest, *entries], default=None),
        min([*rest, *payments], default=None),
    )


def whole_days(known_by: datetime, folded_to: datetime | None) -> tuple[date, datetime]:
    """Tell which folded days were known whole by a moment, and what moment that is.

    All of them, where the latest that is folded was recorded by then; else the moment's day is one of them only where
    the moment ends it.
    """
    if folded_to is None or known_by >= folded_to:
        return date.max, known_by
    day = business_date(known_by)
    if known_by < end_of_day(day):
        day -= timedelta(days=1)
    return day, end_of_day(day)


_ASKED = (
    "canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND fund = :fund AND rule_code = :rule_code "
    "AND year = CAST(:year AS integer)"
)
_SUMS = "base_fen, counted_fen, amount_fen"
_POSTING_MONTH = "CAST(extract(year FROM happened_on) * 100 + extract(month FROM happened_on) AS integer)"
_MONTHS = (
    f"SELECT canteen_id, posting_month, {_SUMS} FROM figure_month WHERE {_ASKED} "  # noqa: S608
    "AND posting_month < :posting_month AND recorded_month < :recorded_month"
)
_DAYS_RECORDED = (
    f"SELECT canteen_id, {_POSTING_MONTH}, {_SUMS} FROM figure_day WHERE {_ASKED} "  # noqa: S608
    "AND recorded_on >= :recorded_from AND recorded_on <= :recorded_by AND happened_on <= :happened_by"
)
_DAYS_HAPPENED = (
    f"SELECT canteen_id, {_POSTING_MONTH}, {_SUMS} FROM figure_day WHERE {_ASKED} "  # noqa: S608
    "AND happened_on >= :happened_from AND happened_on <= :happened_by AND recorded_on < :recorded_before"
)
_UNFOLDED = (
    "e.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND e.fund = :fund AND e.recorded_at >= :entries_from "
    "AND e.recorded_at <= :known_by AND e.happened_on <= :happened_by "
    "AND (e.recorded_at > :until OR e.seq > coalesce(f.seq, 0))"
)
_ENTRIES = (
    "SELECT e.canteen_id, e.posting_month, CAST(e.judgements -> :rule_code ->> 'base_fen' AS bigint), "  # noqa: S608
    "CAST(e.judgements -> :rule_code ->> 'counted_fen' AS bigint), e.amount_fen "
    f"FROM entry e LEFT JOIN chain_folded f ON f.unit_id = e.unit_id WHERE {_UNFOLDED} "
    "AND e.year = CAST(:year AS integer) AND e.judgements ? :rule_code"
)


def _parts(cut: Cut) -> list[str]:
    """Choose the parts of a sum that are not empty anyhow."""
    parts = [_MONTHS]
    if cut.recorded_from is not None:
        parts.append(_DAYS_RECORDED)
    if cut.happened_from is not None:
        parts.append(_DAYS_HAPPENED)
    return parts


@cache
def _months_of(*parts: str) -> sa.TextClause:
    sums = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in ("base_fen", "counted_fen", "amount_fen"))
    aggregated = ", ".join(f"array_agg({name}) AS {name}" for name in ("base_fen", "counted_fen", "amount_fen"))
    return sa.text(
        f"SELECT canteen_id, array_agg(posting_month) AS posting_months, {aggregated} FROM ("  # noqa: S608
        f"SELECT canteen_id, posting_month, {sums} FROM ({' UNION ALL '.join(parts)}) AS part "
        "GROUP BY canteen_id, posting_month) AS month GROUP BY canteen_id"
    )


def _parameters(canteen_ids: Iterable[UUID], asked: "Asked", rule_code: str, cut: Cut) -> dict[str, Any]:
    given: dict[str, Any] = {
        "canteen_ids": list(canteen_ids),
        "fund": asked.fund.value,
        "rule_code": rule_code,
        "year": asked.year,
        "posting_month": cut.posting_month,
        "recorded_month": cut.recorded_month,
    }
    if cut.recorded_from is not None:
        given |= {"recorded_from": cut.recorded_from, "recorded_by": cut.recorded_by, "happened_by": asked.happened_by}
    if cut.happened_from is not None:
        given |= {
            "happened_from": cut.happened_from,
            "happened_by": asked.happened_by,
            "recorded_before": cut.recorded_before,
        }
    return given


def _rest(asked: "Asked", found: Folded) -> dict[str, Any]:
    return {
        "entries_from": found.entries_from,
        "known_by": asked.known_by,
        "happened_by": asked.happened_by,
        "until": found.until,
    }


async def months_as_of(tx: ReadTx, canteen_ids: Iterable[UUID], asked: "Asked") -> list[sa.Row[Any]]:
    """Give each canteen's posting months with their sums, as arrays, as of the dates asked."""
    found = await folded(tx, asked)
    parts, given = _parts(found.cut), _parameters(canteen_ids, asked, asked.rule_code, found.cut)
    if found.entries_from is not None:
        parts.append(_ENTRIES)
        given |= _rest(asked, found)
    return list(await tx.rows(_months_of(*parts), given))


@cache
def _owed(*parts: str) -> sa.TextClause:
    return sa.text(
        "SELECT canteen_id, CAST(sum(amount_fen) AS bigint) AS unpaid_fen "  # noqa: S608
        f"FROM ({' UNION ALL '.join(parts)}) AS part GROUP BY canteen_id"
    )


_OWED_OTHERWISE = sa.text(
    f"""
WITH came AS (
  SELECT e.canteen_id, e.order_id, e.year, e.amount_fen FROM entry e LEFT JOIN chain_folded f ON f.unit_id = e.unit_id
  WHERE {_UNFOLDED} AND e.order_id IS NOT NULL AND e.year = ANY(CAST(:years AS integer[]))
),
touched AS (
  SELECT order_id FROM came
  UNION SELECT order_id FROM payment WHERE recorded_at > :until AND recorded_at <= :known_by
  UNION SELECT order_id FROM payment_unfolded WHERE recorded_at <= :known_by
),
paid AS (
  SELECT p.order_id, sum(p.amount_fen) AS fen,
    sum(p.amount_fen) FILTER (WHERE u.event_id IS NULL AND p.recorded_at <= :until) AS folded_fen
  FROM touched t JOIN payment p ON p.order_id = t.order_id LEFT JOIN payment_unfolded u ON u.event_id = p.event_id
  WHERE p.paid_on <= :happened_by AND p.recorded_at <= :known_by GROUP BY p.order_id
),
kept AS (
  SELECT canteen_id, order_id, min(year) AS year, sum(fen) AS fen,
    min(year) FILTER (WHERE folded) AS folded_year, sum(fen) FILTER (WHERE folded) AS folded_fen
  FROM (
    SELECT canteen_id, order_id, year, amount_fen AS fen, false AS folded FROM came
    UNION ALL
    SELECT d.canteen_id, d.order_id, d.year, d.amount_fen, true
    FROM touched t JOIN order_day d ON d.order_id = t.order_id
    WHERE d.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND d.fund = :fund AND d.year <= CAST(:year AS integer)
      AND d.happened_on <= :happened_by AND d.recorded_on <= :recorded_by
  ) AS one GROUP BY canteen_id, order_id
)
SELECT k.canteen_id, CAST(sum(
    CASE WHEN k.year = CAST(:year AS integer) THEN greatest(0, k.fen - coalesce(p.fen, 0)) ELSE 0 END
    - CASE WHEN k.folded_year = CAST(:year AS integer)
      THEN greatest(0, k.folded_fen - coalesce(p.folded_fen, 0)) ELSE 0 END
  ) AS bigint) AS more_fen
FROM kept k LEFT JOIN paid p ON p.order_id = k.order_id GROUP BY k.canteen_id
"""  # noqa: S608 - names of our own
)
"""What the orders owe of which something is not folded, less what is folded of the same orders."""


async def unpaid_as_of(tx: ReadTx, canteen_ids: Iterable[UUID], asked: "Asked") -> dict[UUID, int]:
    """Give what each canteen owed, as of the dates asked; no order nets another."""
    ids = list(canteen_ids)
    found = await folded(tx, asked)
    given = _parameters(ids, asked, OWED, found.cut)
    owed = {row.canteen_id: int(row.unpaid_fen) for row in await tx.rows(_owed(*_parts(found.cut)), given)}
    if found.entries_from is None and found.payments_from is None:
        return owed
    given = _rest(asked, found) | {
        "canteen_ids": ids,
        "fund": asked.fund.value,
        "year": asked.year,
        "years": list(range(YEAR_FIRST, asked.year + 1)),
        "recorded_by": found.cut.recorded_by,
    }
    for row in await tx.rows(_OWED_OTHERWISE, given):
        owed[row.canteen_id] = owed.get(row.canteen_id, 0) + int(row.more_fen)
    return owed


_HEADS = sa.text(
    "SELECT wanted.unit_id, last.seq, last.hash, last.recorded_at "
    "FROM unnest(CAST(:unit_ids AS uuid[])) AS wanted (unit_id) CROSS JOIN LATERAL ("
    "SELECT seq, hash, recorded_at FROM entry WHERE entry.unit_id = wanted.unit_id "
    "AND seq >= coalesce((SELECT seq FROM chain_day d WHERE d.unit_id = wanted.unit_id AND d.recorded_on < :day "
    "ORDER BY d.recorded_on DESC LIMIT 1), 1) "
    "AND seq <= coalesce((SELECT seq FROM chain_day d WHERE d.unit_id = wanted.unit_id AND d.recorded_on > :day "
    "ORDER BY d.recorded_on LIMIT 1), 9223372036854775807) "
    "AND recorded_at <= :known_by ORDER BY seq DESC LIMIT 1) AS last"
)


async def heads_as_of(tx: ReadTx, unit_ids: Iterable[UUID], known_by: datetime) -> list[sa.Row[Any]]:
    """Give where each chain stood by a moment: between the ends of the days before and after, as far as folded.

    The moment's own day may be folded in part.
    """
    given = {"unit_ids": list(unit_ids), "known_by": known_by, "day": business_date(known_by)}
    return list(await tx.rows(_HEADS, given))

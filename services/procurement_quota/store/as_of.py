"""Figures as of past dates are read from sums by month and by day; what is in none of them, from the entries.

Whoever reads sees one snapshot (`uow.read`), in which an entry is folded, or after where its chain is folded to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.folding import OWED, Cut, cut_at
from services.procurement_quota.store.fold_tables import SUMS, month_of
from shared.clock import business_date, end_of_day
from shared.db.unit_of_work import ReadTx

YEAR_FIRST = 2000
"""No order is of an earlier year; years are named one by one, as the index of a canteen's entries has them."""
_STEP = timedelta(microseconds=1)

_FOLDED = sa.text(
    "SELECT (SELECT max(recorded_at) FROM chain_folded) AS latest, "
    "(SELECT min(e.recorded_at) FROM chain_head h LEFT JOIN chain_folded f ON f.unit_id = h.unit_id "
    "JOIN entry e ON e.unit_id = h.unit_id AND e.seq = coalesce(f.seq, 0) + 1 "
    "WHERE h.seq > coalesce(f.seq, 0)) AS entries_from, "
    "(SELECT min(recorded_at) FROM payment_unfolded) AS payments_from, "
    "CAST(:asked AS integer) * 4 > (SELECT count(*) FROM canteen) AS many"
)
"""Of so many canteens everybody's are read, day by day and chain by chain: that is cheaper than to look up each."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What of two dates is read from sums, and from which moments on the rest is read from entries and payments."""

    cut: Cut
    until: datetime
    """What was recorded later, up to the moment asked, is in no sum that is read."""
    entries_from: datetime | None
    payments_from: datetime | None
    """None where there is no rest."""
    many: bool
    """A good part of all canteens is asked for."""


async def folded(tx: ReadTx, asked: Asked, canteens: int) -> Folded:
    """Tell how what is asked of so many canteens is read."""
    assert asked.known_by is not None
    row = await tx.first(_FOLDED, {"asked": canteens})
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
        row.many,
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


_OF_CANTEENS = "canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND "
_ASKED = "fund = :fund AND rule_code = :rule_code AND year = CAST(:year AS integer)"
_SUMS = ", ".join(SUMS)
_POSTING_MONTH = month_of("happened_on")
_MONTHS = (
    f"SELECT canteen_id, posting_month, {_SUMS} FROM figure_month WHERE {{of}}{_ASKED} "  # noqa: S608
    "AND posting_month < :posting_month AND recorded_month < :recorded_month"
)
_DAYS_RECORDED = (
    f"SELECT canteen_id, {_POSTING_MONTH}, {_SUMS} FROM figure_day WHERE {{of}}{_ASKED} "  # noqa: S608
    "AND recorded_on >= :recorded_from AND recorded_on <= :recorded_by AND happened_on <= :happened_by"
)
_DAYS_HAPPENED = (
    f"SELECT canteen_id, {_POSTING_MONTH}, {_SUMS} FROM figure_day WHERE {{of}}{_ASKED} "  # noqa: S608
    "AND happened_on >= :happened_from AND happened_on <= :happened_by AND recorded_on < :recorded_before"
)

_REST_OF_CANTEENS = (
    "SELECT e.* FROM entry e LEFT JOIN chain_folded f ON f.unit_id = e.unit_id "
    "WHERE e.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND e.year = ANY(CAST(:years AS integer[])) "
    "AND e.recorded_at >= :entries_from AND (e.recorded_at > :until OR e.seq > coalesce(f.seq, 0))"
)
_REST_OF_CHAINS = (
    "SELECT e.* FROM chain_head h CROSS JOIN LATERAL (SELECT e.* FROM entry e WHERE e.unit_id = h.unit_id "
    "AND e.seq > coalesce((SELECT d.seq FROM chain_day d WHERE d.unit_id = h.unit_id "
    "AND d.recorded_on <= :recorded_by ORDER BY d.recorded_on DESC LIMIT 1), 0) "
    "AND e.seq <= coalesce((SELECT d.seq FROM chain_day d WHERE d.unit_id = h.unit_id AND d.recorded_on > :known_on "
    "ORDER BY d.recorded_on LIMIT 1), 9223372036854775807) OFFSET 0) AS e"
)
"""What is in no sum that is read. A chain's day may be folded in part: then it is the last that is."""
_UP_TO = "e.fund = :fund AND e.recorded_at <= :known_by AND e.happened_on <= :happened_by"
_ENTRIES = (
    "SELECT e.canteen_id, e.posting_month, CAST(e.judgements -> :rule_code ->> 'base_fen' AS bigint), "  # noqa: S608
    "CAST(e.judgements -> :rule_code ->> 'counted_fen' AS bigint), e.amount_fen "
    f"FROM ({{rest}}) AS e WHERE {_UP_TO} AND e.year = CAST(:year AS integer) AND e.judgements ? :rule_code"
)


def _parts(found: Folded) -> list[str]:
    """Choose the parts of a sum that are not empty anyhow."""
    parts = [_MONTHS]
    if found.cut.recorded_from is not None:
        parts.append(_DAYS_RECORDED)
    if found.cut.happened_from is not None:
        parts.append(_DAYS_HAPPENED)
    return [part.format(of="" if found.many else _OF_CANTEENS) for part in parts]


@cache
def _months_of(*parts: str) -> sa.TextClause:
    sums = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in ("base_fen", "counted_fen", "amount_fen"))
    aggregated = ", ".join(f"array_agg({name}) AS {name}" for name in ("base_fen", "counted_fen", "amount_fen"))
    return sa.text(
        f"SELECT canteen_id, array_agg(posting_month) AS posting_months, {aggregated} FROM ("  # noqa: S608
        f"SELECT canteen_id, posting_month, {sums} FROM ({' UNION ALL '.join(parts)}) AS part "
        "GROUP BY canteen_id, posting_month) AS month GROUP BY canteen_id"
    )


def _parameters(canteen_ids: Sequence[UUID], asked: Asked, rule_code: str, found: Folded) -> dict[str, Any]:
    cut = found.cut
    given: dict[str, Any] = {
        "fund": asked.fund.value,
        "rule_code": rule_code,
        "year": asked.year,
        "posting_month": cut.posting_month,
        "recorded_month": cut.recorded_month,
    }
    if not found.many:
        given["canteen_ids"] = canteen_ids
    if cut.recorded_from is not None:
        given |= {"recorded_from": cut.recorded_from, "recorded_by": cut.recorded_by, "happened_by": asked.happened_by}
    if cut.happened_from is not None:
        given |= {
            "happened_from": cut.happened_from,
            "happened_by": asked.happened_by,
            "recorded_before": cut.recorded_before,
        }
    return given


def _rest(canteen_ids: Sequence[UUID], asked: Asked, found: Folded, years: list[int]) -> dict[str, Any]:
    assert asked.known_by is not None
    given: dict[str, Any] = {"fund": asked.fund.value, "known_by": asked.known_by, "happened_by": asked.happened_by}
    if found.many:
        return given | {"recorded_by": found.cut.recorded_by, "known_on": business_date(asked.known_by)}
    return given | {
        "canteen_ids": canteen_ids,
        "years": years,
        "entries_from": found.entries_from,
        "until": found.until,
    }


async def months_as_of(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> list[sa.Row[Any]]:
    """Give each canteen's posting months with their sums, as arrays, as of the dates asked."""
    ids = list(canteen_ids)
    found = await folded(tx, asked, len(ids))
    parts, given = _parts(found), _parameters(ids, asked, asked.rule_code, found)
    if found.entries_from is not None:
        parts.append(_ENTRIES.format(rest=_REST_OF_CHAINS if found.many else _REST_OF_CANTEENS))
        given |= _rest(ids, asked, found, [asked.year])
    rows, wanted = await tx.rows(_months_of(*parts), given), set(ids)
    return [row for row in rows if row.canteen_id in wanted]


@cache
def _owed(*parts: str) -> sa.TextClause:
    return sa.text(
        "SELECT canteen_id, CAST(sum(amount_fen) AS bigint) AS fen "  # noqa: S608
        f"FROM ({' UNION ALL '.join(parts)}) AS part GROUP BY canteen_id"
    )


_OWED_OTHERWISE = f"""
WITH came AS MATERIALIZED (
  SELECT e.canteen_id, e.order_id, e.year, e.amount_fen FROM ({{rest}}) AS e
  WHERE {_UP_TO} AND e.order_id IS NOT NULL AND e.year <= CAST(:year AS integer)
),
touched AS MATERIALIZED (
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
    FROM {{kept}}
    WHERE d.fund = :fund AND d.year <= CAST(:year AS integer)
      AND d.happened_on <= :happened_by AND d.recorded_on <= :recorded_by
  ) AS one GROUP BY canteen_id, order_id
)
SELECT k.canteen_id, CAST(sum(
    CASE WHEN k.year = CAST(:year AS integer) THEN greatest(0, k.fen - coalesce(p.fen, 0)) ELSE 0 END
    - CASE WHEN k.folded_year = CAST(:year AS integer)
      THEN greatest(0, k.folded_fen - coalesce(p.folded_fen, 0)) ELSE 0 END
  ) AS bigint) AS fen
FROM kept k LEFT JOIN paid p ON p.order_id = k.order_id GROUP BY k.canteen_id
"""  # noqa: S608 - names of our own
"""What the orders owe of which something is in no sum that is read, less what these sums say of the same orders."""
_KEPT_BY_ALL = "touched t CROSS JOIN LATERAL (SELECT * FROM order_day d WHERE d.order_id = t.order_id OFFSET 0) AS d"
_KEPT_BY_CANTEENS = (
    "touched t JOIN (SELECT * FROM order_day WHERE canteen_id = ANY(CAST(:canteen_ids AS uuid[])) OFFSET 0) AS d "
    "ON d.order_id = t.order_id"
)
_OWED_BY_THE_REST = {
    False: sa.text(_OWED_OTHERWISE.format(rest=_REST_OF_CANTEENS, kept=_KEPT_BY_CANTEENS)),
    True: sa.text(_OWED_OTHERWISE.format(rest=_REST_OF_CHAINS, kept=_KEPT_BY_ALL)),
}


async def unpaid_as_of(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> dict[UUID, int]:
    """Give what each canteen owed, as of the dates asked; no order nets another."""
    ids = list(canteen_ids)
    found = await folded(tx, asked, len(ids))
    rows = [*await tx.rows(_owed(*_parts(found)), _parameters(ids, asked, OWED, found))]
    if found.entries_from is not None or found.payments_from is not None:
        years = list(range(YEAR_FIRST, asked.year + 1))
        given = {"year": asked.year, "recorded_by": found.cut.recorded_by, "until": found.until}
        rows += await tx.rows(_OWED_BY_THE_REST[found.many], _rest(ids, asked, found, years) | given)
    owed = dict.fromkeys(ids, 0)
    for row in rows:
        if row.canteen_id in owed:
            owed[row.canteen_id] += row.fen
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

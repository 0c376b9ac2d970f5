"""What closed months left out is what moved in them and stands neither on their statements nor, late, on a later one.

Whatever the reason: a supplier's second name, a transaction that was seen only after the closing, a fault of before.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.accounts import AccountLine, Late, Moves
from services.order.store.account_tables import account_late_lines
from services.order.store.accounts import sums_of
from services.order.store.refunds import REFUND_MOVES
from shared.db.unit_of_work import ReadTx, Tx

KINDS: Final = ("accepted_fen", "returned_fen", "credited_fen", "paid_fen", "refunded_fen")
_COLUMNS: Final = ("opening_fen", *KINDS)
_WORTH: Final = "accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen"


def _moved(kind: str, amount: str, month: str, rest: str) -> str:
    """Write the rows of one kind of move."""
    told = ", ".join(f"{amount if name == kind else 0}::bigint AS {name}" for name in KINDS)
    return f"SELECT o.order_id, {month} AS month, {told} FROM orders o {rest}"  # noqa: S608 - composed of constants


def _month_of(moment: str) -> str:
    return f"date_trunc('month', {moment} AT TIME ZONE 'Asia/Shanghai')::date"


def left_out(until: str, canteen: str | None = None) -> str:
    """Write the query of what the months closed before `until`, an expression of a month's first day, left out.

    Rows: order, month, and by how much each figure is short. An opening is short by what was owed before the first
    month of all and was not stated, or by what it brought, less, that the month before did not end with.
    """
    mine = "true" if canteen is None else f"o.canteen_id = {canteen}"
    seen = f"WHERE o.accepted_at IS NOT NULL AND {mine}"
    moves = " UNION ALL ".join(
        (
            _moved(
                *("accepted_fen", "l.accepted_fen", _month_of("o.accepted_at")),
                f"JOIN order_lines l USING (order_id) {seen}",
            ),
            _moved(
                *("returned_fen", "-x.amount_fen", _month_of("r.agreed_at")),
                f"JOIN returns r USING (order_id) JOIN return_lines x USING (return_id) {seen}"
                " AND r.agreed_at IS NOT NULL",
            ),
            _moved(
                *("credited_fen", "x.amount_fen", _month_of("k.agreed_at")),
                f"JOIN credits k USING (order_id) JOIN credit_lines x USING (credit_id) {seen}",
            ),
            _moved(
                *("paid_fen", "p.paid_fen", "date_trunc('month', p.paid_on)::date"),
                f"JOIN payments p USING (order_id) {seen} AND p.paid_on IS NOT NULL",
            ),
            _moved(
                *("refunded_fen", "f.amount_fen", _month_of("f.at")),
                f"JOIN payments p USING (order_id) JOIN {REFUND_MOVES} f USING (payment_id) {seen}",
            ),
        )
    )
    less = ", ".join(f"-{{0}}.{name} AS {name}" for name in _COLUMNS)
    none = ", ".join("0" for _ in KINDS)
    lines = f"""FROM account_lines l JOIN account_statements o USING (statement_id), closed c
    WHERE o.month >= c.first AND {mine}"""
    return f"""
WITH closed AS (SELECT min(month) AS first, {until} AS until FROM account_months WHERE done),
moved AS ({moves}),
told AS (
  SELECT m.order_id, greatest(m.month, c.first) AS month, CASE WHEN m.month < c.first THEN {_WORTH} ELSE 0 END AS
    opening_fen, {", ".join(f"CASE WHEN m.month < c.first THEN 0 ELSE m.{name} END AS {name}" for name in KINDS)}
  FROM moved m, closed c
  UNION ALL SELECT l.order_id, o.month, {less.format("l")} {lines}
  UNION ALL SELECT l.order_id, (o.month + interval '1 month')::date, l.closing_fen, {none} {lines}
  UNION ALL SELECT y.order_id, y.late_for, {less.format("y")}
  FROM account_late_lines y JOIN orders o USING (order_id) WHERE {mine})
SELECT t.order_id, t.month, {", ".join(f"sum(t.{name})::bigint AS {name}" for name in _COLUMNS)}
FROM told t, closed c WHERE c.first IS NOT NULL AND t.month < c.until
GROUP BY t.order_id, t.month
HAVING {" OR ".join(f"sum(t.{name}) <> 0" for name in _COLUMNS)}
ORDER BY t.month, t.order_id
"""  # noqa: S608 - composed of constants


_OF_CANTEEN = sa.text(left_out("CAST(:until AS date)", "CAST(:canteen_id AS uuid)"))

_PAYMENTS = sa.text(
    """
WITH closed AS (SELECT min(month) AS first, CAST(:until AS date) AS until FROM account_months WHERE done)
SELECT p.payments - f.payments AS payments, p.paid_fen - f.paid_fen AS paid_fen, p.fen_days - f.fen_days AS fen_days
FROM (
  SELECT count(*) AS payments, coalesce(sum(p.paid_fen), 0)::bigint AS paid_fen,
    coalesce(sum(p.paid_fen * greatest(p.paid_on - o.accepted_on, 0)), 0)::bigint AS fen_days
  FROM orders o JOIN payments p USING (order_id), closed c
  WHERE o.canteen_id = :canteen_id AND o.accepted_at IS NOT NULL AND p.paid_fen > 0
    AND p.paid_on >= c.first AND p.paid_on < c.until) p, (
  SELECT coalesce(sum(f.payments), 0)::bigint AS payments, coalesce(sum(f.paid_fen), 0)::bigint AS paid_fen,
    coalesce(sum(f.fen_days), 0)::bigint AS fen_days
  FROM pay_figures f, closed c
  WHERE f.canteen_id = :canteen_id AND f.month >= c.first AND f.month < c.until) f
"""
)


async def left_out_before(tx: ReadTx, canteen_id: UUID, first: date) -> dict[UUID, tuple[Late, ...]]:
    """Tell what the months closed before one left out of a canteen's accounts, by order, the oldest month first."""
    rows = await tx.rows(_OF_CANTEEN, {"canteen_id": canteen_id, "until": first})
    found: dict[UUID, list[Late]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(Late(row.month, Moves(**{name: getattr(row, name) for name in _COLUMNS})))
    return {order_id: tuple(late) for order_id, late in found.items()}


async def add_late(tx: Tx, statement_id: UUID, lines: Sequence[AccountLine]) -> None:
    """Write what is late on the lines of a statement, in the transaction that closes it."""
    rows = []
    for line in lines:
        for late in line.late:
            sums = sums_of(late.moves)
            told = {name: sums[name] for name in _COLUMNS}
            rows.append(
                {
                    "statement_id": statement_id,
                    "order_id": line.order_id,
                    "late_for": late.late_for,
                    **told,
                    "late_fen": sums["closing_fen"],
                }
            )
    if rows:
        await tx.execute(sa.insert(account_late_lines), rows)


async def payments_left_out(tx: ReadTx, canteen_id: UUID, first: date) -> tuple[int, int, int]:
    """Tell what the public figures of months closed before one left out: payments, their fen, and fen by days."""
    row = await tx.first(_PAYMENTS, {"canteen_id": canteen_id, "until": first})
    if row is None or row.payments <= 0:
        return 0, 0, 0
    return row.payments, row.paid_fen, row.fen_days

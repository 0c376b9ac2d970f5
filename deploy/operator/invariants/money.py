"""Money is the same in every book: what orders were paid, one transfer over several, invoices, each month's end."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.order.domain.states import PENDING
from services.order.store.late_lines import left_out
from shared.states import sql_words

_BACK = """
SELECT p.payment_id, p.state, p.paid_fen, p.refunded_fen + p.disputed_fen AS back_fen
FROM payments p
WHERE p.refunded_fen + p.disputed_fen > p.paid_fen OR (p.paid_fen <> 0 AND p.state <> 'paid')
ORDER BY 1
"""

_TOGETHER = """
SELECT w.payment_id, w.amount_fen, coalesce(sum(a.amount_fen), 0) AS found_fen
FROM account_payments w
LEFT JOIN account_payment_parts a USING (payment_id)
LEFT JOIN payments p ON p.payment_id = a.part_id
GROUP BY w.payment_id
HAVING w.amount_fen <> coalesce(sum(a.amount_fen), 0)
  OR NOT bool_and(a.order_id IS NOT DISTINCT FROM p.order_id AND p.amount_fen = a.amount_fen AND p.state = w.state
    AND p.method = 'bank_transfer' AND EXISTS (SELECT FROM account_lines l
      WHERE l.statement_id = w.statement_id AND l.order_id = a.order_id))
ORDER BY 1
"""

_PROMISED = f"""
SELECT o.order_id, l.accepted_fen, p.promised_fen
FROM orders o
JOIN (SELECT order_id, sum(accepted_fen) AS accepted_fen FROM order_lines GROUP BY order_id) l USING (order_id)
JOIN (
  SELECT order_id, bool_or(method = 'bank_transfer') AS by_bank, sum(CASE
      WHEN method = 'bank_transfer' AND state IN ({sql_words(PENDING)}) THEN amount_fen
      ELSE paid_fen - refunded_fen - disputed_fen END) AS promised_fen
  FROM payments GROUP BY order_id) p USING (order_id)
WHERE p.by_bank AND p.promised_fen > l.accepted_fen
ORDER BY 1
"""  # noqa: S608 - composed of constants
"""What transfers promise is bounded by what is owed when they are registered; what is kept only lessens afterwards."""

_INVOICES = """
SELECT i.invoice_id
FROM invoices i
LEFT JOIN (SELECT invoice_id, sum(gross_fen) AS gross_fen, min(sign(gross_fen)) AS low, max(sign(gross_fen)) AS high
  FROM invoice_lines GROUP BY invoice_id) l USING (invoice_id)
LEFT JOIN (SELECT reverses_id AS invoice_id, -sum(gross_fen) AS back_fen FROM invoices GROUP BY reverses_id) r
  USING (invoice_id)
WHERE i.gross_fen <> i.net_fen + i.tax_fen OR i.gross_fen IS DISTINCT FROM l.gross_fen OR l.low <> l.high
   OR r.back_fen > i.gross_fen
ORDER BY 1
"""

_SUMS = ("opening_fen", "late_fen", "accepted_fen", "returned_fen", "credited_fen", "paid_fen", "refunded_fen")
_CLOSING = (
    "{0}.opening_fen + {0}.late_fen + {0}.accepted_fen - {0}.returned_fen - {0}.credited_fen - {0}.paid_fen"
    " + {0}.refunded_fen"
)
_ACCOUNT_OF = "{0}.canteen_id = s.canteen_id AND {0}.supplier_id = s.supplier_id AND {0}.unit_id = s.unit_id"

_ACCOUNTS = f"""
WITH taken_back AS (
  SELECT s.canteen_id, s.supplier_id, s.unit_id, s.fund, y.late_for AS month, sum(y.opening_fen) AS opening_fen
  FROM account_late_lines y JOIN account_statements s USING (statement_id)
  WHERE y.opening_fen <> 0 GROUP BY 1, 2, 3, 4, 5)
SELECT s.number
FROM account_statements s
LEFT JOIN (SELECT statement_id, {", ".join(f"sum({name}) AS {name}" for name in (*_SUMS, "closing_fen"))}
  FROM account_lines GROUP BY statement_id) l USING (statement_id)
LEFT JOIN account_statements b ON {_ACCOUNT_OF.format("b")} AND b.fund = s.fund
  AND b.month = (s.month - interval '1 month')::date
LEFT JOIN taken_back y ON {_ACCOUNT_OF.format("y")} AND y.fund = s.fund AND y.month = s.month
LEFT JOIN account_months m ON m.month = (s.month - interval '1 month')::date AND m.done
WHERE ({", ".join(f"s.{name}" for name in (*_SUMS, "closing_fen"))})
    IS DISTINCT FROM ({", ".join(f"l.{name}" for name in (*_SUMS, "closing_fen"))})
  OR s.closing_fen <> {_CLOSING.format("s")}
  OR ((b.statement_id IS NOT NULL OR m.month IS NOT NULL)
    AND coalesce(b.closing_fen, 0) <> s.opening_fen + coalesce(y.opening_fen, 0))
UNION
SELECT s.number
FROM account_lines l
JOIN account_statements s USING (statement_id)
LEFT JOIN (SELECT statement_id, order_id, sum(late_fen) AS late_fen FROM account_late_lines GROUP BY 1, 2) y
  USING (statement_id, order_id)
WHERE l.late_fen <> coalesce(y.late_fen, 0)
UNION
SELECT s.number
FROM account_statements s
JOIN account_months m ON m.month = (s.month + interval '1 month')::date AND m.done
LEFT JOIN account_statements n ON {_ACCOUNT_OF.format("n")} AND n.fund = s.fund AND n.month = m.month
LEFT JOIN taken_back y ON {_ACCOUNT_OF.format("y")} AND y.fund = s.fund AND y.month = m.month
WHERE n.statement_id IS NULL AND s.closing_fen <> coalesce(y.opening_fen, 0)
ORDER BY 1
"""  # noqa: S608 - composed of constants
"""Before the first month that was closed there is none to begin from; what is owed at an end is carried on.

What an opening brought unexplained, or did not carry on, stays a breach until a later statement takes it back as late.
"""

_LEFT_OUT = left_out("max(month)")
"""What the last closed month left out stands on the next; what those before it did stands on one that is closed."""


async def money_checks(read: Snapshots) -> list[Check]:
    """Look at what was paid, paid back, promised, invoiced and stated."""
    counted = {
        table: await read.value("order", f"SELECT count(*) FROM {table}")  # noqa: S608 - names of our own
        for table in ("orders", "payments", "account_payments", "invoices", "account_statements")
    }
    back = [
        f"payment {row.payment_id} ({row.state}) of {row.paid_fen} says {row.back_fen} back"
        for row in await read.rows("order", _BACK)
    ]
    together = [
        f"transfer {row.payment_id} of {row.amount_fen} has parts of {row.found_fen}"
        for row in await read.rows("order", _TOGETHER)
    ]
    promised = [
        f"order {row.order_id} of {row.accepted_fen} is promised {row.promised_fen}"
        for row in await read.rows("order", _PROMISED)
    ]
    invoices = [f"invoice {row.invoice_id}" for row in await read.rows("order", _INVOICES)]
    left = [
        f"order {row.order_id}: its statement of {row.month:%Y-%m} and what is late on later ones say otherwise"
        for row in await read.rows("order", _LEFT_OUT)
    ]
    accounts = [f"statement {row.number}" for row in await read.rows("order", _ACCOUNTS)]
    orders, payments = count_of(counted["orders"], "orders"), count_of(counted["payments"], "payments")
    transfers = count_of(counted["account_payments"], "transfers")
    return [
        Check(8, "no payment is paid back more than it brought", payments, back),
        Check(8, "a transfer over a statement is its parts, and stands as they do", transfers, together),
        Check(8, "no order is promised more by transfer than was accepted of it", orders, promised),
        Check(8, "an invoice is its lines, net and tax together", count_of(counted["invoices"], "invoices"), invoices),
        Check(
            8,
            "a statement of account is its lines', and begins where the last one ended",
            count_of(counted["account_statements"], "statements"),
            accounts,
        ),
        Check(8, "what moved in a closed month is on its statement, or late on a later one", orders, left),
    ]

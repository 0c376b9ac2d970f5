"""Money is the same in every book: what orders were paid, one transfer over several, invoices, each month's end."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.order.domain.states import PENDING
from shared.states import sql_words

_BACK = """
SELECT p.payment_id, p.state, p.paid_fen, p.refunded_fen
FROM payments p
WHERE p.refunded_fen > p.paid_fen OR (p.paid_fen <> 0 AND p.state <> 'paid')
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
      ELSE paid_fen - refunded_fen END) AS promised_fen
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

_ACCOUNTS = """
SELECT s.number
FROM account_statements s
LEFT JOIN (SELECT statement_id, sum(opening_fen) AS opening_fen, sum(accepted_fen) AS accepted_fen,
    sum(returned_fen) AS returned_fen, sum(credited_fen) AS credited_fen, sum(paid_fen) AS paid_fen,
    sum(refunded_fen) AS refunded_fen, sum(closing_fen) AS closing_fen FROM account_lines GROUP BY statement_id) l
  USING (statement_id)
LEFT JOIN account_statements b ON b.canteen_id = s.canteen_id AND b.supplier_id = s.supplier_id
  AND b.unit_id = s.unit_id AND b.fund = s.fund AND b.month = (s.month - interval '1 month')::date
LEFT JOIN account_months m ON m.month = (s.month - interval '1 month')::date AND m.done
WHERE (s.opening_fen, s.accepted_fen, s.returned_fen, s.credited_fen, s.paid_fen, s.refunded_fen, s.closing_fen)
    IS DISTINCT FROM (l.opening_fen, l.accepted_fen, l.returned_fen, l.credited_fen, l.paid_fen, l.refunded_fen,
      l.closing_fen)
  OR s.closing_fen <> s.opening_fen + s.accepted_fen - s.returned_fen - s.credited_fen - s.paid_fen + s.refunded_fen
  OR ((b.statement_id IS NOT NULL OR m.month IS NOT NULL) AND coalesce(b.closing_fen, 0) <> s.opening_fen)
UNION
SELECT b.number
FROM account_statements b
JOIN account_months m ON m.month = (b.month + interval '1 month')::date AND m.done
LEFT JOIN account_statements s ON b.canteen_id = s.canteen_id AND b.supplier_id = s.supplier_id
  AND b.unit_id = s.unit_id AND b.fund = s.fund AND s.month = m.month
WHERE b.closing_fen <> 0 AND s.statement_id IS NULL
ORDER BY 1
"""
"""Before the first month that was closed there is none to begin from; what is owed at an end is carried on."""


async def money_checks(read: Snapshots) -> list[Check]:
    """Look at what was paid, paid back, promised, invoiced and stated."""
    counted = {
        table: await read.value("order", f"SELECT count(*) FROM {table}")  # noqa: S608 - names of our own
        for table in ("orders", "payments", "account_payments", "invoices", "account_statements")
    }
    back = [
        f"payment {row.payment_id} ({row.state}) of {row.paid_fen} says {row.refunded_fen} back"
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
    ]

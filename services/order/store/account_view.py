"""A statement is read whole, with the orders that it is made of and what is held against it."""

from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from shared.db.unit_of_work import ReadTx

LINES_MAX = 1_000

PAYMENT = """json_build_object(
  'payment_id', p.payment_id, 'statement_id', p.statement_id, 'state', p.state, 'amount_fen', p.amount_fen,
  'registered_at', p.registered_at, 'paid_on', p.paid_on, 'reason', p.reason,
  'voucher', CASE WHEN p.voucher_sha256 IS NOT NULL THEN json_build_object('sha256', p.voucher_sha256,
    'media_type', p.voucher_media_type, 'size_bytes', p.voucher_bytes, 'put_at', p.voucher_at) END,
  'parts', (SELECT json_agg(json_build_object('order_id', a.order_id, 'payment_id', a.part_id,
    'amount_fen', a.amount_fen) ORDER BY a.order_id) FROM account_payment_parts a WHERE a.payment_id = p.payment_id))"""

_READ = sa.text(
    f"""
SELECT json_build_object(
  'statement_id', s.statement_id, 'number', s.number, 'state', s.state, 'month', to_char(s.month, 'YYYY-MM'),
  'fund', s.fund, 'issued_at', s.issued_at, 'due_on', s.due_on,
  'canteen', json_build_object('id', s.canteen_id, 'name', coalesce(c.name, '')),
  'unit', json_build_object('id', s.unit_id, 'name', coalesce(u.name, '')),
  'supplier', json_build_object('id', s.supplier_id, 'name', s.supplier_name),
  'opening_fen', s.opening_fen, 'accepted_fen', s.accepted_fen, 'returned_fen', s.returned_fen,
  'credited_fen', s.credited_fen, 'paid_fen', s.paid_fen, 'refunded_fen', s.refunded_fen,
  'late_fen', s.late_fen, 'closing_fen', s.closing_fen,
  'supplier_confirmed_at', s.supplier_confirmed_at, 'canteen_confirmed_at', s.canteen_confirmed_at,
  'owed_now_fen', (SELECT coalesce(sum(greatest(o.kept_fen - o.paid_fen, 0)), 0)::bigint FROM account_lines l
    JOIN orders o USING (order_id) WHERE l.statement_id = s.statement_id),
  'complete', (SELECT count(*) FROM account_lines l WHERE l.statement_id = s.statement_id) <= {LINES_MAX},
  'lines', (SELECT json_agg(x.line) FROM (SELECT json_build_object('order_id', l.order_id,
    'accepted_on', l.accepted_on, 'due_on', l.due_on, 'opening_fen', l.opening_fen, 'accepted_fen', l.accepted_fen,
    'returned_fen', l.returned_fen, 'credited_fen', l.credited_fen, 'paid_fen', l.paid_fen,
    'refunded_fen', l.refunded_fen, 'late_fen', l.late_fen, 'closing_fen', l.closing_fen,
    'owed_now_fen', greatest(o.kept_fen - o.paid_fen, 0), 'late', coalesce((SELECT json_agg(json_build_object(
      'late_for', to_char(y.late_for, 'YYYY-MM'), 'opening_fen', y.opening_fen, 'accepted_fen', y.accepted_fen,
      'returned_fen', y.returned_fen, 'credited_fen', y.credited_fen, 'paid_fen', y.paid_fen,
      'refunded_fen', y.refunded_fen, 'late_fen', y.late_fen) ORDER BY y.late_for) FROM account_late_lines y
      WHERE y.statement_id = l.statement_id AND y.order_id = l.order_id), '[]'::json)) AS line
    FROM account_lines l JOIN orders o USING (order_id) WHERE l.statement_id = s.statement_id
    ORDER BY l.accepted_on, l.order_id LIMIT {LINES_MAX}) x),
  'payments', coalesce((SELECT json_agg({PAYMENT} ORDER BY p.registered_at, p.payment_id)
    FROM account_payments p WHERE p.statement_id = s.statement_id), '[]'::json),
  'objections', coalesce((SELECT json_agg(json_build_object('objection_id', j.objection_id, 'order_id', j.order_id,
    'side', j.side, 'reason', j.reason, 'raised_by_name', j.raised_by_name, 'raised_at', j.raised_at,
    'note', j.note, 'closed_at', j.closed_at) ORDER BY j.raised_at, j.objection_id)
    FROM account_objections j WHERE j.statement_id = s.statement_id), '[]'::json))::text
FROM account_statements s
LEFT JOIN canteens c ON c.canteen_id = s.canteen_id
LEFT JOIN units u ON u.unit_id = s.unit_id
WHERE s.statement_id = :statement_id
"""  # noqa: S608 - composed of constants
).bindparams(sa.bindparam("statement_id", type_=sa.Uuid))


async def statement_view(tx: ReadTx, statement_id: UUID) -> dict[str, Any]:
    """Read a statement that is known to exist, as it is answered."""
    view: dict[str, Any] = orjson.loads(await tx.value(_READ, {"statement_id": statement_id}))
    return view


_READ_PAYMENT = sa.text(
    f"SELECT {PAYMENT}::text FROM account_payments p WHERE p.payment_id = :payment_id"  # noqa: S608 - of constants
).bindparams(sa.bindparam("payment_id", type_=sa.Uuid))


async def account_payment_view(tx: ReadTx, payment_id: UUID) -> dict[str, Any]:
    """Read a payment over several orders that is known to exist, as it is answered."""
    view: dict[str, Any] = orjson.loads(await tx.value(_READ_PAYMENT, {"payment_id": payment_id}))
    return view

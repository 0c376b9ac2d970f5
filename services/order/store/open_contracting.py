"""All that is told of an order to the world is read in one statement, for one order or for a page of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import ARRAY

from services.order.domain.open_contracting import Told
from services.order.domain.states import PAID_UP
from services.order.store.refunds import REFUND_MOVES
from services.order.store.tables import orders
from shared.db.unit_of_work import ReadTx
from shared.states import sql_words

_TOLD = sa.text(
    f"""
SELECT json_build_object(
  'order_id', o.order_id, 'state', o.state, 'channel', o.channel, 'placed_at', o.placed_at,
  'confirmed_at', s.confirmed_at, 'wanted_on', o.wanted_on, 'accepted_on', o.accepted_on, 'accepted_at', o.accepted_at,
  'changed_at', greatest(o.placed_at, s.changed_at), 'happened', s.happened + 1,
  'ordered_fen', o.ordered_fen, 'confirmed_fen', o.confirmed_fen, 'kept_fen', o.kept_fen,
  'unit_id', o.unit_id, 'unit_name', coalesce(wu.name, u.name, ''),
  'canteen_name', coalesce(wc.name, c.name, ''),
  'supplier_id', o.supplier_id, 'supplier_name', o.supplier_name, 'supplier_kind', o.supplier_kind,
  'county_code', coalesce(wp.county_code, p.county_code, ''), 'tolerance_bp', CAST(:tolerance_bp AS int),
  'lines', l.lines,
  'replaces_order_id', (SELECT r.order_id FROM returns r WHERE r.replacement_order_id = o.order_id),
  'replaced_by_order_ids', coalesce((SELECT json_agg(r.replacement_order_id ORDER BY r.agreed_at, r.return_id)
    FROM returns r WHERE r.order_id = o.order_id AND r.replacement_order_id IS NOT NULL), '[]'::json),
  'changes', coalesce((SELECT json_agg(json_build_object('id', x.id, 'kind', x.kind, 'at', x.at,
      'amount_fen', x.amount_fen) ORDER BY x.at, x.id) FROM (
    SELECT o.acceptance_id AS id, 'acceptance' AS kind, o.accepted_at AS at,
      l.accepted_fen - coalesce(o.confirmed_fen, o.ordered_fen) AS amount_fen
    WHERE o.acceptance_id IS NOT NULL
    UNION ALL SELECT b.substitute_id, 'substitute', b.answered_at,
      (b.quantity * b.price_fen + b.unit_quantity / 2) / b.unit_quantity
    FROM substitutes b WHERE b.order_id = o.order_id AND b.state = 'accepted'
    UNION ALL SELECT r.return_id, 'return', r.agreed_at,
      (SELECT sum(x.amount_fen) FROM return_lines x WHERE x.return_id = r.return_id)
    FROM returns r WHERE r.order_id = o.order_id AND r.agreed_at IS NOT NULL
    UNION ALL SELECT k.credit_id, 'credit', k.agreed_at,
      -(SELECT sum(x.amount_fen) FROM credit_lines x WHERE x.credit_id = k.credit_id)
    FROM credits k WHERE k.order_id = o.order_id) x WHERE x.amount_fen <> 0), '[]'::json),
  'transfers', coalesce((SELECT json_agg(json_build_object('id', x.id, 'on', x.on, 'amount_fen', x.amount_fen)
      ORDER BY x.on, x.id) FROM (
    SELECT y.payment_id AS id, y.paid_on AS on, y.paid_fen AS amount_fen FROM payments y
    WHERE y.order_id = o.order_id AND y.paid_on IS NOT NULL AND y.paid_fen > 0
    UNION ALL SELECT CASE WHEN f.attempt = 0 AND NOT f.undone THEN f.refund_id
      ELSE md5(f.refund_id || '/' || f.attempt || '/' || f.undone)::uuid END,
      (f.at AT TIME ZONE 'Asia/Shanghai')::date, -f.amount_fen
    FROM {REFUND_MOVES} f JOIN payments y ON y.payment_id = f.payment_id
    WHERE y.order_id = o.order_id) x), '[]'::json))::text
FROM orders o
LEFT JOIN canteens c ON c.canteen_id = o.canteen_id
LEFT JOIN units u ON u.unit_id = o.unit_id
LEFT JOIN suppliers p ON p.supplier_id = o.supplier_id
LEFT JOIN LATERAL (SELECT w.name FROM former_names w
  WHERE w.organisation_id = o.unit_id AND w.until > o.placed_at ORDER BY w.until, w.version LIMIT 1) wu ON true
LEFT JOIN LATERAL (SELECT w.name FROM former_names w
  WHERE w.organisation_id = o.canteen_id AND w.until > o.placed_at ORDER BY w.until, w.version LIMIT 1) wc ON true
LEFT JOIN LATERAL (SELECT w.county_code FROM former_names w
  WHERE w.organisation_id = o.supplier_id AND w.until > o.placed_at ORDER BY w.until, w.version LIMIT 1) wp ON true
CROSS JOIN LATERAL (
  SELECT sum(l.accepted_fen)::bigint AS accepted_fen, json_agg(json_build_object('line_id', l.line_id, 'name', l.name,
    'category', l.category, 'measure', l.measure, 'unit_name', l.unit_name, 'unit_quantity', l.unit_quantity,
    'price_fen', l.price_fen, 'quantity', l.quantity, 'tolerance_bp', l.tolerance_bp,
    'confirmed_quantity', l.confirmed_quantity,
    'packed_quantity', l.packed_quantity, 'accepted_quantity', l.accepted_quantity,
    'returned_quantity', l.returned_quantity, 'replaces', l.replaces_line_id IS NOT NULL) ORDER BY l.position) AS lines
  FROM order_lines l WHERE l.order_id = o.order_id) l
CROSS JOIN LATERAL (
  SELECT count(*) AS happened, max(s.at) AS changed_at,
    min(s.at) FILTER (WHERE s.step IN ('confirm', 'hand_over')) AS confirmed_at
  FROM order_steps s WHERE s.order_id = o.order_id) s
WHERE o.order_id = ANY(:order_ids) ORDER BY o.placed_at, o.order_id
"""  # noqa: S608 - composed of constants
).bindparams(sa.bindparam("order_ids", type_=ARRAY(sa.Uuid)), sa.bindparam("tolerance_bp", type_=sa.Integer))
_READ = TypeAdapter(Told)


async def told_of(tx: ReadTx, order_ids: Sequence[UUID], tolerance_bp: int) -> list[Told]:
    """Read what is told of these orders, oldest first; `tolerance_bp` is what is usual where nothing was agreed."""
    rows = await tx.rows(_TOLD, {"order_ids": list(order_ids), "tolerance_bp": tolerance_bp})
    return [_READ.validate_json(row[0]) for row in rows]


async def paid_up_page(
    tx: ReadTx, *, since: datetime | None, until: datetime | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[datetime, UUID]]:
    """List the orders of which nothing is owed any more, in the order in which they were placed, oldest first."""
    chosen = sa.select(orders.c.placed_at, orders.c.order_id).where(
        sa.text(f"orders.state IN ({sql_words(PAID_UP)})"),
    )
    if since is not None:
        chosen = chosen.where(orders.c.placed_at >= since)
    if until is not None:
        chosen = chosen.where(orders.c.placed_at < until)
    if after is not None:
        chosen = chosen.where(
            sa.tuple_(orders.c.placed_at, orders.c.order_id) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    rows = await tx.rows(chosen.order_by(orders.c.placed_at, orders.c.order_id).limit(limit))
    return [(row.placed_at, row.order_id) for row in rows]

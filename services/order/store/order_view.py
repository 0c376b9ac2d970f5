"""An order is read whole in one statement, as the JSON that is answered."""

from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.order.domain.states import ORDER, PENDING, RETURN, RETURNING, ReturnState, SubstituteState
from shared.contracts.authority import Role
from shared.contracts.words import KEEPING, OrderState
from shared.db.unit_of_work import ReadTx
from shared.states import sql_words

_PENDING = sql_words(PENDING)

PAYMENT_JSON = """json_build_object(
  'payment_id', p.payment_id, 'order_id', p.order_id, 'method', p.method, 'state', p.state, 'amount_fen', p.amount_fen,
  'authorised_fen', p.authorised_fen, 'paid_fen', p.paid_fen, 'paid_on', p.paid_on,
  'registered_at', p.registered_at, 'reason', p.reason, 'next_action', NULL,
  'voucher', CASE WHEN p.voucher_sha256 IS NOT NULL THEN json_build_object('sha256', p.voucher_sha256,
    'media_type', p.voucher_media_type, 'size_bytes', p.voucher_bytes, 'put_at', p.voucher_at) END,
  'destination', p.destination,
  'refunds', coalesce((SELECT json_agg(json_build_object('refund_id', f.refund_id, 'state', f.state,
    'amount_fen', f.amount_fen, 'due_at', f.due_at, 'attempt', f.attempt, 'sent_at', f.sent_at,
    'sent_note', f.sent_note, 'failures', coalesce((SELECT json_agg(json_build_object('failed_at', x.failed_at,
      'reason', x.reason) ORDER BY x.attempt) FROM refund_failures x WHERE x.refund_id = f.refund_id), '[]'::json))
    ORDER BY f.due_at, f.refund_id)
    FROM refunds f WHERE f.payment_id = p.payment_id), '[]'::json),
  'disputes', coalesce((SELECT json_agg(json_build_object('dispute_id', d.dispute_id, 'state', d.state,
    'amount_fen', d.amount_fen, 'taken_back_fen', (SELECT coalesce(sum(x.amount_fen), 0)::bigint
      FROM dispute_moves x WHERE x.dispute_id = d.dispute_id), 'reason', d.reason,
    'evidence_due_at', d.evidence_due_at, 'opened_at', d.opened_at, 'closed_at', d.closed_at)
    ORDER BY d.opened_at, d.dispute_id)
    FROM disputes d WHERE d.payment_id = p.payment_id), '[]'::json),
  'together', (SELECT json_build_object('statement_id', w.statement_id, 'payment_id', w.payment_id)
    FROM account_payment_parts a JOIN account_payments w USING (payment_id) WHERE a.part_id = p.payment_id))"""

_WEIGHING = """SELECT json_build_object('acceptance_id', w.acceptance_id, 'at', w.at, 'account_id', w.account_id,
    'account_name', w.account_name, 'accepted_on', w.accepted_on, 'weighed_at', w.weighed_at,
    'amount_fen', w.amount_fen, 'wants_seller', w.wants_seller, 'wants_second', w.wants_second, 'due_at', w.due_at,
    'lines', w.lines, 'answers', coalesce((SELECT json_agg(json_build_object('side', x.side, 'at', x.at,
      'account_id', x.account_id, 'account_name', x.account_name, 'outcome', x.outcome, 'reason', x.reason)
      ORDER BY x.at) FROM weighing_answers x WHERE x.acceptance_id = w.acceptance_id), '[]'::json))
  FROM weighings w WHERE w.acceptance_id = o.weighing_id"""

_SUBSTITUTES = """SELECT json_agg(json_build_object('substitute_id', b.substitute_id, 'line_id', b.line_id,
    'state', b.state, 'listing_id', b.listing_id, 'listing_version', b.listing_version, 'name', b.name,
    'category', b.category, 'measure', b.measure, 'unit_name', b.unit_name, 'unit_quantity', b.unit_quantity,
    'piece_grams', b.piece_grams, 'price_fen', b.price_fen, 'origin_county_code', b.origin_county_code,
    'supplier_id', o.supplier_id, 'supplier_kind', o.supplier_kind, 'recognised', o.recognised,
    'quantity', b.quantity, 'amount_fen', (b.quantity * b.price_fen + b.unit_quantity / 2) / b.unit_quantity,
    'tolerance_bp', b.tolerance_bp, 'offered_at', b.offered_at, 'due_at', b.due_at, 'answered_at', b.answered_at,
    'answered_by_name', b.answered_by_name, 'reason', b.reason) ORDER BY b.offered_at, b.substitute_id)
  FROM substitutes b WHERE b.order_id = o.order_id"""

_ORDER = f"""
SELECT json_build_object(
  'order_id', o.order_id, 'requisition_id', o.requisition_id, 'state', o.state, 'version', o.version,
  'open_steps', '[]'::json, 'fund', o.fund, 'fair_id', o.fair_id,
  'channel', o.channel, 'sold_on', o.sold_on, 'on_site_sale_id', CASE WHEN o.sold_on IS NOT NULL THEN
    (SELECT x.sale_id FROM on_site_sales x WHERE x.order_id = o.order_id) END,
  'replaces', (SELECT json_build_object('order_id', y.order_id, 'return_id', y.return_id) FROM returns y
    WHERE y.replacement_order_id = o.order_id),
  'canteen', json_build_object('id', o.canteen_id, 'name', coalesce(c.name, '')),
  'unit', json_build_object('id', o.unit_id, 'name', coalesce(u.name, '')),
  'supplier', json_build_object('id', o.supplier_id, 'name', o.supplier_name),
  'placed_at', o.placed_at, 'placed_by', o.placed_by, 'placed_by_name', o.placed_by_name,
  'wanted_on', o.wanted_on, 'wanted_from', to_char(o.wanted_from, 'HH24:MI'),
  'wanted_until', to_char(o.wanted_until, 'HH24:MI'), 'ordered_fen', o.ordered_fen,
  'confirmed_fen', o.confirmed_fen,
  'accepted_fen', l.accepted_fen, 'returned_fen', coalesce(r.returned_fen, 0),
  'credited_fen', coalesce(k.credited_fen, 0), 'kept_fen', o.kept_fen, 'paid_fen', o.paid_fen,
  'pending_fen', coalesce(p.pending_fen, 0),
  'owed_fen', greatest(o.kept_fen - o.paid_fen, 0), 'refund_due_fen', greatest(o.paid_fen - o.kept_fen, 0),
  'lines', l.lines,
  'shipment', CASE WHEN o.shipped_at IS NOT NULL THEN json_build_object('shipped_at', o.shipped_at,
    'carrier', o.shipment ->> 'carrier', 'tracking', o.shipment ->> 'tracking', 'note', o.shipment ->> 'note') END,
  'acceptance', CASE WHEN o.acceptance_id IS NOT NULL THEN json_build_object('acceptance_id', o.acceptance_id,
    'accepted_on', o.accepted_on, 'accepted_at', o.accepted_at, 'accepted_by', o.accepted_by,
    'accepted_by_name', o.accepted_by_name, 'weighed_at', o.weighed_at,
    'second_by', o.second_by, 'second_by_name', o.second_by_name) END,
  'cancel_asked', o.cancel_asked,
  'substitutes', coalesce(({_SUBSTITUTES}), '[]'::json),
  'weighing', CASE WHEN o.weighing_id IS NOT NULL THEN ({_WEIGHING}) END,
  'scale_photos', coalesce((SELECT json_agg(json_build_object('photo_id', h.photo_id, 'line_id', h.line_id,
    'width_pixels', h.width_pixels, 'height_pixels', h.height_pixels, 'put_at', h.put_at, 'put_by', h.put_by,
    'put_by_name', h.put_by_name) ORDER BY h.put_at, h.photo_id)
    FROM scale_photos h WHERE h.order_id = o.order_id), '[]'::json),
  'returns', coalesce(r.returns, '[]'::json), 'credits', coalesce(k.credits, '[]'::json),
  'payments', coalesce(p.payments, '[]'::json), 'steps', coalesce(s.steps, '[]'::json))::text
FROM orders o
LEFT JOIN canteens c ON c.canteen_id = o.canteen_id
LEFT JOIN units u ON u.unit_id = o.unit_id
CROSS JOIN LATERAL (
  SELECT sum(l.accepted_fen)::bigint AS accepted_fen, json_agg(json_build_object(
    'line_id', l.line_id, 'listing_id', l.listing_id, 'listing_version', l.listing_version, 'name', l.name,
    'category', l.category, 'measure', l.measure, 'unit_name', l.unit_name, 'unit_quantity', l.unit_quantity,
    'piece_grams', l.piece_grams, 'price_fen', l.price_fen, 'origin_county_code', l.origin_county_code,
    'ordered_quantity', l.quantity, 'tolerance_bp', l.tolerance_bp,
    'confirmed_quantity', l.confirmed_quantity, 'packed_quantity', l.packed_quantity,
    'accepted_quantity', l.accepted_quantity,
    'refused_quantity', l.refused_quantity, 'gross_grams', l.gross_grams, 'tare_grams', l.tare_grams,
    'lot_number', l.lot_number, 'replaces_line_id', l.replaces_line_id,
    'returned_quantity', l.returned_quantity, 'kept_quantity', l.accepted_quantity - l.returned_quantity,
    'ordered_fen', (l.quantity * l.price_fen + l.unit_quantity / 2) / l.unit_quantity,
    'confirmed_fen', (l.confirmed_quantity * l.price_fen + l.unit_quantity / 2) / l.unit_quantity,
    'accepted_fen', l.accepted_fen, 'credited_fen', l.credited_fen, 'kept_fen', l.kept_fen, 'reason', l.reason)
    ORDER BY l.position) AS lines
  FROM order_lines l WHERE l.order_id = o.order_id) l
LEFT JOIN LATERAL (
  SELECT -sum(x.amount_fen)::bigint AS returned_fen, json_agg(json_build_object('return_id', r.return_id,
    'state', r.state, 'proposed_at', r.proposed_at, 'remedy', r.remedy, 'reply_due_at', r.reply_due_at,
    'escalate_until', r.escalate_until, 'ruling_due_at', r.ruling_due_at,
    'agreed_on', r.agreed_on, 'replacement_order_id', r.replacement_order_id,
    'replacement_state', (SELECT y.state FROM orders y WHERE y.order_id = r.replacement_order_id),
    'open_steps', '[]'::json,
    'lines', x.lines,
    'papers', coalesce((SELECT json_agg(json_build_object('document_id', d.document_id, 'name', d.name,
      'media_type', d.media_type, 'sha256', d.sha256, 'size_bytes', d.size_bytes, 'put_by', d.put_by,
      'put_at', d.put_at) ORDER BY d.put_at, d.document_id)
      FROM papers d WHERE d.kind = 'return' AND d.of_id = r.return_id), '[]'::json),
    'steps', coalesce((SELECT json_agg(json_build_object('at', s.at, 'step', s.step, 'state', s.state,
      'account_id', s.account_id, 'account_name', s.account_name, 'acted_as', s.acted_as, 'reason', s.reason)
      ORDER BY s.id) FROM return_steps s WHERE s.return_id = r.return_id), '[]'::json))
    ORDER BY r.proposed_at, r.return_id) AS returns
  FROM returns r CROSS JOIN LATERAL (
    SELECT sum(x.amount_fen) AS amount_fen, json_agg(json_build_object('line_id', x.line_id, 'quantity', x.quantity,
      'reason', x.reason, 'amount_fen', x.amount_fen) ORDER BY x.line_id) AS lines
    FROM return_lines x WHERE x.return_id = r.return_id) x
  WHERE r.order_id = o.order_id) r ON o.acceptance_id IS NOT NULL
LEFT JOIN LATERAL (
  SELECT sum(x.amount_fen)::bigint AS credited_fen, json_agg(json_build_object('credit_id', k.credit_id,
    'agreed_on', k.agreed_on, 'reason', k.reason, 'lines', x.lines) ORDER BY k.agreed_at, k.credit_id) AS credits
  FROM credits k CROSS JOIN LATERAL (
    SELECT sum(x.amount_fen) AS amount_fen, json_agg(json_build_object('line_id', x.line_id,
      'amount_fen', x.amount_fen) ORDER BY x.line_id) AS lines
    FROM credit_lines x WHERE x.credit_id = k.credit_id) x
  WHERE k.order_id = o.order_id) k ON o.acceptance_id IS NOT NULL
LEFT JOIN LATERAL (
  SELECT sum(p.amount_fen) FILTER (WHERE p.state IN ({_PENDING}))::bigint AS pending_fen,
    json_agg({PAYMENT_JSON} ORDER BY p.registered_at, p.payment_id) AS payments
  FROM payments p WHERE p.order_id = o.order_id) p ON true
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_object('at', s.at, 'step', s.step, 'state', s.state,
    'account_id', s.account_id, 'account_name', s.account_name, 'acted_as', s.acted_as, 'reason', s.reason)
    ORDER BY s.id) AS steps
  FROM order_steps s WHERE s.order_id = o.order_id) s ON true
WHERE o.order_id = :order_id"""  # noqa: S608 - composed of constants

_READ_ORDER = sa.text(_ORDER).bindparams(sa.bindparam("order_id", type_=sa.Uuid))
_READ_PAYMENT = sa.text(
    f"SELECT {PAYMENT_JSON}::text FROM payments p WHERE p.payment_id = :payment_id"  # noqa: S608 - of constants
).bindparams(sa.bindparam("payment_id", type_=sa.Uuid))


def order_sql(order_id: str) -> str:
    """Write the query that reads one order, for use inside another; `order_id` is what names it there."""
    return _ORDER.replace(":order_id", order_id)


async def order_view(tx: ReadTx, order_id: UUID) -> dict[str, Any]:
    """Read an order that is known to exist, as it is answered."""
    return finished(orjson.loads(await tx.value(_READ_ORDER, {"order_id": order_id})))


def waiting(view: dict[str, Any]) -> bool:
    """Tell whether a substitute of an order as it was read waits for its buyer."""
    return any(one["state"] == SubstituteState.OFFERED.value for one in view["substitutes"])


def finished(view: dict[str, Any]) -> dict[str, Any]:
    """Add to an order as it was read what can be done with it, and its first step."""
    state = OrderState(view["state"])
    view["open_steps"] = ORDER.open_steps(state)
    if waiting(view):
        view["open_steps"] = [step for step in view["open_steps"] if step != "pack"] + ["answer_substitute"]
    if view["cancel_asked"] is not None:
        view["open_steps"].append("agree_cancel")
    elif state is OrderState.PACKED:
        view["open_steps"].append("ask_cancel")
    if view["replaces"] is not None and ORDER.allows(state, "take_back"):
        view["open_steps"].append("decline")
    weighing = view["weighing"]
    if weighing is not None:
        answered = {one["side"] for one in weighing["answers"]}
        view["open_steps"] += [
            step
            for side, step in (("seller", "agree_weight"), ("second", "second_weight"))
            if weighing[f"wants_{side}"] and side not in answered
        ]
    if state in RETURNING:
        view["open_steps"].append("return")
    if state in KEEPING:
        view["open_steps"].append("credit")
        if view["owed_fen"] > view["pending_fen"]:
            view["open_steps"].append("pay")
    for one in view["returns"]:
        one["open_steps"] = RETURN.open_steps(ReturnState(one["state"]))
    placed = {
        "at": view["placed_at"],
        "step": "place",
        "state": OrderState.PLACED.value,
        "account_id": view["placed_by"],
        "account_name": view["placed_by_name"],
        "acted_as": Role.BUYER.value,
        "reason": "",
    }
    view["steps"] = [placed, *view["steps"]]
    return view


async def payment_view(tx: ReadTx, payment_id: UUID) -> dict[str, Any]:
    """Read a payment that is known to exist, as it is answered."""
    view: dict[str, Any] = orjson.loads(await tx.value(_READ_PAYMENT, {"payment_id": payment_id}))
    return view

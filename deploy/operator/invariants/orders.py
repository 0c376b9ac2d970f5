"""Stock is never promised twice, one weight chain runs through every order, and every amount follows from it."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.order.domain.states import AS_ORDERED, ORDER, SENT, WITH_ACCEPTANCE, RefundState
from services.order.store.refunds import REFUND_MOVES
from shared.contracts.words import OrderState
from shared.states import sql_words

_STOCK = "SELECT listing_id, on_hand, promised FROM stock WHERE promised < 0 OR on_hand < promised ORDER BY listing_id"

_MOST = (
    "(({0} + CASE {1}.measure WHEN 'weight' THEN {0} * coalesce({1}.tolerance_bp, 3000) / 10000 ELSE 0 END)"
    " * {1}.price_fen + {1}.unit_quantity / 2) / {1}.unit_quantity"
)
"""What a quantity of a row may come to, its tolerance included."""

_PROMISES = """
SELECT s.listing_id, s.promised, coalesce(h.held, 0) AS held
FROM stock s
FULL JOIN (
  SELECT listing_id, sum(held) AS held FROM (
    SELECT listing_id, promised_quantity AS held FROM order_lines
    UNION ALL SELECT listing_id, quantity FROM substitutes WHERE state = 'offered'
  ) every GROUP BY listing_id
) h USING (listing_id)
WHERE s.promised IS DISTINCT FROM coalesce(h.held, 0)
ORDER BY 1
"""

_WINDOWS = f"""
SELECT s.listing_id, lower(w.span) AS from_on, w.promised, coalesce(c.held, 0) AS held
FROM stock s
CROSS JOIN LATERAL unnest(s.windows, s.window_promised) AS w(span, promised)
LEFT JOIN LATERAL (
  SELECT sum(held) AS held FROM (
    SELECT CASE WHEN o.state IN ({sql_words(SENT)}) THEN l.packed_quantity ELSE l.promised_quantity END AS held
    FROM orders o JOIN order_lines l USING (order_id)
    WHERE o.supplier_id = s.supplier_id AND o.wanted_on <@ w.span AND l.listing_id = s.listing_id
    UNION ALL SELECT b.quantity FROM substitutes b JOIN orders o USING (order_id)
    WHERE b.state = 'offered' AND o.wanted_on <@ w.span AND b.listing_id = s.listing_id
  ) every
) c ON true
WHERE w.promised IS DISTINCT FROM coalesce(c.held, 0)
ORDER BY 1, 2
"""  # noqa: S608 - composed of constants

_HELD = f"""
SELECT o.order_id, o.state, l.line_id, l.quantity, l.promised_quantity
FROM order_lines l JOIN orders o USING (order_id)
WHERE l.promised_quantity <> CASE
  WHEN o.state IN ({sql_words(AS_ORDERED)}) THEN coalesce(l.confirmed_quantity, l.quantity)
  WHEN o.state = 'packed' THEN l.packed_quantity ELSE 0 END
ORDER BY 1, 3
"""  # noqa: S608 - composed of constants

_HOLDING = AS_ORDERED | {OrderState.PACKED}
_ENDINGS = sorted(verb for verb, (at, to) in ORDER.edges.items() if at <= _HOLDING and to not in _HOLDING)
"""The steps by which an order stops holding its goods."""

ENDED_ONCE = f"""
SELECT o.order_id, o.state, count(s.id) AS ends
FROM orders o
LEFT JOIN order_steps s ON s.order_id = o.order_id AND s.step IN ({str(_ENDINGS)[1:-1]})
GROUP BY o.order_id, o.state
HAVING count(s.id) <> CASE WHEN o.state IN ({sql_words(_HOLDING)}) THEN 0 ELSE 1 END
ORDER BY 1
"""  # noqa: S608 - composed of constants
"""Promises that did not end once: fulfilled as the goods left, released by either side, or expired in silence."""

_WEIGHTS = f"""
SELECT o.order_id, l.line_id
FROM order_lines l JOIN orders o USING (order_id)
CROSS JOIN LATERAL (SELECT coalesce(l.confirmed_quantity, l.quantity) AS agreed) a
WHERE l.accepted_quantity + l.refused_quantity > greatest(l.packed_quantity,
        a.agreed + CASE l.measure WHEN 'weight' THEN a.agreed * coalesce(l.tolerance_bp, 3000) / 10000 ELSE 0 END)
   OR l.gross_grams - l.tare_grams <> l.accepted_quantity
   OR l.returned_quantity > coalesce(l.accepted_quantity, 0)
   OR (o.state IN ({sql_words(WITH_ACCEPTANCE)})) <> (l.accepted_quantity IS NOT NULL)
   OR (o.state <> 'cancelled'
     AND (o.state IN ({sql_words(SENT | {OrderState.PACKED})})) <> (l.packed_quantity IS NOT NULL))
   OR l.returned_quantity <> coalesce((
        SELECT sum(r.quantity) FROM return_lines r JOIN returns t USING (return_id)
        WHERE t.state = 'agreed' AND t.order_id = l.order_id AND r.line_id = l.line_id), 0)
ORDER BY 1, 2
"""  # noqa: S608 - composed of constants

_TWO = """
SELECT o.order_id, w.acceptance_id
FROM orders o LEFT JOIN weighings w ON w.acceptance_id = coalesce(o.weighing_id, o.acceptance_id)
WHERE (o.weighing_id IS NOT NULL AND w.order_id IS DISTINCT FROM o.order_id)
   OR (w.acceptance_id = o.acceptance_id AND (
        (w.wants_seller AND NOT EXISTS (SELECT FROM weighing_answers x
           WHERE x.acceptance_id = w.acceptance_id AND x.side = 'seller' AND x.outcome = 'agree'))
        OR w.wants_second <> (o.second_by IS NOT NULL) OR o.second_by = o.accepted_by))
ORDER BY 1
"""

_DAYS = """
SELECT d.canteen_id, d.supplier_id, d.day, d.amount_fen, coalesce(sum(f.amount_fen), 0) AS found_fen
FROM acceptance_days d LEFT JOIN (
  SELECT o.canteen_id, o.supplier_id, days.day, w.amount_fen FROM orders o JOIN weighings w
    ON w.acceptance_id = coalesce(o.weighing_id, o.acceptance_id)
  CROSS JOIN LATERAL (SELECT w.day UNION SELECT w.accepted_on) AS days(day)
  UNION ALL
  SELECT o.canteen_id, o.supplier_id, days.day,
    (SELECT sum(l.accepted_fen) FROM order_lines l WHERE l.order_id = o.order_id)
  FROM orders o
  CROSS JOIN LATERAL (
    SELECT (o.accepted_at AT TIME ZONE 'Asia/Shanghai')::date UNION SELECT o.accepted_on
  ) AS days(day)
  WHERE o.acceptance_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM weighings w WHERE w.acceptance_id = o.acceptance_id)
) f ON f.canteen_id = d.canteen_id AND f.supplier_id = d.supplier_id AND f.day = d.day
GROUP BY 1, 2, 3, 4
HAVING d.amount_fen > coalesce(sum(f.amount_fen), 0)
ORDER BY 1, 2, 3
"""

_AMOUNTS = """
WITH booked AS (
  SELECT l.order_id, l.line_id,
    coalesce((SELECT sum(r.amount_fen) FROM return_lines r JOIN returns t USING (return_id)
       WHERE t.state = 'agreed' AND t.order_id = l.order_id AND r.line_id = l.line_id), 0)
    - coalesce((SELECT sum(c.amount_fen) FROM credit_lines c JOIN credits d USING (credit_id)
       WHERE d.order_id = l.order_id AND c.line_id = l.line_id), 0) AS steps_fen
  FROM order_lines l
)
SELECT l.order_id, l.line_id
FROM order_lines l JOIN booked b USING (order_id, line_id)
WHERE l.accepted_fen <> (coalesce(l.accepted_quantity, 0) * l.price_fen + l.unit_quantity / 2) / l.unit_quantity
   OR l.kept_fen <> ((coalesce(l.accepted_quantity, 0) - l.returned_quantity) * l.price_fen + l.unit_quantity / 2)
        / l.unit_quantity - l.credited_fen
   OR l.kept_fen <> l.accepted_fen + b.steps_fen
ORDER BY 1, 2
"""

_SUMS = """
SELECT o.order_id
FROM orders o JOIN (
  SELECT order_id, sum(kept_fen) AS kept_fen,
    sum((quantity * price_fen + unit_quantity / 2) / unit_quantity) FILTER (WHERE replaces_line_id IS NULL)
      AS ordered_fen,
    sum((coalesce(confirmed_quantity, quantity) * price_fen + unit_quantity / 2) / unit_quantity) AS confirmed_fen
  FROM order_lines GROUP BY order_id
) l USING (order_id)
LEFT JOIN payments p ON p.order_id = o.order_id AND p.method = 'card' AND p.state = 'authorised'
WHERE o.kept_fen <> l.kept_fen OR o.ordered_fen <> l.ordered_fen
   OR coalesce(o.confirmed_fen, o.ordered_fen) <> l.confirmed_fen
   OR (p.amount_fen <> l.confirmed_fen OR p.authorised_fen < l.confirmed_fen) AND o.confirmed_fen > 0
ORDER BY 1
"""
"""What was ordered, what was confirmed of it and what is kept are the lines', and a card is held for that."""


_MONEY = f"""
SELECT o.order_id
FROM orders o
LEFT JOIN LATERAL (
  SELECT sum(p.paid_fen) AS paid_fen, bool_or(p.refunded_fen <> coalesce(r.amount_fen, 0)
    OR p.disputed_fen <> coalesce(d.amount_fen, 0)) AS drifted
  FROM payments p LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS amount_fen FROM refunds x
    WHERE x.payment_id = p.payment_id AND x.state <> '{RefundState.COVERED}') r ON true
  LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS amount_fen FROM dispute_moves x
    WHERE x.payment_id = p.payment_id) d ON true
  WHERE p.order_id = o.order_id) p ON true
LEFT JOIN LATERAL (
  SELECT sum(f.amount_fen) AS back_fen FROM {REFUND_MOVES} f JOIN payments p USING (payment_id)
  WHERE p.order_id = o.order_id) f ON true
WHERE o.paid_fen <> coalesce(p.paid_fen, 0) - coalesce(f.back_fen, 0) OR p.drifted
ORDER BY 1
"""  # noqa: S608 - composed of constants


_SUBSTITUTES = f"""
SELECT b.substitute_id
FROM substitutes b JOIN orders o USING (order_id) JOIN order_lines r USING (order_id, line_id)
LEFT JOIN order_lines l ON l.order_id = b.order_id AND l.line_id = b.substitute_id
WHERE (b.state = 'accepted') <> (l.line_id IS NOT NULL)
   OR (l.replaces_line_id, l.listing_id, l.listing_version, l.quantity, l.price_fen)
     IS DISTINCT FROM (b.line_id, b.listing_id, b.listing_version, b.quantity, b.price_fen) AND l.line_id IS NOT NULL
   OR b.state = 'offered' AND o.state <> 'confirmed'
   OR ({_MOST.format("b.quantity", "b")}) > ({_MOST.format("r.quantity", "r")})
UNION ALL
SELECT l.line_id FROM order_lines l
WHERE l.replaces_line_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM substitutes b WHERE b.substitute_id = l.line_id AND b.line_id = l.replaces_line_id)
ORDER BY 1
"""  # noqa: S608 - composed of constants


_CASES = """
SELECT c.case_id
FROM cases c
LEFT JOIN LATERAL (SELECT s.state, s.unit_id FROM case_steps s WHERE s.case_id = c.case_id ORDER BY s.id DESC LIMIT 1) l
  ON true
WHERE (l.state, l.unit_id) IS DISTINCT FROM (c.state, c.unit_id)
   OR NOT EXISTS (SELECT FROM case_steps s WHERE s.case_id = c.case_id AND s.step = 'receive')
   OR c.state = 'closed' AND (SELECT count(DISTINCT s.step) FROM case_steps s WHERE s.case_id = c.case_id
     AND (s.step = 'answer' OR s.step = 'close' AND s.outcome IS NOT NULL)) < 2
ORDER BY 1
"""


async def order_checks(read: Snapshots) -> list[Check]:
    """Look at the order service's own figures."""
    stock = await read.value("order", "SELECT count(*) FROM stock")
    lines = await read.value("order", "SELECT count(*) FROM order_lines")
    orders = await read.value("order", "SELECT count(*) FROM orders")
    promised = [
        f"listing {row.listing_id} has {row.on_hand}, promised {row.promised}"
        for row in await read.rows("order", _STOCK)
    ]
    drifted = [
        f"listing {row.listing_id} promises {row.promised}, its open orders hold {row.held}"
        for row in await read.rows("order", _PROMISES)
    ]
    windows = [
        f"listing {row.listing_id} from {row.from_on} has promised {row.promised}, its orders {row.held}"
        for row in await read.rows("order", _WINDOWS)
    ]
    held = [
        f"order {row.order_id} ({row.state}) line {row.line_id} holds {row.promised_quantity} of {row.quantity}"
        for row in await read.rows("order", _HELD)
    ]
    ends = [
        f"order {row.order_id} ({row.state}) ended its promise {row.ends} times"
        for row in await read.rows("order", ENDED_ONCE)
    ]
    weights = [f"order {row.order_id} line {row.line_id}" for row in await read.rows("order", _WEIGHTS)]
    two = [f"order {row.order_id} weighing {row.acceptance_id}" for row in await read.rows("order", _TWO)]
    days = [
        f"canteen {row.canteen_id} supplier {row.supplier_id} on {row.day}: {row.amount_fen}, found {row.found_fen}"
        for row in await read.rows("order", _DAYS)
    ]
    amounts = [f"order {row.order_id} line {row.line_id}" for row in await read.rows("order", _AMOUNTS)]
    offers = await read.value("order", "SELECT count(*) FROM substitutes")
    offered = [f"substitute {row.substitute_id}" for row in await read.rows("order", _SUBSTITUTES)]
    raised = await read.value("order", "SELECT count(*) FROM cases")
    cases = [f"case {row.case_id}" for row in await read.rows("order", _CASES)]
    sums = [f"order {row.order_id}" for row in await read.rows("order", _SUMS)]
    money = [f"order {row.order_id}" for row in await read.rows("order", _MONEY)]
    return [
        Check(1, "stock is never promised beyond what lies there", count_of(stock, "listings"), promised),
        Check(1, "what is promised is what open orders hold", count_of(stock, "listings"), drifted),
        Check(1, "what a season's window has promised is its orders'", count_of(stock, "listings"), windows),
        Check(1, "an order holds its goods until it is fulfilled or ended, once", count_of(lines, "lines"), held),
        Check(1, "every promise ends once: fulfilled, released or expired", count_of(orders, "orders"), ends),
        Check(7, "ordered, packed, accepted, returned are one weight chain", count_of(lines, "lines"), weights),
        Check(7, "what is a matter of two had both their yes", count_of(orders, "orders"), two),
        Check(7, "a day's sum by canteen and supplier is what was accepted", count_of(orders, "orders"), days),
        Check(7, "every amount follows from the weight kept and the price agreed", count_of(lines, "lines"), amounts),
        Check(10, "a case is recorded, and closed only once it was answered", count_of(raised, "cases"), cases),
        Check(
            1,
            "a substitute waits, is a line or is over, and comes to no more than was approved",
            count_of(offers, "substitutes"),
            offered,
        ),
        Check(7, "an order's sums are its lines'", count_of(orders, "orders"), sums),
        Check(8, "what an order has as paid came in and did not go back", count_of(orders, "orders"), money),
    ]

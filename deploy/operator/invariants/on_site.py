"""What was confirmed at a fair is one order of the same goods, weights and prices, accepted on the day of the sale."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_SOLD = """
SELECT s.sale_id FROM on_site_sales s
LEFT JOIN orders o ON o.order_id = s.order_id
LEFT JOIN requisitions q ON q.requisition_id = o.requisition_id
WHERE s.state = 'confirmed' AND (
  (o.channel, o.sold_on, o.canteen_id, o.supplier_id, o.fund, o.fair_id, o.ordered_fen, o.requisition_id, q.sale_id)
    IS DISTINCT FROM ('on_site', s.sold_on, s.canteen_id, s.supplier_id, s.fund, s.fair_id, s.amount_fen,
      s.requisition_id, s.sale_id)
  OR (SELECT count(*) FROM orders x JOIN requisitions r USING (requisition_id) WHERE r.sale_id = s.sale_id
    AND NOT EXISTS (SELECT FROM returns y WHERE y.replacement_order_id = x.order_id)) <> 1
  OR EXISTS (
    SELECT FROM (SELECT * FROM order_lines WHERE order_id = o.order_id) l
    FULL JOIN jsonb_to_recordset(s.lines) AS t(listing_id uuid, listing_version bigint, quantity bigint,
      price_fen bigint, origin_county_code text, amount_fen bigint) USING (listing_id)
    WHERE (l.listing_version, l.quantity, l.packed_quantity, l.price_fen, l.origin_county_code)
        IS DISTINCT FROM (t.listing_version, t.quantity, t.quantity, t.price_fen, t.origin_county_code)
      OR (t.quantity * t.price_fen + l.unit_quantity / 2) / l.unit_quantity <> t.amount_fen
      OR o.acceptance_id IS NOT NULL AND l.accepted_quantity <> t.quantity
        AND NOT EXISTS (SELECT FROM order_steps p WHERE p.order_id = o.order_id AND p.step = 'object'))
  OR o.acceptance_id IS NOT NULL AND o.accepted_on <> s.sold_on
    AND NOT EXISTS (SELECT FROM order_steps p WHERE p.order_id = o.order_id AND p.step = 'object'))
ORDER BY 1
"""
"""A second person who objects has it weighed again: what is accepted then is what both found."""

_NOT_SOLD = """
SELECT o.order_id FROM orders o LEFT JOIN on_site_sales s ON s.order_id = o.order_id
WHERE o.channel = 'on_site' AND s.state IS DISTINCT FROM 'confirmed' ORDER BY 1
"""
_STEPS = """
SELECT s.sale_id FROM on_site_sales s
LEFT JOIN LATERAL (
  SELECT p.state, p.revision FROM on_site_steps p WHERE p.sale_id = s.sale_id ORDER BY p.id DESC LIMIT 1
) l ON true
WHERE (l.state, l.revision) IS DISTINCT FROM (s.state, s.revision) OR s.content IS DISTINCT FROM (
  SELECT p.content FROM on_site_steps p WHERE p.sale_id = s.sale_id AND p.step = 'enter' ORDER BY p.id DESC LIMIT 1)
ORDER BY 1
"""
_BOTH_SIDES = """
SELECT s.sale_id FROM on_site_sales s LEFT JOIN requisitions q ON q.requisition_id = s.requisition_id
WHERE s.answered_by = s.entered_by OR q.decided_by = s.entered_by
  OR EXISTS (SELECT FROM requisition_steps p WHERE p.requisition_id = q.requisition_id
    AND p.step IN ('endorse', 'approve', 'refuse') AND s.entered_by IN (p.account_id, p.for_account_id))
ORDER BY 1
"""


async def on_site_checks(read: Snapshots) -> list[Check]:
    """Look at what was sold at fairs, and who said so."""
    sales = count_of(await read.value("order", "SELECT count(*) FROM on_site_sales"), "sales")
    sold = [f"sale {row.sale_id}" for row in await read.rows("order", _SOLD)]
    sold += [f"order {row.order_id} of no sale" for row in await read.rows("order", _NOT_SOLD)]
    stepped = [f"sale {row.sale_id}" for row in await read.rows("order", _STEPS)]
    both = [f"sale {row.sale_id}" for row in await read.rows("order", _BOTH_SIDES)]
    return [
        Check(7, "a sale at a fair that was confirmed is one order of the same figures", sales, sold),
        Check(9, "every sale at a fair stands where its last step left it", sales, stepped),
        Check(9, "nobody said yes for both sides of a sale at a fair", sales, both),
    ]

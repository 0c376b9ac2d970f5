"""What replaces returned goods is the same goods, as much, at the same price, from and for the same."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_OTHER = """
SELECT r.return_id FROM returns r JOIN orders f ON f.order_id = r.order_id
LEFT JOIN orders o ON o.order_id = r.replacement_order_id AND o.order_id <> f.order_id
WHERE r.replacement_order_id IS NOT NULL AND (
  r.state <> 'agreed' OR r.remedy IS DISTINCT FROM 'replacement'
  OR (o.canteen_id, o.supplier_id, o.fund, o.requisition_id)
    IS DISTINCT FROM (f.canteen_id, f.supplier_id, f.fund, f.requisition_id)
  OR EXISTS (
    SELECT FROM (
      SELECT l.listing_id, l.listing_version, l.price_fen, l.unit_quantity, b.quantity
      FROM return_lines b JOIN order_lines l ON l.order_id = r.order_id AND l.line_id = b.line_id
      WHERE b.return_id = r.return_id
    ) b FULL JOIN (SELECT * FROM order_lines WHERE order_id = o.order_id AND replaces_line_id IS NULL) n
      USING (listing_id)
    WHERE (b.listing_version, b.price_fen, b.unit_quantity, b.quantity)
      IS DISTINCT FROM (n.listing_version, n.price_fen, n.unit_quantity, n.quantity)))
ORDER BY 1
"""


async def replacement_checks(read: Snapshots) -> list[Check]:
    """Look at what comes again."""
    count = await read.value("order", "SELECT count(*) FROM returns WHERE replacement_order_id IS NOT NULL")
    other = [f"return {row.return_id}" for row in await read.rows("order", _OTHER)]
    title = "what replaces returned goods is as much of the same, at the same price"
    return [Check(7, title, count_of(count, "replacements"), other)]

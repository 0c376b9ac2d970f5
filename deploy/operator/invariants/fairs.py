"""What is told of an event of selling is what was ordered and bought at it, of suppliers that took part in it."""

from datetime import date
from uuid import UUID

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_FAIRS = "SELECT fair_id AS id, version, state, begins_on FROM fairs WHERE state <> 'draft'"
_HEARD = "SELECT fair_id AS id, version FROM fairs"
_OTHERS_GOODS = """
SELECT s.fair_id, s.listing_id FROM fair_listings s JOIN listings l USING (listing_id)
WHERE l.supplier_id <> s.supplier_id ORDER BY 1, 2
"""
_BENT_SALES = """
SELECT s.sale_id AS id FROM fair_sales s JOIN fairs f USING (fair_id)
JOIN fair_suppliers e USING (fair_id, supplier_id)
WHERE s.sold_on NOT BETWEEN f.begins_on AND f.ends_on OR f.state NOT IN ('open', 'closed', 'reported')
  OR (s.state = 'confirmed' AND s.reviewed_by = s.entered_by)
  OR (e.state IN ('asked', 'refused') AND e.revision <= 2)
ORDER BY 1
"""
_TOOK_PART = """
SELECT fair_id, supplier_id FROM fair_suppliers WHERE state IN ('admitted', 'left') OR revision > 2
"""
"""Who left may have sold before, and may ask again; who asked once and was refused, or waits, may not."""

_ORDERED = """
SELECT o.order_id, o.fair_id, o.supplier_id,
  coalesce(o.sold_on, CAST(r.requested_at AT TIME ZONE 'Asia/Shanghai' AS date)) AS asked_on,
  (SELECT sum(l.kept_fen) FROM order_lines l WHERE l.order_id = o.order_id) AS kept_fen
FROM orders o JOIN requisitions r USING (requisition_id) WHERE o.fair_id IS NOT NULL ORDER BY 1
"""
_TOLD = "SELECT fair_id, sum(amount_fen) AS fen FROM sales WHERE fair_id IS NOT NULL GROUP BY fair_id"


async def fair_checks(read: Snapshots) -> list[Check]:
    """Look at who took part in events, and at what was sold there."""
    return [await _sold(read), await _tagged(read)]


async def _sold(read: Snapshots) -> Check:
    wrong = [
        f"fair {row.fair_id} shows listing {row.listing_id} as another supplier's"
        for row in await read.rows("catalog", _OTHERS_GOODS)
    ]
    wrong += [f"walk-in sale {row.id}" for row in await read.rows("catalog", _BENT_SALES)]
    sales = await read.value("catalog", "SELECT count(*) FROM fair_sales")
    says = "walk-in sales are of the event's days and suppliers, and confirmed by another"
    return Check(9, says, count_of(sales, "walk-in sales"), wrong)


async def _tagged(read: Snapshots) -> Check:
    """Hold the orders that name an event against the event, and their sum against what is told of it."""
    fairs = {row.id: row for row in await read.rows("catalog", _FAIRS)}
    heard = {row.id: row.version for row in await read.rows("order", _HEARD)}
    wrong = [
        f"order has fair {fair_id} at version {heard.get(fair_id)}, catalog at {row.version}"
        for fair_id, row in fairs.items()
        if heard.get(fair_id) != row.version
    ]
    took_part = {(row.fair_id, row.supplier_id) for row in await read.rows("catalog", _TOOK_PART)}
    kept: dict[UUID, int] = {}
    orders = await read.rows("order", _ORDERED)
    for row in orders:
        kept[row.fair_id] = kept.get(row.fair_id, 0) + int(row.kept_fen)
        fair = fairs.get(row.fair_id)
        if fair is None or not _stood(fair.state, fair.begins_on, row.asked_on):
            wrong.append(f"order {row.order_id} is of a fair that did not stand then")
        elif (row.fair_id, row.supplier_id) not in took_part:
            wrong.append(f"order {row.order_id} is of a supplier that was not admitted to its fair")
    told = {row.fair_id: int(row.fen) for row in await read.rows("catalog", _TOLD)}
    wrong += [
        f"fair {fair_id} tells {told.get(fair_id, 0)} fen of orders that kept {kept.get(fair_id, 0)}"
        for fair_id in sorted(told.keys() | kept.keys())
        if told.get(fair_id, 0) != kept.get(fair_id, 0)
    ]
    says = "orders at an event are of its days and suppliers, and its results are their sum"
    return Check(4, says, f"{count_of(fairs, 'fairs')} and {count_of(orders, 'orders')}", wrong)


def _stood(state: str, begins_on: date, asked_on: date) -> bool:
    """Tell whether an event had begun; a basket that was filled on its days may be sent after them."""
    return state in ("open", "closed", "reported") and begins_on <= asked_on

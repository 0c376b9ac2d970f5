"""What was placed under a hard budget keeps within it, and every budget stands as its newest version says.

An open order counts with the most that it may come to, which its seller's confirmation never raises; no more of it is
accepted than that, and what is kept of it only falls. So what was placed under one version of a hard budget comes to
its amount at most, whatever else was placed in its month before it was put.
"""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.order.domain.weights import TOLERANCE_BP_MAX
from shared.contracts.words import ENDED
from shared.states import sql_words


def _most_fen(quantity: str) -> str:
    """Write what a line may come to, of this much."""
    return f"""((({quantity}) + CASE l.measure WHEN 'weight' THEN
    ({quantity}) * coalesce(l.tolerance_bp, {TOLERANCE_BP_MAX}) / 10000 ELSE 0 END) * l.price_fen + l.unit_quantity / 2)
    / l.unit_quantity"""


_ASKED_FOR = "NOT EXISTS (SELECT FROM returns y WHERE y.replacement_order_id = o.order_id)"
"""A replacement stands under the requisition of what it replaces, and is held to no budget."""

_BEYOND = f"""
SELECT c.budget_id, c.budget_version, c.month, v.amount_fen,
  sum(CASE WHEN o.acceptance_id IS NULL THEN m.most_fen ELSE o.kept_fen END) AS placed_fen
FROM budget_checks c
JOIN budget_versions v ON v.budget_id = c.budget_id AND v.version = c.budget_version AND v.stop = 'hard'
JOIN orders o ON o.requisition_id = c.requisition_id AND o.state NOT IN ({sql_words(ENDED)})
  AND {_ASKED_FOR}
CROSS JOIN LATERAL (SELECT sum({_most_fen("coalesce(l.confirmed_quantity, l.quantity)")}) AS most_fen
  FROM order_lines l WHERE l.order_id = o.order_id) m
WHERE c.step = 'placed'
GROUP BY 1, 2, 3, 4
HAVING sum(CASE WHEN o.acceptance_id IS NULL THEN m.most_fen ELSE o.kept_fen END) > v.amount_fen
ORDER BY 1, 2, 3
"""  # noqa: S608 - composed of constants

_MISTAKEN = f"""
SELECT c.requisition_id, c.most_fen, sum({_most_fen("l.quantity")}) AS found_fen
FROM budget_checks c
JOIN budget_versions v ON v.budget_id = c.budget_id AND v.version = c.budget_version
JOIN orders o ON o.requisition_id = c.requisition_id AND {_ASKED_FOR}
JOIN order_lines l ON l.order_id = o.order_id AND l.replaces_line_id IS NULL
JOIN budgets b ON b.budget_id = c.budget_id
WHERE c.step = 'placed'
GROUP BY c.requisition_id, c.month, c.most_fen, c.over_fen, v.stop, b.canteen_id, b.fund, b.month, b.every_month,
  o.canteen_id, o.fund, o.wanted_on
HAVING c.most_fen <> sum({_most_fen("l.quantity")}) OR (v.stop = 'hard' AND c.over_fen > 0)
  OR (b.canteen_id, b.fund, c.month) IS DISTINCT FROM (o.canteen_id, o.fund, date_trunc('month', o.wanted_on)::date)
  OR NOT (b.month = c.month OR b.every_month AND b.month < c.month)
ORDER BY 1
"""  # noqa: S608 - composed of constants

_NEWEST = """
SELECT b.budget_id FROM budgets b LEFT JOIN LATERAL (
  SELECT v.version, v.amount_fen, v.stop, v.put_by, count(*) OVER () AS versions FROM budget_versions v
  WHERE v.budget_id = b.budget_id ORDER BY v.version DESC LIMIT 1
) v ON true
WHERE (v.version, v.versions, v.amount_fen, v.stop, v.put_by)
  IS DISTINCT FROM (b.version, b.version, b.amount_fen, b.stop, b.put_by)
ORDER BY 1
"""


async def budget_checks(read: Snapshots) -> list[Check]:
    """Look at what was placed under which budget."""
    budgets = await read.value("order", "SELECT count(*) FROM budgets")
    placed = await read.value("order", "SELECT count(*) FROM budget_checks WHERE step = 'placed'")
    beyond = [
        f"budget {row.budget_id}/{row.budget_version} of {row.month:%Y-%m}: {row.placed_fen} of {row.amount_fen}"
        for row in await read.rows("order", _BEYOND)
    ]
    mistaken = [
        f"requisition {row.requisition_id} was held against it with {row.most_fen}, its lines come to {row.found_fen}"
        for row in await read.rows("order", _MISTAKEN)
    ]
    newest = [f"budget {row.budget_id}" for row in await read.rows("order", _NEWEST)]
    return [
        Check(10, "what was placed under a hard budget keeps within it", count_of(placed, "requisitions"), beyond),
        Check(10, "each was held against its month's budget with its most", count_of(placed, "requisitions"), mistaken),
        Check(10, "a budget stands as its newest version, and keeps all", count_of(budgets, "budgets"), newest),
    ]

"""A parcel has one declarant, no capacity was confirmed by who filed it, and whoever sold beyond one is flagged."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_DECLARED_TWICE = """
SELECT a.plot_id AS id FROM plots a JOIN plots b ON b.certificate_key = a.certificate_key AND b.plot_id > a.plot_id
WHERE greatest(a.declared_from, b.declared_from) < least(a.declared_to, b.declared_to, 'infinity')
ORDER BY 1
"""
_BY_ITSELF = """
SELECT capacity_id AS id FROM capacities WHERE state IN ('confirmed', 'replaced') AND reviewed_by = filed_by ORDER BY 1
"""
_NOT_FLAGGED = """
SELECT c.capacity_id AS id FROM capacities c JOIN (
  SELECT supplier_id, item_code, year, sum(grams) AS grams FROM (
    SELECT supplier_id, item_code, year, grams FROM sales UNION ALL
    SELECT supplier_id, item_code, year, grams FROM outside_sales UNION ALL
    SELECT supplier_id, item_code, CAST(extract(year FROM sold_on) AS integer), grams FROM fair_sales
     WHERE state = 'confirmed' AND grams IS NOT NULL) s GROUP BY 1, 2, 3) sold
  USING (supplier_id, item_code, year)
WHERE c.state = 'confirmed' AND sold.grams * 10 > c.yearly_grams * 11 AND NOT EXISTS (
  SELECT 1 FROM flags f WHERE f.kind = 'capacity'
    AND (f.supplier_id, f.item_code, f.year) = (c.supplier_id, c.item_code, c.year))
ORDER BY 1
"""
_MORE_BACK = """
SELECT acceptance_id, line_id FROM sales GROUP BY 1, 2 HAVING sum(quantity) < 0 OR sum(amount_fen) < 0 ORDER BY 1, 2
"""
_OTHERS_LOTS = """
SELECT l.flag_id, l.acceptance_id FROM flag_lots l JOIN flags f USING (flag_id)
WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.step_id = s.acceptance_id
  AND (s.acceptance_id, s.line_id) = (l.acceptance_id, l.line_id)
  AND (s.supplier_id, s.item_code, s.year) = (f.supplier_id, f.item_code, f.year))
ORDER BY 1, 2
"""
_STEPS = """
SELECT flag_id AS id FROM flags f LEFT JOIN flag_steps s USING (flag_id)
GROUP BY flag_id, f.version HAVING count(s.step_id) <> f.version ORDER BY 1
"""


async def plausible_checks(read: Snapshots) -> list[Check]:
    """Look at what is declared, what was sold, and what was flagged."""
    return [await _declared(read), await _sold(read), await _flagged(read)]


async def _declared(read: Snapshots) -> Check:
    wrong = [f"plot {row.id} is declared twice" for row in await read.rows("catalog", _DECLARED_TWICE)]
    wrong += [f"capacity {row.id} was confirmed by who filed it" for row in await read.rows("catalog", _BY_ITSELF)]
    plots = await read.value("catalog", "SELECT count(*) FROM plots")
    return Check(9, "a parcel has one declarant, and a capacity another judge", count_of(plots, "parcels"), wrong)


async def _sold(read: Snapshots) -> Check:
    wrong = [
        f"line {row.line_id} of acceptance {row.acceptance_id} went back more than it was"
        for row in await read.rows("catalog", _MORE_BACK)
    ]
    wrong += [f"capacity {row.id} is sold beyond, unflagged" for row in await read.rows("catalog", _NOT_FLAGGED)]
    steps = await read.value("catalog", "SELECT count(*) FROM sales")
    return Check(9, "whoever sold beyond a confirmed capacity is flagged", count_of(steps, "sales"), wrong)


async def _flagged(read: Snapshots) -> Check:
    wrong = [
        f"flag {row.flag_id} names acceptance {row.acceptance_id}, which is not of its goods"
        for row in await read.rows("catalog", _OTHERS_LOTS)
    ]
    wrong += [f"flag {row.id} has a step too few" for row in await read.rows("catalog", _STEPS)]
    flags = await read.value("catalog", "SELECT count(*) FROM flags")
    return Check(
        9, "a flag names sales of its goods, and tells all that happened to it", count_of(flags, "flags"), wrong
    )

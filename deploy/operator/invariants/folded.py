"""What a figure as of a past day is read from is the sum of what was recorded, as far as it is folded."""

# ruff: noqa: S608 - names of our own

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_ON = "CAST({0}.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date)"
_MONTH = "CAST(extract(year FROM {0}) * 100 + extract(month FROM {0}) AS integer)"
_ENTRIES = "entry e JOIN chain_folded f ON f.unit_id = e.unit_id AND e.seq <= f.seq"
_SUMS = "sum({0}base_fen) AS base_fen, sum({0}counted_fen) AS counted_fen, sum({0}amount_fen) AS amount_fen"

_DAYS = f"""
SELECT rule_code, fund, year, canteen_id, recorded_on, happened_on
FROM (SELECT * FROM figure_day WHERE rule_code <> '') d FULL JOIN (
  SELECT j.key AS rule_code, e.fund, e.year, e.canteen_id, {_ON.format("e")} AS recorded_on, e.happened_on,
    sum((j.value ->> 'base_fen')::bigint) AS base_fen, sum((j.value ->> 'counted_fen')::bigint) AS counted_fen,
    sum(e.amount_fen) AS amount_fen
  FROM {_ENTRIES}, jsonb_each(e.judgements) j GROUP BY 1, 2, 3, 4, 5, 6
) b USING (rule_code, fund, year, canteen_id, recorded_on, happened_on)
WHERE (d.base_fen, d.counted_fen, d.amount_fen) IS DISTINCT FROM (b.base_fen, b.counted_fen, b.amount_fen)
"""

_MONTHS = f"""
SELECT rule_code, fund, year, canteen_id, recorded_month, posting_month FROM figure_month m FULL JOIN (
  SELECT rule_code, fund, year, canteen_id, {_MONTH.format("recorded_on")} AS recorded_month,
    {_MONTH.format("happened_on")} AS posting_month, {_SUMS.format("")}
  FROM figure_day GROUP BY 1, 2, 3, 4, 5, 6
) d USING (rule_code, fund, year, canteen_id, recorded_month, posting_month)
WHERE (m.base_fen, m.counted_fen, m.amount_fen) IS DISTINCT FROM (d.base_fen, d.counted_fen, d.amount_fen)
"""

_ORDERS = f"""
SELECT order_id FROM order_day d FULL JOIN (
  SELECT e.order_id, e.canteen_id, e.fund, e.year, e.happened_on, {_ON.format("e")} AS recorded_on,
    sum(e.amount_fen) AS amount_fen
  FROM {_ENTRIES} WHERE e.order_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
) b USING (order_id, canteen_id, fund, year, happened_on, recorded_on)
WHERE d.amount_fen IS DISTINCT FROM b.amount_fen
"""

_OWED = """
WITH paid AS (
  SELECT order_id, sum(amount_fen) AS fen FROM payment p
  WHERE NOT EXISTS (SELECT FROM payment_unfolded u WHERE u.event_id = p.event_id) GROUP BY order_id
),
kept AS (
  SELECT canteen_id, fund, order_id, year, sum(amount_fen) AS fen,
    row_number() OVER (PARTITION BY canteen_id, fund, order_id ORDER BY year) AS place
  FROM order_day GROUP BY canteen_id, fund, order_id, year
),
owed AS (
  SELECT canteen_id, fund, year, sum(greatest(0, k.fen - coalesce(p.fen, 0))) AS fen
  FROM kept k LEFT JOIN paid p USING (order_id) WHERE place = 1 GROUP BY 1, 2, 3
),
folded AS (
  SELECT canteen_id, fund, year, sum(amount_fen) AS fen FROM figure_day WHERE rule_code = '' GROUP BY 1, 2, 3
)
SELECT canteen_id, fund, year FROM owed o FULL JOIN folded d USING (canteen_id, fund, year)
WHERE coalesce(o.fen, 0) <> coalesce(d.fen, 0)
"""

_CHAINS = f"""
SELECT unit_id, recorded_on FROM chain_day d FULL JOIN (
  SELECT e.unit_id, {_ON.format("e")} AS recorded_on, max(e.seq) AS seq FROM {_ENTRIES} GROUP BY 1, 2
) b USING (unit_id, recorded_on) WHERE d.seq IS DISTINCT FROM b.seq
"""

_PAYMENTS = """
SELECT (SELECT count(*) FROM payment)
  - coalesce((SELECT seq FROM chain_folded WHERE unit_id = '00000000-0000-0000-0000-000000000000'), 0)
  - (SELECT count(*) FROM payment_unfolded u WHERE EXISTS (SELECT FROM payment p WHERE p.event_id = u.event_id))
"""


async def folded_checks(read: Snapshots) -> list[Check]:
    """Sum up anew whatever is folded."""
    days = await read.value("procurement_quota", "SELECT count(*) FROM figure_day")
    apart = [
        f"canteen {row.canteen_id} {row.fund} {row.rule_code} {row.year}: {row.happened_on} recorded {row.recorded_on}"
        for row in await read.rows("procurement_quota", _DAYS)
    ]
    apart += [
        f"canteen {row.canteen_id} {row.fund} {row.rule_code} {row.year}: {row.posting_month}"
        for row in await read.rows("procurement_quota", _MONTHS)
    ]
    apart += [f"order {row.order_id}" for row in await read.rows("procurement_quota", _ORDERS)]
    apart += [
        f"canteen {row.canteen_id} {row.fund} {row.year}: what is owed"
        for row in await read.rows("procurement_quota", _OWED)
    ]
    apart += [f"unit {row.unit_id} {row.recorded_on}" for row in await read.rows("procurement_quota", _CHAINS)]
    if lost := await read.value("procurement_quota", _PAYMENTS):
        apart.append(f"{lost} payments")
    return [Check(6, "what is read as of a past day is what was recorded", count_of(days, "days of canteens"), apart)]

"""Each purchase stands as the dated rules and lists say, judged by the function that a basket's preview asks too."""

from typing import Any

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.reference import load_reference_data
from shared.contracts.words import Fund

_JUDGED = """
SELECT e.unit_id, e.seq, e.recorded_at, e.happened_on, e.fund, e.amount_fen, e.facts, e.judgements, u.path
FROM entry e JOIN unit u ON u.id = e.unit_id
WHERE e.kind IN ('purchase', 'off_platform', 'opening')
  OR (e.kind = 'transfer' AND e.facts #>> '{transfer,side}' = 'in' AND e.amount_fen > 0)
ORDER BY e.unit_id, e.seq
"""

_FILED = """
SELECT c.canteen_id, c.year, r.key AS rule_code, (r.value #>> '{figures,ledger_fen}')::bigint AS ledger_fen,
  (r.value #>> '{figures,counted_fen}')::bigint AS counted_fen,
  coalesce(sum((e.judgements -> r.key ->> 'base_fen')::bigint), 0)::bigint AS base_then,
  coalesce(sum((e.judgements -> r.key ->> 'counted_fen')::bigint), 0)::bigint AS counted_then
FROM closing c CROSS JOIN LATERAL jsonb_each(c.filed) r
LEFT JOIN entry e ON e.canteen_id = c.canteen_id AND e.year = c.year AND e.judgements ? r.key
  AND e.fund = (SELECT fund FROM rule WHERE rule.code = r.key AND rule.version = 1)
  AND e.recorded_at < c.recorded_at
GROUP BY c.canteen_id, c.year, r.key, r.value ORDER BY 1, 2, 3
"""


async def judgement_checks(read: Snapshots) -> list[Check]:
    """Judge every purchase anew by what was known when it was booked, and sum what was filed anew."""
    reference = await load_reference_data(read["procurement_quota"])
    rows = await read.rows("procurement_quota", _JUDGED)
    unlike = []
    for row in rows:
        expected = _judged(reference.as_known(row.recorded_at), row)
        if expected != row.judgements:
            unlike.append(f"unit {row.unit_id} entry {row.seq}")
    filed = await read.rows("procurement_quota", _FILED)
    moved = [
        f"canteen {row.canteen_id} {row.year} {row.rule_code}: filed {row.ledger_fen}/{row.counted_fen},"
        f" the ledger of then {row.base_then}/{row.counted_then}"
        for row in filed
        if (row.ledger_fen, row.counted_fen) != (row.base_then, row.counted_then)
    ]
    return [
        Check(5, "every purchase stands as the rules and lists of its day say", count_of(rows, "purchases"), unlike),
        Check(6, "what was filed is what the ledger of that moment gives", count_of(filed, "filed figures"), moved),
    ]


def _judged(known: Reference, row: Any) -> dict[str, Any]:
    """Judge an entry's facts under every rule that bound its unit on its day, by what was known when it was booked."""
    bought = Bought.of_facts(row.facts)
    rules = known.judging(Fund(row.fund), row.path, row.happened_on)
    return {rule.code: judge(rule, bought, row.amount_fen, known).written() for rule in rules}

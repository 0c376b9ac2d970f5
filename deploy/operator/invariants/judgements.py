"""Each purchase stands as the dated rules and lists say, judged by the function that a basket's preview asks too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.reference import load_reference_data

_JUDGED = """
SELECT e.unit_id, e.seq, e.recorded_at, e.happened_on, e.fund, e.amount_fen, e.facts, e.judgements, u.path
FROM entry e JOIN unit u ON u.id = e.unit_id
WHERE e.kind IN ('purchase', 'off_platform') ORDER BY e.unit_id, e.seq
"""

_FILED = """
SELECT c.canteen_id, c.year, r.key AS rule_code, (r.value #>> '{figures,ledger_fen}')::bigint AS ledger_fen,
  (r.value #>> '{figures,counted_fen}')::bigint AS counted_fen,
  coalesce(sum((e.judgements -> r.key ->> 'base_fen')::bigint), 0)::bigint AS base_then,
  coalesce(sum((e.judgements -> r.key ->> 'counted_fen')::bigint), 0)::bigint AS counted_then
FROM closing c CROSS JOIN LATERAL jsonb_each(c.filed) r
LEFT JOIN entry e ON e.canteen_id = c.canteen_id AND e.year = c.year AND e.judgements ? r.key
  AND e.recorded_at < c.recorded_at
GROUP BY c.canteen_id, c.year, r.key, r.value ORDER BY 1, 2, 3
"""


async def judgement_checks(read: Snapshots) -> list[Check]:
    """Judge every purchase anew by what was known when it was booked, and sum what was filed anew."""
    reference = await load_reference_data(read["procurement_quota"])
    then = _Then(reference)
    rows = await read.rows("procurement_quota", _JUDGED)
    unlike = []
    for row in rows:
        expected = then.judged(row)
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


class _Then:
    """The reference as it was known at a moment; few moments differ, so each is made once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[tuple[int, ...], Reference] = {}

    def judged(self, row: Any) -> dict[str, Any]:
        """Judge an entry's facts under every rule that bound its unit on its day."""
        reference = self._as_known(row.recorded_at)
        bought = Bought.of_facts(row.facts)
        rules = reference.binding(row.fund, row.path, row.happened_on)
        return {rule.code: judge(rule, bought, row.amount_fen, reference).written() for rule in rules}

    def _as_known(self, moment: datetime) -> Reference:
        lists: Mapping[str, Any] = {
            code: tuple(one for one in versions if one.recorded_at <= moment) or versions[:1]
            for code, versions in self._reference.lists.items()
        }
        stretches = tuple(one for one in self._reference.stretches if one.recorded_at <= moment)
        key = (*(len(versions) for versions in lists.values()), len(stretches))
        if key not in self._known:
            self._known[key] = replace(self._reference, lists=lists, stretches=stretches, _binding={})
        return self._known[key]

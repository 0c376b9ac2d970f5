"""What was filed never changes: a closing is what its entry in the chain says, a declaration what was signed."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.declaring import DECLARATION, DeclarationState, state_after
from services.procurement_quota.domain.published import FileForged, code_of, verify_steps

_FILED = """
SELECT f.canteen_id, f.year, f.number, e.kind = 'close' AND e.facts -> 'filed' = f.filed
  AND e.canteen_id = f.canteen_id AND e.recorded_at = f.recorded_at AS same,
  f.number = row_number() OVER (PARTITION BY f.canteen_id, f.year ORDER BY f.number) - 1 AS in_order
FROM (SELECT canteen_id, year, 0 AS number, unit_id, seq, recorded_at, filed FROM closing
  UNION ALL SELECT canteen_id, year, number, unit_id, seq, recorded_at, filed FROM restatement) f
LEFT JOIN entry e ON e.unit_id = f.unit_id AND e.seq = f.seq ORDER BY 1, 2, 3
"""
_MONTHS = """
SELECT m.canteen_id, m.year, m.month, e.kind = 'close' AND e.facts -> 'filed' = m.filed
  AND e.facts -> 'month' = to_jsonb(m.month) AND e.canteen_id = m.canteen_id AND e.recorded_at = m.recorded_at AS same,
  m.recorded_at > coalesce(lag(m.recorded_at) OVER (PARTITION BY m.canteen_id, m.year ORDER BY m.month), '-infinity')
  AS in_order
FROM month_closing m LEFT JOIN entry e ON e.unit_id = m.unit_id AND e.seq = m.seq ORDER BY 1, 2, 3
"""
_DECLARED = """
SELECT d.id, d.code, d.payload, d.extract, d.restatement, f.filed FROM declaration d
LEFT JOIN (SELECT canteen_id, year, 0 AS number, filed FROM closing
  UNION ALL SELECT canteen_id, year, number, filed FROM restatement) f
  ON f.canteen_id = d.canteen_id AND f.year = d.year AND f.number = d.restatement ORDER BY d.id
"""
_STEPS = "SELECT declaration_id, step, statement, signature, public_key FROM declaration_step ORDER BY 1, place"
_EXTRACTED = """
SELECT d.id, count(*) AS lost FROM declaration d
CROSS JOIN LATERAL string_to_table(nullif(d.extract, ''), E'\\n') AS line
LEFT JOIN entry e ON e.unit_id = (line::jsonb ->> 0)::uuid AND e.seq = (line::jsonb ->> 1)::bigint
  AND encode(e.hash, 'hex') = line::jsonb ->> 2 AND e.amount_fen = (line::jsonb ->> 6)::bigint
WHERE e.seq IS NULL GROUP BY d.id ORDER BY d.id
"""


async def filing_checks(read: Snapshots) -> list[Check]:
    """Hold closings and restatements against their entries, and declarations against filings, ledger and signatures."""
    filed = await read.rows("procurement_quota", _FILED)
    declared = await read.rows("procurement_quota", _DECLARED)
    lost = {
        row.id: f"declaration {row.id}: {row.lost} entries" for row in await read.rows("procurement_quota", _EXTRACTED)
    }
    steps: dict[Any, list[Any]] = {}
    for row in await read.rows("procurement_quota", _STEPS):
        steps.setdefault(row.declaration_id, []).append(row)
    unlike = [
        f"canteen {row.canteen_id} {row.year} number {row.number}" for row in filed if not (row.same and row.in_order)
    ]
    months = await read.rows("procurement_quota", _MONTHS)
    unlike += [
        f"canteen {row.canteen_id} {row.year}-{row.month:02}" for row in months if not (row.same and row.in_order)
    ]
    unsigned = [f"declaration {row.id}: {why}" for row in declared if (why := _fault(row, steps.get(row.id, ())))]
    return [
        Check(6, "what was filed or restated is what its entry says", count_of([*filed, *months], "filings"), unlike),
        Check(6, "what was declared is what was filed and signed", count_of(declared, "declarations"), unsigned),
        Check(
            3,
            "the entries behind a declaration stand in the ledger",
            count_of(declared, "declarations"),
            [*lost.values()],
        ),
    ]


def _fault(row: Any, steps: Sequence[Any]) -> str | None:
    said: Mapping[str, Any] = orjson.loads(row.payload)
    if code_of(row.payload) != row.code:
        return "its code is of another payload"
    filed = {
        one["rule"]: {name: one[name] for name in row.filed[one["rule"]]} if one["rule"] in (row.filed or {}) else None
        for one in said["rules"]
    }
    if filed != row.filed:
        return "its figures are not those that were filed"
    state: DeclarationState = DeclarationState.PREPARED
    for step in steps:
        if not DECLARATION.allows(state, step.step):
            return f"{step.step} did not follow {state.value}"
        state = state_after(step.step)
    written = [
        {"statement": one.statement, "signature": base64.b64encode(bytes(one.signature)).decode()} for one in steps
    ]
    try:
        verify_steps(row.payload, row.extract, written, [bytes(one.public_key) for one in steps])
    except FileForged as error:
        return str(error)
    return None

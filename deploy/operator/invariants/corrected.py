"""What was corrected stands as its facts say, by the lists of when its origin was judged; and labels as orders tell.

Entries of once do not say whether a label that is lost since an order's own day was held on it. `domain/lots` derives
that (`was_labelled`), and here it is held against what the order itself kept when it was placed.
"""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.lots import Standing, standings, was_labelled
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.ledger import entries_of_lots
from services.procurement_quota.store.reference import load_reference_data

_CORRECTED = "SELECT DISTINCT lot_id AS id FROM entry WHERE kind = 'correction' ORDER BY 1"
_LOST = """
SELECT order_id AS id, jsonb_build_object('recognition_lost_on', facts -> 'recognition_lost_on',
  'eligible_on', facts -> 'eligible_on') || CASE WHEN facts ? 'recognised'
  THEN jsonb_build_object('recognised', facts -> 'recognised') ELSE '{}' END AS facts
FROM entry WHERE kind = 'purchase' AND order_id IS NOT NULL AND facts ? 'recognition_lost_on'
"""
_NOT_HELD = "SELECT order_id AS id FROM orders WHERE NOT recognised"
_BOOKED = "SELECT DISTINCT order_id AS id FROM entry WHERE kind = 'purchase' AND order_id = ANY(CAST(:ids AS uuid[]))"
LOTS_AT_ONCE = 500


async def corrected_checks(read: Snapshots) -> list[Check]:
    """Look at every lot that was corrected, and at every label that was not held when it was ordered."""
    return [await _judged(read), await _labelled(read)]


async def _judged(read: Snapshots) -> Check:
    reading = read["procurement_quota"]
    reference = await load_reference_data(reading)
    ids = [row.id for row in await read.rows("procurement_quota", _CORRECTED)]
    looked_at, wrong = 0, []
    for start in range(0, len(ids), LOTS_AT_ONCE):
        lots = standings(await entries_of_lots(reading, ids[start : start + LOTS_AT_ONCE]))
        looked_at += len(lots)
        for lot, standing in sorted(lots.items()):
            wrong += _unlike(reference, lot, standing)
    said = "what was corrected stands as its facts say, by the lists of when its origin was judged"
    return Check(5, said, count_of(looked_at, "lots"), wrong)


def _unlike(reference: Reference, lot: Lot, standing: Standing) -> list[str]:
    known, bought = reference.as_known(standing.judged_at), Bought.of_facts(standing.facts)
    wrong = []
    for code, stands in sorted(standing.judgements.items()):
        one = judge(reference.rules[code, stands.rule_version], bought, standing.amount_fen, known)
        sums = (standing.base_fen[code], standing.counted_fen[code], standing.held_fen[code])
        if (one.reason, one.base_fen, one.counted_fen, one.held_fen) != (stands.reason, *sums):
            wrong.append(f"line {lot[1]} of lot {lot[0]} under {code}: {stands.reason.value}, not {one.reason.value}")
    return wrong


async def _labelled(read: Snapshots) -> Check:
    ledger = {row.id for row in await read.rows("procurement_quota", _LOST) if not was_labelled(row.facts)}
    untold = [row.id for row in await read.rows("order", _NOT_HELD)]
    orders = {row.id for row in await read.rows("procurement_quota", _BOOKED, ids=untold)} if untold else set()
    wrong = [f"order {one}: its label was not held, and the ledger does not say so" for one in sorted(orders - ledger)]
    wrong += [f"order {one}: its label was held, and the ledger does not say so" for one in sorted(ledger - orders)]
    return Check(5, "a label was held when it was ordered, as the order tells", count_of(orders, "orders"), wrong)

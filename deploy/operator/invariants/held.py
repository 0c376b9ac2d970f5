"""What a flag names stands, under each rule, as the flag says: held, struck or counted, and never two ways."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.flags import NONE, Hold, Holds, strictest
from services.procurement_quota.domain.lots import Standing, standings
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import Reason
from services.procurement_quota.store.flags import flagged
from services.procurement_quota.store.ledger import entries_of_lots
from services.procurement_quota.store.reference import load_reference_data

_TOUCHED = """
SELECT lot_id AS id FROM entry WHERE facts ? 'flags' UNION SELECT acceptance_id FROM flagged_lot ORDER BY 1
"""
_SAID = {Hold.HELD: Reason.FLAG_OPEN, Hold.STRUCK: Reason.FLAG_UPHELD}
LOTS_AT_ONCE = 500


async def held_checks(read: Snapshots) -> list[Check]:
    """Look at every lot that a flag names, or named, as it stands now."""
    reading = read["procurement_quota"]
    reference = await load_reference_data(reading)
    touched = [row.id for row in await read.rows("procurement_quota", _TOUCHED)]
    looked_at, wrong = 0, []
    for start in range(0, len(touched), LOTS_AT_ONCE):
        some = touched[start : start + LOTS_AT_ONCE]
        lots, flags = standings(await entries_of_lots(reading, some)), await flagged(reading, some)
        looked_at += len(lots)
        for lot, standing in sorted(lots.items()):
            wrong += _unlike(reference, lot, standing, flags.get(lot, NONE))
    return [Check(4, "what a flag names is held until the flag is decided", count_of(looked_at, "lots"), wrong)]


def _unlike(reference: Reference, lot: Lot, standing: Standing, flags: Holds) -> list[str]:
    hold = strictest(flags)
    wrong = []
    for code, judged in sorted(standing.judgements.items()):
        holds = reference.rules[code, judged.rule_version].holds_flagged
        expected = _SAID[hold] if hold is not None and holds else None
        held_fen = standing.amount_fen if judged.reason is Reason.FLAG_OPEN else 0
        if (
            (judged.is_flagged and judged.reason is not expected)
            or (judged.counts and expected is not None)
            or standing.held_fen[code] != held_fen
        ):
            wrong.append(f"line {lot[1]} of acceptance {lot[0]} under {code}: {judged.reason.value}")
    return wrong

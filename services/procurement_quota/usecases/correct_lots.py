"""Lots of which something else is known now are corrected by entries of amount 0, whatever was heard of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Head, Lot
from services.procurement_quota.domain.flags import NONE
from services.procurement_quota.domain.lots import Standing, corrected
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store import flags, ledger
from services.procurement_quota.usecases.desk import Desk
from shared.clock import business_date
from shared.db.unit_of_work import Tx

LOTS_AT_ONCE = 500
Changed = Callable[[Lot, Standing], Mapping[str, Any] | None]
"""Gives the facts of a lot that are others now; None where it is not touched."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was heard of some acceptances: what it changes, why, and by which id its entries are named."""

    acceptances: Collection[UUID]
    changed: Changed
    why: Mapping[str, Any]
    source: UUID


async def correct_lots(desk: Desk, tx: Tx, found: Sequence[Found]) -> None:
    """Correct lots for all that was heard, in its order, under the locks of their chains, which are had at once.

    Whoever corrects holds `ledger.lock_revocations` alone, and keeps what was heard before, so that each lot is either
    corrected or judged by it.
    """
    touched = {acceptance_id for one in found for acceptance_id in one.acceptances}
    if not touched:
        return
    heads = await ledger.lock_heads(tx, await ledger.units_of_lots(tx, touched))
    reference = await desk.reference.current(tx)
    for one in found:
        await _correct(tx, heads, reference, one)


async def _correct(tx: Tx, heads: dict[UUID, Head], reference: Reference, found: Found) -> None:
    wanted, day = sorted(found.acceptances), business_date(tx.now)
    for start in range(0, len(wanted), LOTS_AT_ONCE):
        at_once = wanted[start : start + LOTS_AT_ONCE]
        lots, held = await ledger.lots(tx, at_once), await flags.flagged(tx, at_once)
        drafts = (
            corrected(
                lot,
                standing,
                found.changed(lot, standing),
                why=found.why,
                reference=reference,
                source=found.source,
                day=day,
                flags=held.get(lot, NONE),
            )
            for lot, standing in sorted(lots.items(), key=lambda pair: pair[1].first or (pair[0][0], 0))
        )
        await ledger.post(tx, heads, [draft for draft in drafts if draft is not None])

"""Lots of which something else is known now are corrected by entries of amount 0, whatever was heard of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.flags import NONE
from services.procurement_quota.domain.lots import Standing, corrected
from services.procurement_quota.store import flags, ledger
from services.procurement_quota.usecases.desk import Desk
from shared.clock import business_date
from shared.db.unit_of_work import Tx

LOTS_AT_ONCE = 500
Changed = Callable[[Lot, Standing], Mapping[str, Any] | None]
"""Gives the facts of a lot that are others now; None where it is not touched."""


async def correct_lots(
    desk: Desk, tx: Tx, acceptances: Iterable[UUID], changed: Changed, *, why: Mapping[str, Any], source: UUID
) -> None:
    """Correct lots of some acceptances under the locks of their chains; `source` names what was heard of them.

    Whoever corrects holds `ledger.lock_revocations` alone, and keeps what was heard before, so that each lot is either
    corrected or judged by it.
    """
    wanted, day = sorted(acceptances), business_date(tx.now)
    heads = await ledger.lock_heads(tx, await ledger.units_of_lots(tx, wanted))
    reference = await desk.reference.current(tx)
    for start in range(0, len(wanted), LOTS_AT_ONCE):
        at_once = wanted[start : start + LOTS_AT_ONCE]
        lots, held = await ledger.lots(tx, at_once), await flags.flagged(tx, at_once)
        drafts = (
            corrected(
                lot,
                standing,
                changed(lot, standing),
                why=why,
                reference=reference,
                source=source,
                day=day,
                flags=held.get(lot, NONE),
            )
            for lot, standing in sorted(lots.items(), key=lambda pair: pair[1].first or (pair[0][0], 0))
        )
        await ledger.post(tx, heads, [draft for draft in drafts if draft is not None])

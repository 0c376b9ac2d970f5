"""What a flag names is held, struck or given back, lot by lot, by entries of amount 0, under the rules that hold it.

Under a rule that holds nothing, a flag is kept and changes no figure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.lots import Standing
from services.procurement_quota.store import flags, ledger
from services.procurement_quota.usecases.correct_lots import correct_lots
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.catalog import SupplierFlagged
from shared.db.unit_of_work import Tx
from shared.events import Delivery
from shared.ids import derived_id


async def hold_flagged(desk: Desk, deliveries: Sequence[Delivery[SupplierFlagged]]) -> None:
    """Keep flags as they stand, and correct the lots that they name or named; later acceptances are judged by them.

    A version that is older than what was heard changes nothing.
    """
    async with desk.uow.begin(once=deliveries) as tx:
        await ledger.lock_revocations(tx, alone=True)
        for delivery in tx.fresh:
            event: SupplierFlagged = delivery.event
            if (before := await flags.keep(tx, event)) is not None:
                await _correct(desk, tx, event, {*before, *((one.acceptance_id, one.line_id) for one in event.lots)})


async def _correct(desk: Desk, tx: Tx, event: SupplierFlagged, named: set[Lot]) -> None:
    nothing_else: Mapping[str, Any] = {}

    def changed(lot: Lot, standing: Standing) -> Mapping[str, Any] | None:
        return nothing_else if lot in named else None

    await correct_lots(
        desk,
        tx,
        {acceptance_id for acceptance_id, _ in named},
        changed,
        why={"why": event.reason, "flag": str(event.flag_id), "flag_state": event.state.value},
        source=derived_id("flag", event.flag_id, event.version),
    )

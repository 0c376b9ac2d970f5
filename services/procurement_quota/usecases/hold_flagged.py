"""What a flag names is held, struck or given back, lot by lot, by entries of amount 0, under the rules that hold it.

Under a rule that holds nothing, a flag is kept and changes no figure, and where no rule holds anything it is kept in
nobody's way. A rule that begins to hold finds all that was kept: what is accepted under it is judged by every flag
that names it, whenever that was heard. What was booked before stays as it stands, for it is judged by the version of
the rule that bound then, and no later one judges it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.lots import Standing
from services.procurement_quota.store import flags, ledger
from services.procurement_quota.store.reference import any_holds_flagged
from services.procurement_quota.usecases.correct_lots import Found, correct_lots
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.catalog import SupplierFlagged
from shared.events import Delivery
from shared.ids import derived_id


async def hold_flagged(desk: Desk, deliveries: Sequence[Delivery[SupplierFlagged]]) -> None:
    """Keep flags as they stand, and correct those lots that they now do something else to.

    A version that is older than what was heard changes nothing, and of some that come together the newest is told.
    """
    async with desk.uow.begin(once=deliveries) as tx:
        events = _newest(delivery.event for delivery in tx.fresh)
        holds = await any_holds_flagged(tx)
        if holds:
            await ledger.lock_revocations(tx, alone=True)
        found = [_found(event, touched) for event in events if (touched := await flags.keep(tx, event))]
        if holds:
            await correct_lots(desk, tx, found)


def _newest(events: Iterable[SupplierFlagged]) -> list[SupplierFlagged]:
    """Give the newest version of each flag, in the order of their ids, in which whoever keeps flags keeps them."""
    newest = {event.flag_id: event for event in sorted(events, key=lambda event: event.version)}
    return [event for _, event in sorted(newest.items())]


def _found(event: SupplierFlagged, touched: set[Lot]) -> Found:
    nothing_else: Mapping[str, Any] = {}

    def changed(lot: Lot, standing: Standing) -> Mapping[str, Any] | None:
        return nothing_else if lot in touched else None

    return Found(
        {acceptance_id for acceptance_id, _ in touched},
        changed,
        why={"why": event.reason, "flag": str(event.flag_id), "flag_state": event.state.value},
        source=derived_id("flag", event.flag_id, event.version),
    )

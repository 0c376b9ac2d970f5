"""A supplier confirms an order; where a card is registered, its money is held first."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import CardBusy
from services.order.domain.states import ORDER, PaymentState
from services.order.store.orders import move_order
from services.order.store.payments import live_card
from services.order.store.stepping import Stepping, stepped_view
from services.order.usecases.desk import Desk
from services.order.usecases.hold_card import hold_card
from services.order.usecases.steps import answer, hold_order, said_of, see_step
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp

UNHELD = frozenset({PaymentState.REGISTERED, PaymentState.AUTHORISING})


class _CardUnheld(Exception):
    """The order's card is to be asked first, outside the transaction."""

    def __init__(self, payment_id: UUID) -> None:
        self.payment_id = payment_id


async def confirm_order(desk: Desk, identity: Identity, order_id: UUID, *, once: Stamp | None = None) -> dict[str, Any]:
    """Confirm an order. Raises CardDeclined and leaves it placed when its card says no."""
    view = await _at_once(desk, identity, order_id, once)
    if view is not None:
        return view
    try:
        return await _confirm(desk, identity, order_id, once)
    except _CardUnheld as unheld:
        await hold_card(desk, identity, order_id, unheld.payment_id)
    try:
        return await _confirm(desk, identity, order_id, once)
    except _CardUnheld as unheld:
        raise CardBusy(payment_id=str(unheld.payment_id)) from unheld


async def _at_once(desk: Desk, identity: Identity, order_id: UUID, once: Stamp | None) -> dict[str, Any] | None:
    """Confirm in one read and one write; None, and nothing done, where there is a card or a repeat."""
    known = await see_step(desk, identity, "confirm_order", order_id, "confirm", once)
    if known is None:
        return None
    seen, step = known
    view = stepped_view(seen, step)
    said = said_of(desk, seen.order, step)
    return view if await desk.step_on(Stepping(seen, step, view, said, once)) else None


async def _confirm(desk: Desk, identity: Identity, order_id: UUID, once: Stamp | None) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "confirm_order", order_id)
        ORDER.check(order.state, "confirm")
        card = await live_card(tx, order_id)
        if card is not None and card.state in UNHELD:
            raise _CardUnheld(card.payment_id)
        await move_order(tx, order, "confirm", by=by)
        return await answer(tx, order_id)

"""An order that will not be delivered gives its stock back, once, and its card's hold."""

from typing import Any

from services.order.domain.actors import Actor
from services.order.domain.states import ORDER
from services.order.store.orders import Order, find_lines, let_stock_go, move_order
from services.order.store.payments import Payment, live_card, move_payment
from services.order.store.stock import Move, move_stock
from services.order.store.substitutes import end_substitute, offered_of
from shared.db.unit_of_work import Tx


async def end_order(tx: Tx, order: Order, verb: str, reason: str, by: Actor | None, **values: Any) -> Payment | None:
    """End a locked order that comes to nothing; gives the card whose hold is to be let go. Raises WrongState."""
    ORDER.check(order.state, verb)
    lines = await find_lines(tx, order.order_id)
    await move_order(tx, order, verb, by=by, reason=reason, **values)
    moves = {line.listing_id: Move(promised=-line.promised_quantity) for line in lines}
    for offer in await offered_of(tx, order.order_id):
        moves[offer.listing_id] = Move(promised=-offer.quantity)
        await end_substitute(tx, offer, "end", by=None)
    await move_stock(tx, moves, order.wanted_on)
    await let_stock_go(tx, order.order_id)
    card = await live_card(tx, order.order_id, lock=True)
    if card is not None:
        await move_payment(tx, card, "void")
    return card

"""One order of the demo waits for its buyer's answer: of one line there is too little, and other goods are offered.

Decision: the demo's canteen has three days to answer, where an installation gives it `ORDER_SUBSTITUTE_HOURS`. Why: the
demo happened yesterday, and who opens it tomorrow should still see what such an offer looks like. Price: the day told
on the page is not the setting's.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from deploy.operator.demo.people import MARK
from deploy.operator.demo.producers import Offer
from deploy.operator.demo.purchases import Order
from deploy.operator.demo.world import World
from services.order.usecases.commands import ConfirmedLine, ConfirmOrder, OfferedSubstitute
from services.order.usecases.confirm_order import confirm_order
from shared.money import JIN_GRAMS, line_amount_fen

ANSWER_HOURS = 72


async def offer_instead(world: World, order: Order, ids: Mapping[UUID, UUID], version: int) -> None:
    """Confirm half of an order's first line, and offer as much of other goods as the rest may cost."""
    desk = replace(world.desks["order"], substitute_hours=ANSWER_HOURS)
    line, instead = order.lines[0], order.instead
    assert instead is not None
    confirmed = line.ordered // 2 // JIN_GRAMS * JIN_GRAMS
    missing_fen = line.ordered_fen - line_amount_fen(confirmed, line.offer.price_fen, line.offer.good.unit_quantity)
    substitute = OfferedSubstitute(
        listing_id=instead.listing_id,
        listing_version=version,
        quantity=as_much_as(instead, missing_fen),
        price_fen=instead.price_fen,
    )
    told = ConfirmedLine(
        line_id=ids[line.offer.listing_id],
        confirmed_quantity=confirmed,
        reason=f"连日降雨，采收不足{MARK}",
        substitute=substitute,
    )
    with world.clock.at(order.confirmed_at):
        await confirm_order(desk, world.supplier(order.supplier_id), order.order_id, ConfirmOrder(lines=(told,)))


def as_much_as(offer: Offer, amount_fen: int) -> int:
    """Give the most of some goods, in whole steps, that costs at most this much; at least what is sold at a time."""
    good = offer.good
    quantity = amount_fen * good.unit_quantity // offer.price_fen // good.step_quantity * good.step_quantity
    return max(quantity - good.step_quantity, good.minimum_quantity)

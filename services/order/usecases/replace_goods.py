"""What went back comes again: its seller agrees to a replacement (换货), which is an order of its own from then on.

Decision: the return is booked like any other, and the replacement is an order of the same goods at the same price,
confirmed as it is placed, under the requisition that the first was approved by. Why: each figure keeps its one
meaning. Less is kept and owed of the first order, what comes again is weighed, accepted and paid as its own, and a
replacement that never comes leaves nothing to be undone: the canteen has had its money's worth back already. Price: a
card gets its money back, and what comes again is paid anew: on account like anything else, or by a card that its buyer
registers for it until it is packed (`put_payment.py`). Who cannot deliver it after all declines it until it is shipped
(`decline_order.py`), and whoever does not pack it in time has declined it; the credit stands.

Decision: it is held to no budget and wants no approval. Why: both were given for these goods, and the return took as
much off. Price: where it comes in another month it counts in that one, beyond its budget if need be.

Decision: a seller who has no more of the goods may agree to credit in their place, and a return that is upheld above
is credit too. Why: nobody is made to deliver what is not there. Price: the canteen then orders elsewhere.
"""

from datetime import date, timedelta
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import SupplierNotSelling
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.seasons import holds, window_of
from services.order.domain.states import Remedy
from services.order.domain.weights import packed_max, to_authorise_fen
from services.order.store.on_site import seller_now
from services.order.store.orders import Order, OrderLine, find_lines, find_order, move_order
from services.order.store.replacements import Again, count_in_budget, who_asked, write_replacement
from services.order.store.returns import Return
from services.order.store.stock import Move, lock_stocks, move_stock
from services.order.usecases.commands import AgreeReturn
from services.order.usecases.desk import Desk
from services.order.usecases.steps import tolerance_of
from shared.clock import business_date
from shared.contracts.order import OrderLineFacts, OrderPlaced
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem
from shared.ids import derived_id, new_id
from shared.money import line_amount_fen

WITHIN_DAYS = 60
"""How far ahead a replacement may be promised."""
USUAL_DAYS = 3
"""How far ahead it is, where its seller does not say."""


def replaces(proposed: Return, command: AgreeReturn | None, today: date) -> date | None:
    """Tell for which day the seller promises a replacement; None where the return is booked alone.

    Raises InvalidFields for a day out of bounds, and for a replacement that nobody asked for.
    """
    told = command or AgreeReturn()
    remedy = told.remedy or proposed.remedy
    if remedy is not Remedy.REPLACEMENT:
        if told.wanted_on is not None:
            raise InvalidFields(field_problem("wanted_on", "is of a replacement alone", "仅换货时填写送货日期"))
        return None
    if proposed.remedy is not Remedy.REPLACEMENT:
        says = ("should be left out: the canteen asked for no replacement", "食堂没有要求换货")
        raise InvalidFields(field_problem("remedy", *says))
    wanted_on = told.wanted_on or today + timedelta(days=USUAL_DAYS)
    last = today + timedelta(days=WITHIN_DAYS)
    if not today <= wanted_on <= last:
        raise InvalidFields(field_problem("wanted_on", f"should be {today} to {last}", f"应在 {today} 至 {last} 之间"))
    return wanted_on


async def replace_goods(desk: Desk, tx: Tx, order: Order, proposed: Return, wanted_on: date, *, by: Actor) -> UUID:
    """Place and confirm the order of what went back by a return of a locked order; gives its id.

    Raises StockShort, SeasonShort, InvalidFields for a day out of season, SupplierNotSelling.
    """
    selling, recognised = await seller_now(tx, order.supplier_id, business_date(tx.now))
    if not selling:
        raise SupplierNotSelling(suppliers=[{"supplier_id": str(order.supplier_id), "name": order.supplier_name}])
    by_id = {line.line_id: line for line in await find_lines(tx, order.order_id)}
    back = [(by_id[line_id], quantity) for line_id, quantity, _ in proposed.lines]
    # What was weighed at a stall had no tolerance, and is packed again as anything else.
    usual = {line.line_id: tolerance_of(desk, line) or desk.tolerance_bp for line, _ in back}
    await _check_season(tx, back, wanted_on)
    await move_stock(tx, {line.listing_id: Move(promised=quantity) for line, quantity in back}, wanted_on)
    most_fen = to_authorise_fen(
        (packed_max(quantity, line.measure, usual[line.line_id]), line.price_fen, line.unit_quantity)
        for line, quantity in back
    )
    await count_in_budget(tx, order, most_fen)
    placed = derived_id("replacement", proposed.return_id)
    again = [Again(line.line_id, new_id(), quantity, usual[line.line_id]) for line, quantity in back]
    amount_fen = sum(line_amount_fen(quantity, line.price_fen, line.unit_quantity) for line, quantity in back)
    await write_replacement(
        tx,
        order,
        proposed.return_id,
        placed=placed,
        wanted_on=wanted_on,
        amount_fen=amount_fen,
        recognised=recognised,
        asked_by=await who_asked(tx, proposed.return_id),
        lines=again,
    )
    await tx.publish(
        OrderPlaced(
            order_id=placed,
            canteen_id=order.canteen_id,
            fund=order.fund,
            placed_at=tx.now,
            wanted_on=wanted_on,
            amount_fen=amount_fen,
            requisition_id=order.requisition_id,
            unit_id=order.unit_id,
            supplier_id=order.supplier_id,
            replaces_return_id=proposed.return_id,
            lines=tuple(_facts(line, one) for (line, _), one in zip(back, again, strict=True)),
        )
    )
    found = await find_order(tx, placed, lock=True)
    assert found is not None
    await move_order(tx, found, "confirm", by=by)
    return placed


async def _check_season(tx: Tx, back: list[tuple[OrderLine, int]], wanted_on: date) -> None:
    stocks = await lock_stocks(tx, {line.listing_id for line, _ in back})
    short = []
    for line, quantity in back:
        season = stocks[line.listing_id].season if line.listing_id in stocks else ()
        if not holds(season, wanted_on):
            says = (f"is out of season for {line.name}", f"不在“{line.name}”的供应期内")
            raise InvalidFields(field_problem("wanted_on", *says))
        window = window_of(season, wanted_on)
        if window is not None and window.left is not None and window.left < quantity:
            short.append({"listing_id": str(line.listing_id), "left": window.left, "asked": quantity})
    if short:
        raise SeasonShort(listings=short)


def _facts(line: OrderLine, again: Again) -> OrderLineFacts:
    return OrderLineFacts(
        line_id=again.new_id,
        listing_id=line.listing_id,
        listing_version=line.listing_version,
        name=line.name,
        category=line.category,
        measure=line.measure,
        unit_quantity=line.unit_quantity,
        piece_grams=line.piece_grams,
        price_fen=line.price_fen,
        quantity=again.quantity,
        amount_fen=line_amount_fen(again.quantity, line.price_fen, line.unit_quantity),
        origin_county_code=line.origin_county_code,
    )

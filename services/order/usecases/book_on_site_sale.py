"""A sale at a fair that both sides have said yes to becomes an order that is accepted on the day it was sold.

Everything of it is one transaction: the stock leaves, the order is placed, handed over and accepted, or nothing is.

Decision: it counts on its own day, and in the year of that day, however late it is said. Why: that is when the canteen
got the goods. Price: where that year is closed, what was filed stays and the sale is told as restated; a statement of
account, which counts by the moment of recording, carries it in the month in which it was confirmed.

Decision: it counts in what a season's window has promised for its day, and is held to no window. Why: the goods were
there, and what is promised to others is bounded by the same count. Price: a count may go above its bound.

Decision: it counts in the budget of the month in which it was sold, and what goes beyond a hard one is not confirmed.
Why: a stall is no way round a budget. Price: once that month is over its budget is not raised any more; what was
bought beyond it stays a matter between canteen and seller.

Decision: where a canteen's day with its seller comes to more than one person may accept, it is weighed and waits for a
second person, as any delivery does. Why: a stall is no way round the two. Price: until then it is an order on its way.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.budgets import Passage
from services.order.domain.on_site import SoldLine
from services.order.domain.refusals import SupplierNotSelling
from services.order.domain.weighing import Weighed
from services.order.domain.weights import Kept
from services.order.store.budgets import pass_gate, write_check
from services.order.store.on_site import Sale, seller_now, write_order
from services.order.store.orders import Order, find_lines, find_order, move_order
from services.order.store.stock import Move, move_stock
from services.order.store.weighings import SELLER, Weighing, add_answer, book_day, lines_of
from services.order.usecases.accept_order import ANSWER_WITHIN, let_wait
from services.order.usecases.book_acceptance import Accepted, book_acceptance
from services.order.usecases.commands import WeighingOutcome
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.order import OrderLineFacts, OrderPlaced
from shared.contracts.words import OrderChannel
from shared.db.unit_of_work import Tx
from shared.ids import derived_id, new_id, order_id


class BudgetMoved(Exception):
    """Others were placed, or another budget was put, since it was looked at: nothing stands, and all is done anew."""


async def book_sale(
    desk: Desk, tx: Tx, sale: Sale, requisition_id: UUID, buyer: Actor, passage: Passage | None
) -> UUID:
    """Make the order of a locked sale whose requisition is placed; gives its id.

    Raises StockShort, SupplierNotSelling for a supplier that was suspended meanwhile, and BudgetMoved.
    """
    selling, recognised = await seller_now(tx, sale.supplier_id, sale.sold_on)
    if not selling:
        raise SupplierNotSelling(suppliers=[{"supplier_id": str(sale.supplier_id), "name": sale.supplier_name}])
    placed = order_id(requisition_id, sale.supplier_id)
    line_ids = [new_id() for _ in sale.lines]
    await move_stock(tx, {line.listing_id: Move(on_hand=-line.quantity) for line in sale.lines}, sale.sold_on)
    if passage is not None:
        if not await pass_gate(tx, passage):
            raise BudgetMoved
        await write_check(tx, requisition_id, "placed", passage)
    await write_order(
        tx,
        sale,
        order_id=placed,
        requisition_id=requisition_id,
        placed_by=buyer,
        line_ids=line_ids,
        recognised=recognised,
    )
    await tx.publish(_placed(sale, placed, requisition_id, line_ids, tx.now))
    order = await _locked(tx, placed)
    note = {"carrier": "", "tracking": "", "note": sale.note}
    await move_order(tx, order, "hand_over", by=sale.seller, shipped_at=tx.now, shipment=note)
    await _accept(desk, tx, await _locked(tx, placed), sale, dict(zip(line_ids, sale.lines, strict=True)), buyer)
    return placed


async def _accept(desk: Desk, tx: Tx, order: Order, sale: Sale, sold: Mapping[UUID, SoldLine], buyer: Actor) -> None:
    """Accept what was handed over, or let it wait for a second person of the buyer's."""
    found = {line_id: _weighed(line_id, line) for line_id, line in sold.items()}
    acceptance_id = derived_id("on-site acceptance", order.order_id)
    day = business_date(tx.now)
    day_fen = max([await book_day(tx, order, one, sale.amount_fen) for one in sorted({sale.sold_on, day})])
    if day_fen > desk.second_person_fen:
        weighing = Weighing(
            acceptance_id=acceptance_id,
            order_id=order.order_id,
            account_id=buyer.account_id,
            account_name=buyer.name,
            accepted_on=sale.sold_on,
            weighed_at=None,
            day=day,
            amount_fen=sale.amount_fen,
            wants_seller=False,
            wants_second=True,
            due_at=tx.now + ANSWER_WITHIN,
            lines=lines_of(list(found.values())),
        )
        await let_wait(tx, order, weighing, found, buyer)
        # Whoever told the sale has spoken for the seller, and is no second person of the buyer's.
        await add_answer(tx, acceptance_id, SELLER, WeighingOutcome.AGREE.value, "", sale.seller)
        return
    lines = {line.line_id: line for line in await find_lines(tx, order.order_id)}
    told = Accepted(acceptance_id, sale.sold_on, None, buyer.account_id, buyer.name, None, found)
    await book_acceptance(tx, order, lines, told, by=buyer)


async def _locked(tx: Tx, placed: UUID) -> Order:
    order = await find_order(tx, placed, lock=True)
    assert order is not None
    return order


def _weighed(line_id: UUID, line: SoldLine) -> Weighed:
    return Weighed(
        line_id=line_id,
        accepted=line.quantity,
        refused=0,
        gross_grams=line.gross_grams,
        tare_grams=line.tare_grams,
        lot_number=line.lot_number,
        reason="",
        off=False,
        kept=Kept(line.quantity, line.price_fen, line.unit_quantity),
    )


def _placed(sale: Sale, placed: UUID, requisition_id: UUID, line_ids: list[UUID], at: datetime) -> OrderPlaced:
    return OrderPlaced(
        order_id=placed,
        canteen_id=sale.canteen_id,
        fund=sale.fund,
        placed_at=at,
        wanted_on=sale.sold_on,
        amount_fen=sale.amount_fen,
        requisition_id=requisition_id,
        unit_id=sale.unit_id,
        supplier_id=sale.supplier_id,
        fair_id=sale.fair_id,
        channel=OrderChannel.ON_SITE,
        lines=tuple(
            OrderLineFacts(
                line_id=line_id,
                listing_id=line.listing_id,
                listing_version=line.listing_version,
                name=line.name,
                category=line.category,
                measure=line.measure,
                unit_quantity=line.unit_quantity,
                piece_grams=line.piece_grams,
                price_fen=line.price_fen,
                quantity=line.quantity,
                amount_fen=line.amount_fen,
                origin_county_code=line.origin_county_code,
            )
            for line_id, line in zip(line_ids, sale.lines, strict=True)
        ),
    )

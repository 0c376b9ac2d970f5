"""Every order of the demo goes the way of a real one: basket, requisition, approval, packing, weighing, payment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.operator.demo.paper import pdf
from deploy.operator.demo.people import MARK
from deploy.operator.demo.producers import Offer
from deploy.operator.demo.purchases import End, Line, Order, Requisition
from deploy.operator.demo.substituting import offer_instead
from deploy.operator.demo.world import World
from services.order.domain.states import RequisitionState
from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import (
    AcceptedLine,
    AcceptOrder,
    BasketLine,
    CancelOrder,
    CreditedLine,
    CreditOrder,
    DecideRequisition,
    Decision,
    DeclineOrder,
    PackedLine,
    PackOrder,
    PutBasket,
    PutPayment,
    PutRequisition,
    PutStock,
    ReturnedLine,
    ReturnGoods,
    ShipOrder,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.decline_order import decline_order
from services.order.usecases.get_order import get_order
from services.order.usecases.pack_order import pack_order
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.put_stock import put_stock
from services.order.usecases.put_voucher import put_voucher
from services.order.usecases.return_goods import return_goods
from services.order.usecases.ship_order import ship_order
from shared.contracts.words import PaymentMethod
from shared.ids import derived_id

FIRST_VERSION = 1
LineIds = dict[UUID, UUID]
"""An order's lines by listing."""


async def carry_out(world: World, requisition: Requisition, *, ordered: Callable[[], None] = lambda: None) -> None:
    """Ask for a basket, and carry its orders as far as the plan says; `ordered` is told of each order."""
    desk, buyer = world.desks["order"], world.buyer(requisition.canteen)
    lines = [line for order in requisition.orders for line in order.lines]
    with world.clock.at(requisition.placed_at - timedelta(minutes=20)):
        await put_basket(
            desk,
            buyer,
            requisition.basket_id,
            PutBasket(
                canteen_id=requisition.canteen.canteen_id,
                fund=requisition.fund,
                fair_id=requisition.fair_id,
                lines=tuple(
                    BasketLine(listing_id=line.offer.listing_id, listing_version=FIRST_VERSION, quantity=line.ordered)
                    for line in lines
                ),
            ),
        )
    with world.clock.at(requisition.placed_at):
        command = PutRequisition(basket_id=requisition.basket_id, wanted_on=requisition.wanted_on)
        asked = await put_requisition(desk, buyer, requisition.requisition_id, command)
    if requisition.awaits:
        return
    if asked["state"] == RequisitionState.AWAITING:
        with world.clock.at(requisition.placed_at + timedelta(minutes=90)):
            await decide_requisition(
                desk,
                world.approver(requisition.canteen.unit),
                requisition.requisition_id,
                DecideRequisition(outcome=Decision.APPROVE),
            )
    for order in requisition.orders:
        await _fulfil(world, requisition, order)
        ordered()


async def _fulfil(world: World, requisition: Requisition, order: Order) -> None:
    desk, supplier = world.desks["order"], world.supplier(order.supplier_id)
    buyer, this = world.buyer(requisition.canteen), order.order_id
    if order.end is End.PLACED:
        return
    if order.end is End.DECLINED:
        with world.clock.at(order.confirmed_at):
            await decline_order(desk, supplier, this, DeclineOrder(reason=f"连日降雨，无法采收{MARK}"))
        return
    if order.end is End.OFFERED:
        ids = _line_ids(await get_order(desk, supplier, this))
        await offer_instead(world, order, ids, FIRST_VERSION)
        return
    with world.clock.at(order.confirmed_at):
        ids = _line_ids(await confirm_order(desk, supplier, this))
    if order.end is End.CANCELLED:
        with world.clock.at(order.confirmed_at + timedelta(hours=1)):
            await cancel_order(desk, buyer, this, CancelOrder(reason=f"停餐一天{MARK}"))
    if order.end in (End.CONFIRMED, End.CANCELLED):
        return
    with world.clock.at(order.packed_at):
        packed = [PackedLine(line_id=ids[line.offer.listing_id], packed_quantity=line.packed) for line in order.lines]
        await pack_order(desk, supplier, this, PackOrder(lines=tuple(packed)))
    if order.end is End.PACKED:
        return
    with world.clock.at(order.shipped_at):
        await ship_order(desk, supplier, this, ShipOrder(carrier=f"自送{MARK}"))
    if order.end is not End.SHIPPED:
        with world.clock.at(order.accepted_at):
            await accept_order(desk, buyer, this, _acceptance(order, ids))
    if order.end is End.ACCEPTED:
        await _settle(world, requisition, order, ids)


def _acceptance(order: Order, ids: LineIds) -> AcceptOrder:
    refused = order.end is End.REFUSED
    return AcceptOrder(
        acceptance_id=derived_id("demo-acceptance", order.order_id),
        lines=tuple(
            AcceptedLine(
                line_id=ids[line.offer.listing_id],
                accepted_quantity=0 if refused else line.accepted,
                reason=_why(line, refused=refused),
            )
            for line in order.lines
        ),
    )


def _why(line: Line, *, refused: bool) -> str:
    if refused:
        return f"送达时已变质，全部拒收{MARK}"
    return f"称重不足{MARK}" if line.accepted < line.packed else ""


async def _settle(world: World, requisition: Requisition, order: Order, ids: LineIds) -> None:
    """Send something back, lower a price, or pay, where the plan says so."""
    if order.returned_at is not None:
        await _send_back(world, requisition, order, order.returned_at, ids)
    if order.credited_at is not None:
        lines = [
            CreditedLine(line_id=ids[line.offer.listing_id], amount_fen=line.credited_fen)
            for line in order.lines
            if line.credited_fen
        ]
        credit = CreditOrder(
            credit_id=derived_id("demo-credit", order.order_id), lines=tuple(lines), reason=f"规格偏小，折让{MARK}"
        )
        with world.clock.at(order.credited_at):
            await credit_order(world.desks["order"], world.supplier(order.supplier_id), order.order_id, credit)
    if order.paid_at is not None:
        await _pay(world, requisition, order, order.paid_at)


async def send_back(world: World, requisition: Requisition, at: datetime) -> None:
    """Return what the plan says of a purchase of before."""
    (order,) = requisition.orders
    view = await get_order(world.desks["order"], world.buyer(requisition.canteen), order.order_id)
    await _send_back(world, requisition, order, at, _line_ids(view))


async def _send_back(world: World, requisition: Requisition, order: Order, at: datetime, ids: LineIds) -> None:
    """Propose a return, and let the supplier agree some hours later."""
    desk, return_id = world.desks["order"], derived_id("demo-return", order.order_id)
    lines = [
        ReturnedLine(line_id=ids[line.offer.listing_id], quantity=line.returned, reason=f"部分腐烂{MARK}")
        for line in order.lines
        if line.returned
    ]
    with world.clock.at(at):
        proposed = ReturnGoods(return_id=return_id, lines=tuple(lines))
        await return_goods(desk, world.buyer(requisition.canteen), order.order_id, proposed)
    with world.clock.at(at + timedelta(hours=4)):
        await agree_return(desk, world.supplier(order.supplier_id), order.order_id, return_id)


async def _pay(world: World, requisition: Requisition, order: Order, at: datetime) -> None:
    desk, payment_id = world.desks["order"], derived_id("demo-payment", order.order_id)
    payer = world.finance(requisition.canteen.unit)
    with world.clock.at(at):
        payment = PutPayment(method=PaymentMethod.BANK_TRANSFER, amount_fen=order.kept_fen)
        await put_payment(desk, payer, order.order_id, payment_id, payment)
    if order.with_voucher:
        with world.clock.at(at + timedelta(minutes=10)):
            voucher = pdf(f"Zhucai demo voucher, not real: {order.kept_fen} fen")
            await put_voucher(desk, payer, order.order_id, payment_id, voucher)
    with world.clock.at(at + timedelta(hours=5)):
        await confirm_payment(desk, world.supplier(order.supplier_id), order.order_id, payment_id)


async def restock(world: World, at: datetime, offer: Offer) -> None:
    """Count a fresh lot of what sells well."""
    with world.clock.at(at):
        await put_stock(
            world.desks["order"],
            world.supplier(offer.supplier_id),
            offer.listing_id,
            PutStock(on_hand=offer.first_stock, reason=f"新收一批{MARK}"),
        )


def _line_ids(view: dict[str, Any]) -> LineIds:
    """Read from an order as it was answered which line is of which listing."""
    return {UUID(line["listing_id"]): UUID(line["line_id"]) for line in view["lines"]}

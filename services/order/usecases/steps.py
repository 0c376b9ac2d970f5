"""Every step of an order's life begins by locking it for who may, and ends by answering it whole."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchOrder
from services.order.domain.states import ORDER, RETURNING
from services.order.domain.weights import grams_of
from services.order.store.order_view import order_view
from services.order.store.orders import Order, OrderLine, find_order
from services.order.store.stepping import Look, Said, Seen, Step
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, require
from shared.contracts.envelope import Event, seal
from shared.contracts.order import KeptLine, OrderMoved, PurchaseFacts
from shared.contracts.words import KEEPING
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import InvalidFields, field_problem
from shared.logs import request_id
from shared.states import WrongState


async def hold_order(tx: Tx, identity: Identity, operation: str, order_id: UUID) -> tuple[Order, Actor]:
    """Lock an order for who may do this; gives it, and as whom they do. Raises NoSuchOrder, NotAllowed."""
    order = await find_order(tx, order_id, lock=True)
    if order is None:
        raise NoSuchOrder(order_id=str(order_id))
    return order, Actor.of(identity, require(identity, operation, order.owned))


async def look_at_order(tx: ReadTx, identity: Identity, operation: str, order_id: UUID) -> Order:
    """Read an order for who may. Raises NoSuchOrder, NotAllowed."""
    order = await find_order(tx, order_id)
    if order is None:
        raise NoSuchOrder(order_id=str(order_id))
    require(identity, operation, order.owned)
    return order


async def answer(tx: Tx, order_id: UUID) -> dict[str, Any]:
    """Read the order as it is answered, and keep that for a repeat."""
    view = await order_view(tx, order_id)
    await tx.answer(view)
    return view


async def see_step(
    desk: Desk, identity: Identity, operation: str, order_id: UUID, verb: str, once: Stamp | None
) -> tuple[Seen, Step] | None:
    """Look at an order that may be moved on at once by who may do this; None where it has to go by steps."""
    now = desk.clock.now()
    seen = await desk.look_at(Look(order_id, now, once))
    if seen is None or seen.by_steps or not ORDER.allows(seen.order.state, verb):
        return None
    return seen, Step(verb, now, Actor.of(identity, require(identity, operation, seen.order.owned)))


def said_of(desk: Desk, order: Order, step: Step, *more: Event) -> list[Said]:
    """Seal what is said of a step of an order: that it moved, and `more`."""
    moved = OrderMoved(
        order_id=order.order_id,
        canteen_id=order.canteen_id,
        supplier_id=order.supplier_id,
        version=order.version + 1,
        state=step.state.value,
        at=step.at,
        reason=step.reason,
        account_id=step.by.account_id,
        acted_as=step.by.acted_as,
    )
    return [
        (event.type, event.key, *seal(event, source=desk.uow.source, at=step.at, request_id=request_id.get()))
        for event in (moved, *more)
    ]


def tolerance_of(desk: Desk, line: OrderLine) -> int:
    """Tell how far a line's weight may be off, in basis points: as agreed, or what is usual where that was not told."""
    return desk.tolerance_bp if line.tolerance_bp is None else line.tolerance_bp


def tolerances_of(desk: Desk, lines: Iterable[OrderLine]) -> dict[UUID, int]:
    """Tell how far each line's weight may be off, in basis points."""
    return {line.line_id: tolerance_of(desk, line) for line in lines}


def check_keeping(order: Order, step: str) -> None:
    """Refuse what only kept goods allow: `return` or `credit`. Raises WrongState."""
    if order.state not in (RETURNING if step == "return" else KEEPING):
        raise WrongState(state=order.state.value, step=step, open_steps=ORDER.open_steps(order.state))


def each_once(
    given: Iterable[tuple[UUID, int]],
    lines: Iterable[OrderLine],
    *,
    field: str,
    whole: bool,
    most: Callable[[OrderLine], int] | None = None,
) -> dict[UUID, OrderLine]:
    """Match what was given by line with the order's lines. Raises InvalidFields naming the field.

    `whole` wants every line; `most` bounds the figure in `field`.
    """
    known = {line.line_id: line for line in lines}
    named: dict[UUID, OrderLine] = {}
    problems = []
    for index, (line_id, figure) in enumerate(given):
        line = known.get(line_id)
        if line is None:
            problems.append(field_problem(f"lines.{index}.line_id", "is no line of this order", "不是这张订单的行"))
        elif line_id in named:
            problems.append(field_problem(f"lines.{index}.line_id", "is named twice", "重复"))
        else:
            named[line_id] = line
            bound = None if most is None else most(line)
            if bound is not None and figure > bound:
                problems.append(
                    field_problem(
                        f"lines.{index}.{field}", f"should be at most {bound}", f"不能超过 {bound}", most=bound
                    )
                )
    if whole and not problems and len(named) < len(known):
        missing = [str(line_id) for line_id in known if line_id not in named]
        problems.append(field_problem("lines", "should name every line", "应列出每一行", missing=missing))
    if problems:
        raise InvalidFields(*problems)
    return named


def purchase_facts(order: Order) -> PurchaseFacts:
    """State whose purchase it is, as it was ordered."""
    return PurchaseFacts(
        order_id=order.order_id,
        requisition_id=order.requisition_id,
        canteen_id=order.canteen_id,
        unit_id=order.unit_id,
        fund=order.fund,
        supplier_id=order.supplier_id,
        supplier_name=order.supplier_name,
        supplier_kind=order.supplier_kind,
        ordered_on=order.ordered_on,
        recognised=order.recognised,
        fair_id=order.fair_id,
        channel=order.channel,
    )


def kept_lines(
    lines: Mapping[UUID, OrderLine], steps: Mapping[UUID, tuple[int, int]], lots: Mapping[UUID, str] | None = None
) -> tuple[KeptLine, ...]:
    """State the signed steps (quantity, fen) of some lines; `lots` are those told with the step."""
    return tuple(
        KeptLine(
            line_id=line_id,
            listing_id=lines[line_id].listing_id,
            listing_version=lines[line_id].listing_version,
            name=lines[line_id].name,
            category=lines[line_id].category,
            measure=lines[line_id].measure,
            quantity=quantity,
            grams=grams_of(quantity, lines[line_id].measure, lines[line_id].piece_grams),
            amount_fen=amount_fen,
            price_fen=lines[line_id].price_fen,
            unit_quantity=lines[line_id].unit_quantity,
            origin_county_code=lines[line_id].origin_county_code,
            lot_number=lines[line_id].lot_number if lots is None else lots[line_id],
        )
        for line_id, (quantity, amount_fen) in steps.items()
    )

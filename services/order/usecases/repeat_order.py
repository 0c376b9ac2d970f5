"""A buyer orders again what was ordered before: the basket holds the newest versions, and they read what is otherwise.

Decision: what is not on sale is left out and told, and a quantity between two new steps goes up to the next. Why: a
basket that cannot be ordered helps nobody, and less food than before is missed at noon. Price: who repeats without
reading what is told may order a little more; the basket shows both quantities.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.order.domain.goods import AskedLine, most_fen, total_fen
from services.order.domain.refusals import BasketUsed, NoSuchCanteen, NoSuchRequisition, NothingToRepeat
from services.order.domain.seasons import Season, holds, is_over
from services.order.domain.weights import fitting
from services.order.store.baskets import AskedFor, read_head, read_lines, write_basket
from services.order.store.orders import OrderLine, find_lines
from services.order.store.requisitions import asked_lines, find_requisition
from services.order.store.seasons import read_seasons
from services.order.usecases.basket_view import basket_view
from services.order.usecases.budget_view import effects_on
from services.order.usecases.commands import QUANTITY_MAX, RepeatOrder
from services.order.usecases.desk import Desk
from services.order.usecases.place_orders import changes_since
from services.order.usecases.put_basket import check_open
from services.order.usecases.steps import look_at_order
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund, Measure, OrderChannel
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem


class Wish(NamedTuple):
    """Goods as they are wished for once more: in which version they were seen, how they were counted, and how much."""

    asked: AskedFor
    name: str
    measure: Measure


class Before(NamedTuple):
    """What was ordered before, for which canteen and with which fund."""

    canteen_id: UUID
    fund: Fund
    wishes: tuple[Wish, ...]


class Refilled(NamedTuple):
    """What a basket holds of what was wished for, and what of it is otherwise."""

    lines: list[AskedLine]
    told: list[dict[str, Any]]
    seasons: Mapping[UUID, Season]


async def repeat_order(desk: Desk, identity: Identity, basket_id: UUID, command: RepeatOrder) -> dict[str, Any]:
    """Write the basket and answer it, with what has changed or is gone since.

    Raises NoSuchOrder, NoSuchRequisition, NothingToRepeat, and as `put_basket` does.
    """
    async with desk.uow.read() as tx:
        before = await _before(tx, identity, command)
    head = await read_head(desk.uow, before.canteen_id, basket_id)
    if head is None:
        raise NoSuchCanteen(canteen_id=str(before.canteen_id))
    check_open(identity, basket_id, before.canteen_id, head)
    now = desk.clock.now()
    day = business_date(now)
    filled = await refill(desk, before.wishes, day)
    if not filled.lines:
        raise NothingToRepeat(told=filled.told)
    written = await write_basket(
        desk.uow,
        basket_id=basket_id,
        canteen_id=before.canteen_id,
        fund=before.fund,
        account_id=identity.account_id,
        filled_at=now,
        lines=as_asked(filled.lines),
        fair_id=None,
    )
    if not written:
        raise BasketUsed(basket_id=str(basket_id))
    effects = await effects_on(desk, head.kitchen, before.fund, day, most_fen(filled.lines))
    shown = basket_view(
        basket_id, head.kitchen, before.fund, now, None, filled.lines, {}, None, day, filled.seasons, effects
    )
    return shown | {"told": filled.told}


async def _before(tx: ReadTx, identity: Identity, command: RepeatOrder) -> Before:
    if (command.order_id is None) == (command.requisition_id is None):
        says = ("is told, or a requisition_id, and not both", "订单与请购单须填写其一，且只填一个")
        raise InvalidFields(field_problem("order_id", *says))
    if command.order_id is not None:
        order = await look_at_order(tx, identity, "repeat_order", command.order_id)
        # What was weighed at a stall had no tolerance to agree on, and is delivered with the usual one.
        at_a_stall = order.channel is OrderChannel.ON_SITE
        own = [
            Wish(_asked_for(line, None if at_a_stall else line.tolerance_bp), line.name, line.measure)
            for line in await find_lines(tx, order.order_id)
            if line.replaces_line_id is None
        ]
        return Before(order.canteen_id, order.fund, tuple(own))
    assert command.requisition_id is not None
    found = await find_requisition(tx, command.requisition_id)
    if found is None:
        raise NoSuchRequisition(requisition_id=str(command.requisition_id))
    require(identity, "repeat_order", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
    wishes = [
        Wish(
            AskedFor(
                UUID(line["listing_id"]),
                line["listing_version"],
                line["quantity"],
                line.get("tolerance_bp") if found.sale_id is None else None,
            ),
            line["name"],
            Measure(line["measure"]),
        )
        for line in await asked_lines(tx, found)
    ]
    return Before(found.canteen_id, found.fund, tuple(wishes))


def _asked_for(line: OrderLine, tolerance_bp: int | None) -> AskedFor:
    return AskedFor(line.listing_id, line.listing_version, line.quantity, tolerance_bp)


def as_asked(lines: Sequence[AskedLine]) -> list[AskedFor]:
    """Take lines as a basket keeps them."""
    return [AskedFor(line.goods.listing_id, line.version, line.quantity, line.tolerance_bp) for line in lines]


async def refill(desk: Desk, wishes: Sequence[Wish], today: date, wanted_on: date | None = None) -> Refilled:
    """Read what was wished for at today's terms; what cannot be had is left out, and told. Raises AmountTooLarge.

    Where the day is known already, what is not promised for it is left out too.
    """
    once: dict[UUID, Wish] = {}
    for wish in wishes:
        same = once.get(wish.asked.listing_id)
        more = 0 if same is None else same.asked.quantity
        once[wish.asked.listing_id] = wish._replace(asked=wish.asked._replace(quantity=wish.asked.quantity + more))
    found = await read_lines(desk.uow, [wish.asked for wish in once.values()], desk.tolerance_bp)
    changes = await changes_since(desk, [line for line in found if line is not None])
    seasons = await read_seasons(desk.uow, list(once))
    lines, told = [], []
    for wish, line in zip(once.values(), found, strict=True):
        season = seasons.get(wish.asked.listing_id, ())
        out = is_over(season, today) or (wanted_on is not None and not holds(season, wanted_on))
        reasons = [*_gone(wish, line), *(["off_season"] if out else [])]
        quantity = 0
        changed: list[dict[str, Any]] = []
        if line is not None and not reasons:
            goods = line.goods
            quantity = min(fitting(wish.asked.quantity, goods.minimum_quantity, goods.step_quantity), QUANTITY_MAX)
            changed = changes.get(goods.listing_id, [])
            again = line._replace(version=goods.version, quantity=quantity, amount_fen=goods.amount_fen(quantity))
            lines.append(again)
            reasons = ["short_stock"] if "short_stock" in again.warnings() else []
        if reasons or changed or quantity != wish.asked.quantity:
            told.append(_told(wish, reasons, quantity, changed))
    total_fen(lines)
    return Refilled(lines, told, seasons)


def left_out(wishes: Sequence[Wish], reason: str) -> Refilled:
    """Leave everything out, for one reason."""
    return Refilled([], [_told(wish, [reason], 0, []) for wish in wishes], {})


def _told(wish: Wish, reasons: list[str], quantity: int, changed: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "listing_id": str(wish.asked.listing_id),
        "name": wish.name,
        "in_basket": quantity > 0,
        "reasons": reasons,
        "asked_quantity": wish.asked.quantity,
        "quantity": quantity,
        "changed": changed,
    }


def _gone(wish: Wish, line: AskedLine | None) -> list[str]:
    """List why goods cannot be put into a basket as they were."""
    if line is None:
        return ["off_sale"]
    reasons = [one for one in line.warnings() if one in ("off_sale", "supplier_not_selling")]
    return reasons if line.goods.measure is wish.measure else [*reasons, "other_measure"]

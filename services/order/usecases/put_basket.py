"""A buyer puts a basket together, whole, as often as they like until a requisition is made of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.order.domain.goods import AskedLine, most_fen, total_fen
from services.order.domain.refusals import BasketTaken, BasketUsed, NoSuchCanteen
from services.order.domain.weights import obeys_step
from services.order.store.baskets import AskedFor, BasketHead, read_head, read_lines, write_basket
from services.order.store.fairs import read_fair
from services.order.store.seasons import read_seasons
from services.order.usecases.basket_view import asked_for, basket_view
from services.order.usecases.budget_view import effects_on
from services.order.usecases.commands import BasketLine, PutBasket
from services.order.usecases.desk import Desk
from services.order.usecases.place_orders import changes_since
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Measure
from shared.errors import InvalidFields, field_problem


async def put_basket(desk: Desk, identity: Identity, basket_id: UUID, command: PutBasket) -> dict[str, Any]:
    """Write the basket and answer it with today's names, amounts and warnings.

    A stale version, goods off sale and short stock are warnings, because they may pass; an unknown listing, one
    listed twice and a quantity between two steps are refused with the field's name.
    """
    head = await read_head(desk.uow, command.canteen_id, basket_id)
    if head is None:
        raise NoSuchCanteen(canteen_id=str(command.canteen_id))
    require(identity, "put_basket", Owned(canteen_id=command.canteen_id, unit_path=head.kitchen.unit_path))
    check_open(identity, basket_id, command.canteen_id, head)
    found = await read_lines(desk.uow, asked_for(command.lines), desk.tolerance_bp)
    lines = checked_lines(command.lines, found)
    total_fen(lines)
    now = desk.clock.now()
    day = business_date(now)
    if command.fair_id is not None:
        await _check_fair(desk, command.fair_id, lines, day)
    written = await write_basket(
        desk.uow,
        basket_id=basket_id,
        canteen_id=command.canteen_id,
        fund=command.fund,
        account_id=identity.account_id,
        filled_at=now,
        lines=[AskedFor(line.goods.listing_id, line.version, line.quantity, line.tolerance_bp) for line in lines],
        fair_id=command.fair_id,
    )
    if not written:
        raise BasketUsed(basket_id=str(basket_id))
    changes = await changes_since(desk, lines)
    seasons = await read_seasons(desk.uow, [line.goods.listing_id for line in lines])
    return basket_view(
        basket_id,
        head.kitchen,
        command.fund,
        now,
        None,
        lines,
        changes,
        command.fair_id,
        day,
        seasons,
        await effects_on(desk, head.kitchen, command.fund, day, most_fen(lines)),
    )


async def _check_fair(desk: Desk, fair_id: UUID, lines: Sequence[AskedLine], day: date) -> None:
    """Refuse a fair that is not open today, or that some supplier of the basket was not admitted to."""
    fair = await read_fair(desk.uow, fair_id)
    if fair is None or not fair.is_open(day):
        raise InvalidFields(field_problem("fair_id", "is no fair that is open today", "没有今天正在举办的这场活动"))
    strangers = {line.goods.supplier_name for line in lines if line.goods.supplier_id not in fair.supplier_ids}
    if strangers:
        says = ("is a fair that some supplier was not admitted to", "有供应方未获准参加这场活动")
        raise InvalidFields(field_problem("fair_id", *says, suppliers=sorted(strangers)))


def check_open(identity: Identity, basket_id: UUID, canteen_id: UUID, head: BasketHead) -> None:
    """Refuse a basket of another canteen, or one that was ordered from. Raises NotAllowed, BasketTaken, BasketUsed."""
    if head.basket_canteen_id is not None and head.basket_canteen_id != canteen_id:
        require(identity, "put_basket", Owned(canteen_id=head.basket_canteen_id))
        raise BasketTaken(basket_id=str(basket_id))
    if head.used_by is not None:
        raise BasketUsed(basket_id=str(basket_id), requisition_id=str(head.used_by))


def checked_lines(asked: Sequence[BasketLine], found: Sequence[AskedLine | None]) -> list[AskedLine]:
    """Give the lines beside their listings. Raises InvalidFields naming each that cannot be in a basket."""
    lines: list[AskedLine] = []
    problems: list[dict[str, Any]] = []
    seen: set[UUID] = set()
    for index, (line, known) in enumerate(zip(asked, found, strict=True)):
        if line.listing_id in seen:
            problems.append(
                field_problem(f"lines.{index}.listing_id", "is in the basket already", "采购篮中已有此商品")
            )
        seen.add(line.listing_id)
        if known is None:
            problems.append(field_problem(f"lines.{index}.listing_id", "is no known listing", "没有这个商品"))
            continue
        lines.append(known)
        goods = known.goods
        if line.tolerance_bp and goods.measure is Measure.PIECE:
            problems.append(
                field_problem(f"lines.{index}.tolerance_bp", "is for goods by weight alone", "仅用于按重量计的商品")
            )
        if not obeys_step(line.quantity, goods.minimum_quantity, goods.step_quantity):
            problems.append(
                field_problem(
                    f"lines.{index}.quantity",
                    f"should be {goods.minimum_quantity} or whole steps of {goods.step_quantity} above it",
                    f"应为 {goods.minimum_quantity}，或在其上按 {goods.step_quantity} 递增",
                    minimum=goods.minimum_quantity,
                    step=goods.step_quantity,
                )
            )
    if problems:
        raise InvalidFields(*problems)
    return lines

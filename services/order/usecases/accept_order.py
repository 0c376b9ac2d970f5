"""A canteen accepts goods by weight or count: that is what it keeps, owes, and what its quota counts.

Decision: an acceptance that is off the tolerance agreed, or that takes a canteen's day with a supplier above what one
person may accept, is written as weighed and waits for the other's yes; it counts in the day's sum from then on. Why: a
sum that left out what waits could be split over orders that wait together. Price: an objection gives the sum back.

Decision: it counts in the sum of the day that it is dated and of the day on which it is told, and what wanted a second
person once wants one however it is weighed again. Why: else midnight, or a date, would split a day. Price: what was
typed wrong by a digit wants a second person though it is little.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import AcceptanceDiffers
from services.order.domain.states import ORDER
from services.order.domain.weighing import Weighed, reason_of, weighed
from services.order.store.accepting import Acceptance, accepted_view
from services.order.store.orders import Order, OrderLine, acceptance_is_taken, find_lines, move_order
from services.order.store.stepping import Look, Stepping
from services.order.store.weighings import Weighing, add_weighing, book_day, find_weighing, lines_of
from services.order.usecases.book_acceptance import Accepted, book_acceptance, recorded
from services.order.usecases.commands import AcceptOrder
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, each_once, hold_order, said_of, tolerances_of
from shared.clock import business_date
from shared.contracts.authority import Identity, Role, require
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind, OrderState
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem

ANSWER_WITHIN = timedelta(days=3)
"""How long a seller has to object to a weight; silence lets it stand, as it was weighed."""
CLOCK_AHEAD_MAX = timedelta(minutes=10)
"""How far a phone's clock may be ahead of ours: what is later is a slip, and what is not is taken as now."""


async def accept_order(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Accept every line, or refuse the delivery with all at zero; the same acceptance again answers the order.

    A card is charged right after the acceptance is written: should the vendor be away, that is finished later.
    """
    view = await _at_once(desk, identity, order_id, command, once)
    return view if view is not None else await _by_steps(desk, identity, order_id, command, once)


async def _at_once(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, once: Stamp | None
) -> dict[str, Any] | None:
    """Accept in one read and one write; None, and nothing done, where it is not that simple."""
    now = desk.clock.now()
    shipped = await desk.look_at(Look(order_id, now, once, command.acceptance_id))
    if shipped is None or shipped.by_steps or shipped.order.state is not OrderState.SHIPPED:
        return None
    order = shipped.order
    by = Actor.of(identity, require(identity, "accept_order", order.owned))
    accepted_on, weighed_at = _when(command, order, now)
    if accepted_on != business_date(now):  # It counts in the sums of two days.
        return None
    named, found = _found(desk, command, shipped.lines)
    amount_fen = sum(one.kept.net_fen for one in found.values())
    if not 0 < amount_fen <= desk.second_person_fen or any(one.off for one in found.values()):
        return None
    acceptance = Acceptance(
        acceptance_id=command.acceptance_id,
        accepted_on=accepted_on,
        at=now,
        by=by,
        found=found,
        weighed_at=weighed_at,
        day=accepted_on,
    )
    told = Accepted(command.acceptance_id, accepted_on, weighed_at, by.account_id, by.name, None, found)
    said = said_of(desk, order, acceptance.step, recorded(order, told, named))
    view = accepted_view(shipped, acceptance)
    stepping = Stepping(shipped, acceptance.step, view, said, once, acceptance.goods)
    return view if await desk.step_on(stepping) else None


async def _by_steps(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, once: Stamp | None
) -> dict[str, Any]:
    """Accept under the order's lock, whatever was done before, or let it wait for another's yes."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "accept_order", order_id)
        lines = await find_lines(tx, order_id)
        if await _is_there(tx, desk, order, lines, command):
            return await answer(tx, order_id)
        ORDER.check(order.state, "accept")
        if await acceptance_is_taken(tx, command.acceptance_id):
            raise AcceptanceDiffers(acceptance_id=str(command.acceptance_id))
        accepted_on, weighed_at = _when(command, order, tx.now)
        named, found = _found(desk, command, lines)
        before = await forget_weighing(tx, order)
        amount_fen, day = sum(one.kept.net_fen for one in found.values()), business_date(tx.now)
        day_fen = max([await book_day(tx, order, one, amount_fen) for one in sorted({accepted_on, day})])
        weighing = Weighing(
            acceptance_id=command.acceptance_id,
            order_id=order_id,
            account_id=identity.account_id,
            account_name=identity.name,
            accepted_on=accepted_on,
            weighed_at=weighed_at,
            day=day,
            amount_fen=amount_fen,
            wants_seller=any(one.off for one in found.values()),
            wants_second=amount_fen > 0
            and (day_fen > desk.second_person_fen or (before is not None and before.wants_second)),
            due_at=tx.now + ANSWER_WITHIN,
            lines=lines_of(list(found.values())),
        )
        card = None
        if weighing.wants_seller or weighing.wants_second:
            await let_wait(tx, order, weighing, found, by)
        else:
            told = Accepted(command.acceptance_id, accepted_on, weighed_at, by.account_id, by.name, None, found)
            card = await book_acceptance(tx, order, named, told, by=by)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


async def forget_weighing(tx: Tx, order: Order) -> Weighing | None:
    """Take what waits on a locked order out of the sums of its days: it is weighed again; gives what waited, if any."""
    if order.weighing_id is None:
        return None
    before = await find_weighing(tx, order.weighing_id)
    assert before is not None
    for day in sorted({before.accepted_on, before.day}):
        await book_day(tx, order, day, -before.amount_fen)
    return before


async def let_wait(tx: Tx, order: Order, weighing: Weighing, found: Mapping[UUID, Weighed], by: Actor) -> None:
    """Let a weighing of a locked order wait for another's yes, and tell whose."""
    await add_weighing(tx, weighing, by)
    await move_order(tx, order, "weigh", by=by, reason=reason_of(found.values()), weighing_id=weighing.acceptance_id)
    facts = {
        "order_id": order.order_id,
        "supplier": order.supplier_name,
        "amount_fen": weighing.amount_fen,
        "accepted_on": weighing.accepted_on,
    }
    if weighing.wants_seller:
        sellers = Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER, Role.PACKER, Role.HELPER))
        kind = NoticeKind.WEIGHT_TO_AGREE
        await raise_notice(tx, kind, order.order_id, [sellers], facts, weighing.due_at, by=by.account_id)
    if weighing.wants_second:
        others = [
            Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=order.unit_id, roles=(Role.APPROVER, Role.FINANCE)),
        ]
        kind = NoticeKind.SECOND_PERSON_WANTED
        await raise_notice(tx, kind, order.order_id, others, facts, by=by.account_id)


async def _is_there(tx: Tx, desk: Desk, order: Order, lines: list[OrderLine], command: AcceptOrder) -> bool:
    """Tell whether this very acceptance was booked, or weighed, before. Raises AcceptanceDiffers for another one."""
    before = await find_weighing(tx, command.acceptance_id)
    if before is not None and before.order_id == order.order_id:
        told = lines_of(list(_found(desk, command, lines)[1].values()))
        same = _by_line(told) == _by_line(before.lines) and command.accepted_on in (None, before.accepted_on)
    elif order.acceptance_id == command.acceptance_id:
        _, found = _found(desk, command, lines)
        same = all(_same(line, found[line.line_id]) for line in lines)
        same = same and command.accepted_on in (None, order.accepted_on)
    else:
        return False
    if not same:
        raise AcceptanceDiffers(acceptance_id=str(command.acceptance_id))
    return True


def _by_line(told: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["line_id"]: {name: value for name, value in one.items() if name != "reason"} for one in told}


def _same(line: OrderLine, found: Weighed) -> bool:
    return (line.accepted_quantity, line.refused_quantity, line.gross_grams, line.tare_grams, line.lot_number) == (
        *(found.accepted, found.refused, found.gross_grams, found.tare_grams, found.lot_number),
    )


def _when(command: AcceptOrder, order: Order, now: datetime) -> tuple[date, datetime | None]:
    """Give the business date of the acceptance, from the shipment's day to today, and the moment on the scale.

    The date is today unless told, or the day of the moment; what was sold at a fair was received on the day of its
    sale. Raises InvalidFields.
    """
    today = business_date(now)
    shipped = order.sold_on or (business_date(order.shipped_at) if order.shipped_at else today)
    weighed_at = command.weighed_at
    if weighed_at is not None:
        if weighed_at > now + CLOCK_AHEAD_MAX:
            raise InvalidFields(
                field_problem(
                    "weighed_at", "is in the future; look at the phone's clock", "晚于当前时间，请检查手机时钟"
                )
            )
        weighed_at = min(weighed_at, now).astimezone(now.tzinfo).replace(microsecond=0)
    accepted_on = command.accepted_on or (order.sold_on or today if weighed_at is None else business_date(weighed_at))
    field = "weighed_at" if command.accepted_on is None and weighed_at is not None else "accepted_on"
    if not shipped <= accepted_on <= today:
        raise InvalidFields(
            field_problem(field, f"should be from {shipped} to {today}", f"应在 {shipped} 至 {today} 之间")
        )
    if weighed_at is not None and business_date(weighed_at) != accepted_on:
        raise InvalidFields(field_problem("accepted_on", "should be the day of `weighed_at`", "应与过秤时间为同一天"))
    return accepted_on, weighed_at


def _found(
    desk: Desk, command: AcceptOrder, lines: list[OrderLine]
) -> tuple[dict[UUID, OrderLine], dict[UUID, Weighed]]:
    """Match what was told with the lines, and reckon what is found and kept of each. Raises InvalidFields."""
    named = each_once(((line.line_id, 0) for line in command.lines), lines, field="accepted_quantity", whole=True)
    return named, weighed(command.lines, named, tolerances_of(desk, lines))

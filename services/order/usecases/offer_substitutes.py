"""A seller offers goods of their own in a line's place, never above what was approved for the line.

Decision: what is offered is promised when it is offered. Why: what a buyer accepts is theirs then, and acceptance
cannot fail for want of goods. Price: goods that are refused, or not answered, were kept from others meanwhile.

Decision: the most that a substitute may come to, its tolerance included, is at most what the line that it replaces
might have come to beyond what is confirmed of it. Why: an approval sticks to what was approved. Price: dearer goods
are offered in a smaller quantity.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.order.domain.confirming_refusals import SubstituteTooDear
from services.order.domain.goods import Goods
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.seasons import holds, window_of
from services.order.domain.states import SubstituteState
from services.order.domain.weights import obeys_step, packed_max
from services.order.store.orders import Order, OrderLine
from services.order.store.stock import Move, Stock, lock_stocks, move_stock
from services.order.store.substitutes import Substitute, add_substitutes, goods_on_sale
from services.order.usecases.commands import LINES_MAX, ConfirmedLine, OfferedSubstitute
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import tolerance_of
from shared.clock import SHANGHAI, end_of_day
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem
from shared.ids import new_id
from shared.money import line_amount_fen


async def plan_substitutes(
    desk: Desk, tx: Tx, order: Order, lines: Sequence[OrderLine], told: Sequence[ConfirmedLine]
) -> list[Substitute]:
    """Make what is offered of a locked order, and lock the stock of all that moves; nothing is written.

    Raises InvalidFields naming the fields, SubstituteTooDear, SeasonShort.
    """
    offers = {place: one.substitute for place, one in enumerate(told) if one.substitute is not None}
    if not offers:
        return []
    due_at = answer_until(order, tx.now, desk.substitute_hours)
    listing_ids = {one.listing_id for one in offers.values()}
    stocks = await lock_stocks(tx, listing_ids | {line.listing_id for line in lines})
    goods = await goods_on_sale(tx, order.supplier_id, listing_ids)
    of_order, by_id = {line.listing_id for line in lines}, {line.line_id: line for line in lines}
    problems: list[dict[str, object]] = []
    if len(lines) + len(offers) > LINES_MAX:
        problems.append(field_problem("lines", f"should be at most {LINES_MAX} with substitutes", "订单行数过多"))
    planned = []
    for place, offer in offers.items():
        field, confirmed = f"lines.{place}.substitute", told[place]
        line, listed, taken = by_id[confirmed.line_id], goods.get(offer.listing_id), offer.listing_id in of_order
        of_order.add(offer.listing_id)
        found = _problems(offer, line, confirmed, listed, field, taken=taken, due_at=due_at, now=tx.now)
        problems += found
        if found or listed is None:
            continue
        _check_season(order, offer, stocks, field, problems)
        planned.append(
            Substitute(
                substitute_id=new_id(),
                order_id=order.order_id,
                line_id=line.line_id,
                state=SubstituteState.OFFERED,
                listing_id=listed.listing_id,
                listing_version=listed.version,
                name=listed.name,
                category=listed.category,
                measure=listed.measure,
                unit_name=listed.unit_name,
                unit_quantity=listed.unit_quantity,
                piece_grams=listed.piece_grams,
                price_fen=offer.price_fen,
                origin_county_code=listed.origin_county_code,
                quantity=offer.quantity,
                tolerance_bp=tolerance_of(desk, line),
                offered_at=tx.now,
                due_at=due_at,
            )
        )
    if problems:
        raise InvalidFields(*problems)
    for one in planned:
        _check_approved(one, by_id[one.line_id], {each.line_id: each.confirmed_quantity for each in told})
    return planned


async def offer_substitutes(tx: Tx, order: Order, offers: Sequence[Substitute], *, by: UUID) -> None:
    """Promise what is offered, write it, and tell the buyer. Raises StockShort."""
    if not offers:
        return
    await move_stock(tx, {one.listing_id: Move(promised=one.quantity) for one in offers}, order.wanted_on)
    await add_substitutes(tx, offers)
    buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
    facts = {
        "supplier": order.supplier_name,
        "name": "、".join(one.name for one in offers)[:200],
        "lines": len(offers),
        "amount_fen": sum(one.amount_fen for one in offers),
    }
    kind, due_at = NoticeKind.SUBSTITUTE_OFFERED, offers[0].due_at
    await raise_notice(tx, kind, order.order_id, [buyers], facts, due_at, by=by)


def answer_until(order: Order, now: datetime, hours: int) -> datetime:
    """Tell until when what is offered now is answered: never later than the goods are wanted."""
    wanted = end_of_day(order.wanted_on)
    if order.wanted_until is not None:
        wanted = datetime.combine(order.wanted_on, order.wanted_until, SHANGHAI)
    return min(now + timedelta(hours=hours), wanted)


def _problems(
    offer: OfferedSubstitute,
    line: OrderLine,
    confirmed: ConfirmedLine,
    listed: Goods | None,
    field: str,
    *,
    taken: bool,
    due_at: datetime,
    now: datetime,
) -> list[dict[str, object]]:
    """List what is wrong with an offer."""
    if due_at <= now:
        return [field_problem(field, "comes after the goods were wanted", "已过要求送达的时间，不能再提出替代商品")]
    if confirmed.confirmed_quantity >= line.quantity:
        return [field_problem(field, "replaces nothing: the line is confirmed whole", "该行已全部确认，无须替代")]
    if taken:
        return [field_problem(f"{field}.listing_id", "is in this order already", "该商品已在这张订单中")]
    if listed is None:
        return [field_problem(f"{field}.listing_id", "is no listing of yours on sale", "不是本供应方的在售商品")]
    found = []
    if listed.version != offer.listing_version:
        told = f"should be {listed.version}, as it is listed now"
        found.append(field_problem(f"{field}.listing_version", told, f"应为现行版本 {listed.version}"))
    if listed.measure is not line.measure:
        kind = "is not sold by the same measure as the line"
        found.append(field_problem(f"{field}.listing_id", kind, "计量方式与原商品不同（按重量或按件）"))
    if not obeys_step(offer.quantity, listed.minimum_quantity, listed.step_quantity):
        steps = f"should be {listed.minimum_quantity} or whole steps of {listed.step_quantity} above it"
        zh = f"应为起订量 {listed.minimum_quantity}，或按 {listed.step_quantity} 递增"
        found.append(field_problem(f"{field}.quantity", steps, zh))
    price_fen = listed.price_at(offer.quantity)
    if offer.price_fen != price_fen:
        told = f"should be {price_fen}, as it is listed"
        found.append(field_problem(f"{field}.price_fen", told, f"应为现行价格 {price_fen}", expected_fen=price_fen))
    return found


def _check_season(
    order: Order,
    offer: OfferedSubstitute,
    stocks: Mapping[UUID, Stock],
    field: str,
    problems: list[dict[str, object]],
) -> None:
    """Note goods that are not promised for the wanted day. Raises SeasonShort for more than its window has left."""
    season = stocks[offer.listing_id].season if offer.listing_id in stocks else ()
    if not holds(season, order.wanted_on):
        problems.append(
            field_problem(f"{field}.listing_id", "is out of season on the wanted day", "送货日不在供应期内")
        )
        return
    window = window_of(season, order.wanted_on)
    if window is not None and window.left is not None and window.left < offer.quantity:
        raise SeasonShort(
            listings=[{"listing_id": str(offer.listing_id), "left": window.left, "asked": offer.quantity}]
        )


def _check_approved(offer: Substitute, line: OrderLine, confirmed: Mapping[UUID, int]) -> None:
    """Hold a substitute to what its line might have come to beyond what is confirmed. Raises SubstituteTooDear."""

    def most_fen(quantity: int) -> int:
        most = packed_max(quantity, line.measure, offer.tolerance_bp)
        return line_amount_fen(most, line.price_fen, line.unit_quantity)

    left_fen = most_fen(line.quantity) - most_fen(confirmed[line.line_id])
    if offer.most_fen > left_fen:
        raise SubstituteTooDear(line_id=str(line.line_id), approved_fen=left_fen, most_fen=offer.most_fen)

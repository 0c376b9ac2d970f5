"""Orders are placed all or none, one per supplier, and who may not have them is told why by listing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.order.domain.budgets import Passage
from services.order.domain.goods import AskedLine, PlannedOrder, terms_of, what_changed
from services.order.domain.refusals import CanteenClosed, ListingChanged, OutOfSeason, StockShort, SupplierNotSelling
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.seasons import holds, window_of
from services.order.store.baskets import AskedFor, Kitchen, read_lines
from services.order.store.placing import (
    Approval,
    NotWhole,
    Placing,
    place_approved,
)
from services.order.store.requisitions import Requisition
from services.order.store.seasons import read_seasons
from services.order.store.terms import read_terms
from services.order.usecases.desk import Desk
from services.order.usecases.passing_budgets import BeyondSoft, pass_budget
from shared.clock import business_date
from shared.contracts.envelope import seal_facts
from shared.contracts.order import OrderPlaced
from shared.contracts.words import OrderChannel
from shared.db.unit_of_work import Busy
from shared.ids import new_id
from shared.logs import request_id

TRIES_MAX = 3


async def check_orderable(desk: Desk, canteen_id: UUID, active: bool, lines: Sequence[AskedLine]) -> None:
    """Refuse what cannot be ordered now: CanteenClosed, SupplierNotSelling, ListingChanged with what has changed."""
    if not active:
        raise CanteenClosed(canteen_id=str(canteen_id))
    closed = sorted({(str(line.goods.supplier_id), line.goods.supplier_name) for line in lines if not line.selling})
    if closed:
        raise SupplierNotSelling(suppliers=[{"supplier_id": id_, "name": name} for id_, name in closed])
    changed = [line for line in lines if line.changes()]
    if changed:
        fields = await changes_since(desk, changed)
        raise ListingChanged(
            listings=[
                {
                    "listing_id": str(line.goods.listing_id),
                    "name": line.goods.name,
                    "asked_version": line.version,
                    "current_version": line.goods.version,
                    "warnings": line.changes(),
                    "changed": fields.get(line.goods.listing_id, []),
                }
                for line in changed
            ]
        )


async def check_season(desk: Desk, wanted_on: date, lines: Sequence[AskedLine]) -> None:
    """Refuse what is not promised for a day: OutOfSeason or SeasonShort, told by listing with its windows."""
    seasons = await read_seasons(desk.uow, [line.goods.listing_id for line in lines])
    out = [line for line in lines if not holds(seasons.get(line.goods.listing_id, ()), wanted_on)]
    if out:
        raise OutOfSeason(
            wanted_on=str(wanted_on),
            listings=[
                {
                    "listing_id": str(line.goods.listing_id),
                    "name": line.goods.name,
                    "windows": [one.days() for one in seasons[line.goods.listing_id]],
                }
                for line in out
            ],
        )
    found = [(line, window_of(seasons.get(line.goods.listing_id, ()), wanted_on)) for line in lines]
    short = [(line, one) for line, one in found if one and one.left is not None and one.left < line.quantity]
    if short:
        raise SeasonShort(
            wanted_on=str(wanted_on),
            listings=[
                {
                    "listing_id": str(line.goods.listing_id),
                    "name": line.goods.name,
                    "window": one.days(),
                    "left": one.left,
                    "asked": line.quantity,
                }
                for line, one in short
            ],
        )


async def changes_since(desk: Desk, lines: Sequence[AskedLine]) -> dict[UUID, list[dict[str, Any]]]:
    """Tell by listing in which terms it differs from the version that the buyer has seen.

    Nothing is told of a version that was not heard of here, as one that is on its way still.
    """
    stale = [line for line in lines if line.version != line.goods.version]
    seen = await read_terms(desk.uow, [(line.goods.listing_id, line.version) for line in stale])
    return {
        line.goods.listing_id: what_changed(terms, terms_of(line.goods))
        for line in stale
        if (terms := seen.get((line.goods.listing_id, line.version))) is not None
    }


async def place_orders(
    desk: Desk,
    asked: Requisition,
    orders: Sequence[PlannedOrder],
    lines: Sequence[AskedLine],
    approval: Approval | None = None,
    passage: Passage | None = None,
) -> None:
    """Place the orders in one statement. Raises StockShort, SeasonShort, ListingChanged, AskedAlready, Busy.

    `asked.requested_at`, or the moment of the approval, is when they are placed; `passage` is of its budget, by which
    it raises BudgetSpent or BeyondSoft where others were placed meanwhile.
    """
    at = asked.requested_at if approval is None else (asked.decided_at or asked.requested_at)
    rid = request_id.get()
    line_ids = {position: new_id() for order in orders for position, _ in order.lines}
    placing = Placing(
        requisition_id=asked.requisition_id,
        basket_id=asked.basket_id,
        canteen_id=asked.canteen_id,
        unit_id=asked.unit_id,
        fund=asked.fund,
        wanted_on=asked.wanted_on,
        amount_fen=asked.amount_fen,
        requested_by=asked.requested_by,
        requested_by_name=asked.requested_by_name,
        at=at,
        orders=orders,
        line_ids=line_ids,
        envelopes=[
            seal_facts(
                OrderPlaced,
                str(order.order_id),
                order_facts(asked, order, line_ids, at),
                source=desk.uow.source,
                at=at,
                request_id=rid,
            )
            for order in orders
        ],
        request_id=rid,
        placed_on=business_date(at),
        fair_id=asked.fair_id,
        wanted_from=asked.wanted_from,
        wanted_until=asked.wanted_until,
        passage=passage,
    )
    for _ in range(TRIES_MAX):
        try:
            if approval is None:
                await desk.place_new(placing)
            else:
                await place_approved(desk.uow, placing, approval)
            return
        except NotWhole:
            await _tell_why_not(desk, asked, lines)
            if approval is not None:
                raise
            if passage is not None:
                placing = placing._replace(passage=await _pass_again(desk, asked, passage.most_fen))
    raise Busy(reason="contended")


async def _pass_again(desk: Desk, asked: Requisition, most_fen: int) -> Passage | None:
    """Hold it against its budget as that stands now: others were placed meanwhile, or another budget was put."""
    again = await pass_budget(desk, asked.canteen_id, asked.fund, asked.wanted_on, most_fen)
    if again is not None and again.beyond_soft:
        raise BeyondSoft(again)
    return again


async def _tell_why_not(desk: Desk, placing: Requisition, lines: Sequence[AskedLine]) -> None:
    """Look at the listings and the stock again; returns when nothing stands in the way any more."""
    asked = [AskedFor(line.goods.listing_id, line.version, line.quantity, line.tolerance_bp) for line in lines]
    now = await read_lines(desk.uow, asked, desk.tolerance_bp)
    known = [line for line in now if line is not None]
    await check_orderable(desk, placing.canteen_id, True, known)
    await check_season(desk, placing.wanted_on, known)
    short = [line for line in known if line.available is None or line.available < line.quantity]
    if short:
        raise StockShort(
            listings=[
                {
                    "listing_id": str(line.goods.listing_id),
                    "name": line.goods.name,
                    "left": line.available or 0,
                    "asked": line.quantity,
                }
                for line in short
            ]
        )


def order_facts(asked: Requisition, order: PlannedOrder, line_ids: Mapping[int, UUID], at: datetime) -> dict[str, Any]:
    """Write what `order.placed` says of an order; ids that were read are asyncpg's, which write themselves fastest."""
    return {
        "order_id": order.order_id,
        "canteen_id": str(asked.canteen_id),
        "fund": asked.fund,
        "placed_at": at,
        "wanted_on": asked.wanted_on,
        "wanted_from": asked.wanted_from,
        "wanted_until": asked.wanted_until,
        "amount_fen": order.amount_fen,
        "requisition_id": asked.requisition_id,
        "unit_id": str(asked.unit_id),
        "supplier_id": str(order.supplier_id),
        "fair_id": asked.fair_id,
        "channel": OrderChannel.ONLINE,
        "replaces_return_id": None,
        "lines": [_line(line_ids[position], line) for position, line in order.lines],
    }


def _line(line_id: UUID, line: AskedLine) -> dict[str, Any]:
    goods = line.goods
    return {
        "line_id": line_id,
        "listing_id": str(goods.listing_id),
        "listing_version": goods.version,
        "name": goods.name,
        "category": goods.category,
        "measure": goods.measure,
        "unit_quantity": goods.unit_quantity,
        "piece_grams": goods.piece_grams,
        "price_fen": line.price_fen,
        "quantity": line.quantity,
        "amount_fen": line.amount_fen,
        "origin_county_code": goods.origin_county_code,
    }


def requisition_of(kitchen: Kitchen, **asked: Any) -> Requisition:
    """Make a requisition of a canteen."""
    return Requisition(
        canteen_id=kitchen.canteen_id,
        canteen_name=kitchen.canteen_name,
        unit_id=kitchen.unit_id,
        unit_path=kitchen.unit_path,
        **asked,
    )

"""Goods that are in no basket are looked at by the terms that a basket would show: whoever offers them asks here.

The recognition, the price at a quantity, and what stands in the way of an order are the order service's to tell; so
what is offered in a line's place is told as it would be in the basket, and not as a shop window remembers it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.order.domain.goods import AskedLine
from services.order.domain.refusals import NoSuchCanteen
from services.order.domain.seasons import Season
from services.order.store.baskets import read_lines
from services.order.store.copies import canteen_path
from services.order.store.seasons import read_seasons
from services.order.usecases.basket_view import asked_for, in_season, line_view
from services.order.usecases.commands import BasketLine, Command
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require

LOOKED_AT_MAX = 500


class LookAtGoods(Command):
    """Goods that might be bought for a canteen, each as a line of a basket would ask for them."""

    canteen_id: UUID
    lines: Annotated[tuple[BasketLine, ...], Field(max_length=LOOKED_AT_MAX)]


async def look_at_goods(desk: Desk, identity: Identity, command: LookAtGoods) -> dict[str, Any]:
    """Give each line as a basket would show it today, in turn; None for a listing not known. Raises NoSuchCanteen."""
    async with desk.uow.glance() as tx:
        path = await canteen_path(tx, command.canteen_id)
    if path is None:
        raise NoSuchCanteen(canteen_id=str(command.canteen_id))
    require(identity, "preview_quota", Owned(canteen_id=command.canteen_id, unit_path=path))
    found = await read_lines(desk.uow, asked_for(command.lines), desk.tolerance_bp)
    day = business_date(desk.clock.now())
    seasons = await read_seasons(desk.uow, [line.goods.listing_id for line in found if line is not None])
    return {"lines": [None if line is None else _shown(line, seasons, day) for line in found]}


def _shown(line: AskedLine, seasons: Mapping[UUID, Season], day: date) -> dict[str, Any]:
    return in_season(line_view(line, day), seasons.get(line.goods.listing_id, ()), day)

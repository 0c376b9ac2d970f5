"""A buyer reads a basket at today's prices."""

from datetime import date
from typing import Any
from uuid import UUID

from services.order.domain.goods import most_fen
from services.order.domain.refusals import NoSuchBasket
from services.order.store.baskets import read_basket
from services.order.store.seasons import read_seasons
from services.order.usecases.basket_view import basket_view
from services.order.usecases.budget_view import effects_on
from services.order.usecases.desk import Desk
from services.order.usecases.place_orders import changes_since
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require


async def get_basket(desk: Desk, identity: Identity, basket_id: UUID, wanted_on: date | None = None) -> dict[str, Any]:
    """Read a basket; `wanted_on` is when it may come to be wanted, whose month's budget is shown too."""
    basket = await read_basket(desk.uow, basket_id, desk.tolerance_bp)
    if basket is None:
        raise NoSuchBasket(basket_id=str(basket_id))
    require(
        identity,
        "get_basket",
        Owned(canteen_id=basket.kitchen.canteen_id, unit_path=basket.kitchen.unit_path),
    )
    changes = await changes_since(desk, basket.lines)
    day = today(desk.clock)
    return basket_view(
        basket_id,
        basket.kitchen,
        basket.fund,
        basket.filled_at,
        basket.used_by,
        basket.lines,
        changes,
        basket.fair_id,
        day,
        await read_seasons(desk.uow, [line.goods.listing_id for line in basket.lines]),
        await effects_on(desk, basket.kitchen, basket.fund, day, most_fen(basket.lines), wanted_on),
    )

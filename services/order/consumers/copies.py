"""What is heard of others goes into our copies."""

from collections.abc import Sequence
from typing import Any

from services.order.usecases.desk import Desk
from services.order.usecases.keep_copies import keep_copies
from shared.events import Delivery


async def hear_listings(desk: Desk, deliveries: Sequence[Delivery[Any]]) -> None:
    """Keep listings; publication and withdrawal in one subscription, so that their order stands."""
    await keep_copies(desk, deliveries)


async def hear_suppliers(desk: Desk, deliveries: Sequence[Delivery[Any]]) -> None:
    await keep_copies(desk, deliveries)


async def hear_members(desk: Desk, deliveries: Sequence[Delivery[Any]]) -> None:
    await keep_copies(desk, deliveries)


async def hear_fairs(desk: Desk, deliveries: Sequence[Delivery[Any]]) -> None:
    await keep_copies(desk, deliveries)


async def hear_units(desk: Desk, deliveries: Sequence[Delivery[Any]]) -> None:
    await keep_copies(desk, deliveries)

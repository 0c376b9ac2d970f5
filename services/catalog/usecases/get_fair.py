"""Anyone sees an event from its announcement on; its own officers see it before."""

from typing import Any
from uuid import UUID

from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import full_fair, seen
from shared.contracts.authority import Identity


async def get_fair(desk: Desk, identity: Identity | None, fair_id: UUID) -> dict[str, Any]:
    """Give an event with who takes part. Raises FairNotFound."""
    async with desk.uow.read() as tx:
        return await full_fair(tx, await seen(tx, identity, fair_id), identity)

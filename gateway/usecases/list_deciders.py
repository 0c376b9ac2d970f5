"""Whoever hands their decisions over for some days chooses among those who decide in the same unit or one above it."""

from collections.abc import Sequence
from uuid import UUID

from gateway.store.accounts import Decider, account_names, deciders_of
from gateway.usecases.desk import Desk
from shared.contracts.authority import Role

SHOWN_MAX = 200
DECIDING = (Role.APPROVER, Role.FINANCE, Role.OFFICER)


async def list_deciders(desk: Desk, account_id: UUID, paths: Sequence[str]) -> list[Decider]:
    """List by name whoever else is seated to decide in the units of these paths or above them."""
    above = {path[: at + 1] for path in paths for at, letter in enumerate(path) if letter == "/" and at}
    if not above:
        return []
    async with desk.uow.glance() as tx:
        return await deciders_of(tx, sorted(above), DECIDING, account_id, SHOWN_MAX)


async def names_of(desk: Desk, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Give the names of those who decide, for a list that has their ids alone; at most `SHOWN_MAX`."""
    async with desk.uow.glance() as tx:
        return await account_names(tx, account_ids[:SHOWN_MAX])

"""The count of changes that statements are read by stays short, however much is bought."""

from services.procurement_quota.store import revisions
from services.procurement_quota.usecases.desk import Desk


async def add_up_changes(desk: Desk) -> None:
    """Put one change in the place of several of the same canteen and year; no revision changes by it."""
    async with desk.uow.begin() as tx:
        await revisions.add_up_changes(tx)

"""A season stands with the stock, is read beside lines where a buyer looks, and each change of it is kept."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.actors import Actor
from services.order.domain.seasons import Season, season_of, season_text
from services.order.store.season_tables import season_changes
from services.order.store.tables import stock
from shared.db.unit_of_work import Tx, UnitOfWork

_READ = """
SELECT listing_id, season::text AS season FROM stock WHERE listing_id = ANY ($1::uuid[]) AND season IS NOT NULL"""


async def read_seasons(uow: UnitOfWork, listing_ids: Collection[UUID]) -> dict[UUID, Season]:
    """Read the seasons of those of these listings that have one."""
    rows = await uow.statement(_READ, list(listing_ids))
    return {row["listing_id"]: season_of(row["season"]) for row in rows}


async def set_season(tx: Tx, listing_id: UUID, season: Season, *, by: Actor, reason: str) -> None:
    """Write the season of locked stock, and who changed it and why."""
    written = sa.cast(sa.literal(season_text(season), sa.Text), stock.c.season.type)
    await tx.execute(sa.update(stock).where(stock.c.listing_id == listing_id).values(season=written))
    await tx.execute(
        sa.insert(season_changes).values(
            listing_id=listing_id,
            at=tx.now,
            account_id=by.account_id,
            acted_as=None if by.acted_as is None else by.acted_as.value,
            season=written,
            reason=reason,
        )
    )

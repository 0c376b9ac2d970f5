"""What a canteen has ordered and not yet got is known as of any day."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.procurement_quota.store.figures import Asked
from services.procurement_quota.store.ordered_tables import ordered
from shared.clock import end_of_day
from shared.contracts.order import OrderMoved, OrderPlaced
from shared.db.unit_of_work import ReadTx, Tx


async def keep_placed(tx: Tx, events: Sequence[OrderPlaced]) -> None:
    """Keep orders as they were placed; one whose end is known already keeps it."""
    rows = [
        {
            "order_id": one.order_id,
            "canteen_id": one.canteen_id,
            "fund": one.fund.value,
            "year": one.wanted_on.year,
            "amount_fen": one.amount_fen,
            "placed_at": one.placed_at,
        }
        for one in sorted({one.order_id: one for one in events}.values(), key=lambda one: one.order_id)
    ]
    if rows:
        placed = insert(ordered).values(rows)
        told = {name: placed.excluded[name] for name in ("fund", "year", "amount_fen", "placed_at")}
        await tx.execute(placed.on_conflict_do_update(index_elements=[ordered.c.order_id], set_=told))


async def keep_ended(tx: Tx, events: Sequence[OrderMoved]) -> None:
    """Keep when orders ended; the first end stands."""
    ends = {one.order_id: one for one in sorted(events, key=lambda one: one.at, reverse=True)}
    rows = [
        {"order_id": one.order_id, "canteen_id": one.canteen_id, "ended_at": one.at} for _, one in sorted(ends.items())
    ]
    if rows:
        ended = insert(ordered).values(rows)
        first = sa.func.least(ordered.c.ended_at, ended.excluded.ended_at)
        await tx.execute(ended.on_conflict_do_update(index_elements=[ordered.c.order_id], set_={"ended_at": first}))


async def ordered_fen(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> int:
    """Sum what was ordered for a year and neither accepted nor ended, in fen, as agreed when it was placed.

    As of a past day: placed by its end, and by what was known by, and not ended by then.
    """
    wanted = sa.select(sa.func.coalesce(sa.func.sum(ordered.c.amount_fen), 0)).where(
        ordered.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
        ordered.c.year == asked.year,
        ordered.c.fund == asked.fund.value,
    )
    if asked.known_by is None:
        wanted = wanted.where(ordered.c.ended_at.is_(None))
    else:
        moment = min(end_of_day(asked.happened_by), asked.known_by)
        wanted = wanted.where(
            ordered.c.placed_at <= moment, sa.or_(ordered.c.ended_at.is_(None), ordered.c.ended_at > moment)
        )
    return int(await tx.value(wanted) or 0)

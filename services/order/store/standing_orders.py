"""Standing orders are put whole, and a day's draft is written once, under its order's lock, beside its basket."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.baskets import AskedFor
from services.order.store.copies import reached
from services.order.store.standing_tables import standing_drafts, standing_orders
from services.order.store.tables import baskets, canteens, units
from shared.contracts.authority import Owned, Reach, Seat
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx


class StandingOrder(NamedTuple):
    """A standing order, and whose it is."""

    standing_order_id: UUID
    canteen_id: UUID
    canteen_name: str
    canteen_active: bool
    unit_path: str
    name: str
    fund: Fund
    active: bool
    weekdays: tuple[int, ...]
    lead_days: int
    until: date
    wanted_from: time | None
    wanted_until: time | None
    lines: tuple[dict[str, Any], ...]
    version: int
    put_by: UUID
    put_by_name: str
    put_at: datetime
    draft_on: date | None

    @property
    def owned(self) -> Owned:
        return Owned(canteen_id=self.canteen_id, unit_path=self.unit_path)


class Draft(NamedTuple):
    """What was drafted for a day; without a basket where nothing was on sale."""

    wanted_on: date
    drafted_at: datetime
    basket_id: UUID | None
    told: Sequence[dict[str, Any]]


_OWN = (
    "standing_order_id",
    "canteen_id",
    "name",
    "fund",
    "active",
    "weekdays",
    "lead_days",
    "until",
    "wanted_from",
    "wanted_until",
    "lines",
    "version",
    "put_by",
    "put_by_name",
    "put_at",
    "draft_on",
)
_CHOSEN = (
    sa.select(
        *(standing_orders.c[name] for name in _OWN),
        canteens.c.name.label("canteen_name"),
        canteens.c.active.label("canteen_active"),
        units.c.path.label("unit_path"),
    )
    .join(canteens, canteens.c.canteen_id == standing_orders.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def find_standing(tx: ReadTx, standing_order_id: UUID, *, lock: bool = False) -> StandingOrder | None:
    """Read a standing order, locked where asked; None for one that is not there."""
    chosen = _CHOSEN.where(standing_orders.c.standing_order_id == standing_order_id)
    row = await tx.first(chosen.with_for_update(key_share=True, of=standing_orders) if lock else chosen)
    return None if row is None else _standing(row)


async def hold_canteen(tx: Tx, canteen_id: UUID) -> tuple[str, str] | None:
    """Lock a canteen so that its standing orders are put one after the other; gives its name and its unit's path."""
    row = await tx.first(
        sa.select(canteens.c.name, units.c.path)
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .where(canteens.c.canteen_id == canteen_id)
        .with_for_update(key_share=True, of=canteens)
    )
    return None if row is None else (row.name, row.path)


async def count_standing(tx: ReadTx, canteen_id: UUID, *, but: UUID) -> tuple[int, int]:
    """Count a canteen's standing orders, but for one: all that it keeps, and those at work."""
    row = await tx.first(
        sa.select(
            sa.func.count().label("kept"), sa.func.count().filter(standing_orders.c.active).label("active")
        ).where(standing_orders.c.canteen_id == canteen_id, standing_orders.c.standing_order_id != but)
    )
    assert row is not None
    return row.kept, row.active


async def write_standing(tx: Tx, order: StandingOrder) -> None:
    """Write a standing order whole."""
    values = {name: getattr(order, name) for name in _OWN}
    values |= {"fund": order.fund.value, "weekdays": list(order.weekdays), "lines": list(order.lines)}
    newer = {name: value for name, value in values.items() if name != "standing_order_id"}
    statement = insert(standing_orders).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["standing_order_id"], set_=newer))


async def drafted_days(tx: ReadTx, standing_order_id: UUID, since: date) -> set[date]:
    """Give the days from one on that were drafted for already."""
    rows = await tx.rows(
        sa.select(standing_drafts.c.wanted_on).where(
            standing_drafts.c.standing_order_id == standing_order_id, standing_drafts.c.wanted_on >= since
        )
    )
    return {row.wanted_on for row in rows}


async def latest_drafts(tx: ReadTx, standing_order_id: UUID, limit: int) -> list[Draft]:
    """Read the drafts for the latest days."""
    rows = await tx.rows(
        sa.select(
            standing_drafts.c.wanted_on,
            standing_drafts.c.drafted_at,
            standing_drafts.c.basket_id,
            standing_drafts.c.told,
        )
        .where(standing_drafts.c.standing_order_id == standing_order_id)
        .order_by(standing_drafts.c.wanted_on.desc())
        .limit(limit)
    )
    return [Draft(row.wanted_on, row.drafted_at, row.basket_id, row.told) for row in rows]


async def due_standing(tx: ReadTx, today: date, limit: int) -> list[UUID]:
    """List standing orders of which a basket is to be drafted, the longest due first."""
    rows = await tx.rows(
        sa.select(standing_orders.c.standing_order_id)
        .where(standing_orders.c.draft_on <= today)
        .order_by(standing_orders.c.draft_on, standing_orders.c.standing_order_id)
        .limit(limit)
    )
    return [row.standing_order_id for row in rows]


async def write_draft(tx: Tx, order: StandingOrder, draft: Draft, lines: Sequence[AskedFor]) -> None:
    """Write the draft of a day, which has none yet, with its basket."""
    await tx.execute(
        sa.insert(standing_drafts).values(
            standing_order_id=order.standing_order_id,
            wanted_on=draft.wanted_on,
            drafted_at=draft.drafted_at,
            basket_id=draft.basket_id,
            told=list(draft.told),
        )
    )
    if draft.basket_id is not None:
        await tx.execute(
            sa.insert(baskets).values(
                basket_id=draft.basket_id,
                canteen_id=order.canteen_id,
                fund=order.fund.value,
                account_id=order.put_by,
                filled_at=draft.drafted_at,
                listing_ids=[line.listing_id for line in lines],
                listing_versions=[line.version for line in lines],
                quantities=[line.quantity for line in lines],
                tolerances=[line.tolerance_bp for line in lines],
            )
        )


async def draft_next_on(tx: Tx, standing_order_id: UUID, day: date | None) -> None:
    """Write when the next basket is drafted; None is never again."""
    await tx.execute(
        sa.update(standing_orders).where(standing_orders.c.standing_order_id == standing_order_id).values(draft_on=day)
    )


async def list_standing_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[StandingOrder]:
    """Read a page of what these seats reach, by falling id, which is newest first."""
    chosen = _CHOSEN.where(reached(reach, standing_orders.c.canteen_id, None))
    if canteen_id is not None:
        chosen = chosen.where(standing_orders.c.canteen_id == canteen_id)
    if after is not None:
        chosen = chosen.where(standing_orders.c.standing_order_id < after)
    rows = await tx.rows(chosen.order_by(standing_orders.c.standing_order_id.desc()).limit(limit))
    return [_standing(row) for row in rows]


def _standing(row: Any) -> StandingOrder:
    return StandingOrder(
        **{
            **row._mapping,
            "fund": Fund(row.fund),
            "weekdays": tuple(row.weekdays),
            "lines": tuple(row.lines),
        }
    )

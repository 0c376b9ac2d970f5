"""What canteens filed of the meals that they served, one month with its versions, or a year of many canteens."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert

from services.procurement_quota.store.meal_tables import meals_served
from shared.db.unit_of_work import ReadTx, Tx

VERSIONS_MAX = 500


async def meal_versions(tx: ReadTx, canteen_id: UUID, year: int, month: int) -> list[dict[str, Any]]:
    """List the versions of one month, oldest first."""
    asked = (
        sa.select(meals_served)
        .where(
            meals_served.c.canteen_id == canteen_id,
            meals_served.c.year == year,
            meals_served.c.month == month,
        )
        .order_by(meals_served.c.version.desc())
        .limit(VERSIONS_MAX)
    )
    return [dict(row._mapping) for row in await tx.rows(asked)][::-1]


_WRITE = insert(meals_served).on_conflict_do_nothing().returning(meals_served.c.version)


async def write_meals(tx: Tx, values: dict[str, Any]) -> bool:
    """Write a version of a month; False when somebody has written this version by now."""
    return await tx.first(_WRITE, values) is not None


async def meals_of_year(tx: ReadTx, canteen_ids: Iterable[UUID], year: int) -> dict[UUID, dict[int, int]]:
    """Give the newest figure of each month that was filed, by canteen and month."""
    asked = (
        sa.select(meals_served.c.canteen_id, meals_served.c.month, meals_served.c.meals)
        .ext(distinct_on(meals_served.c.canteen_id, meals_served.c.month))
        .where(
            meals_served.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))),
            meals_served.c.year == year,
        )
        .order_by(meals_served.c.canteen_id, meals_served.c.month, meals_served.c.version.desc())
    )
    found: dict[UUID, dict[int, int]] = {}
    for row in await tx.rows(asked):
        found.setdefault(row.canteen_id, {})[row.month] = row.meals
    return found

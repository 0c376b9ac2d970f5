"""At least one event a year is each prefecture's duty (每个市州每年至少一次), and anyone sees how each stands."""

from typing import Any

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import duty_state
from services.catalog.store import fairs
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.clock import today
from shared.contracts.words import FairState


class ListFairDuties(BaseModel):
    """Of which year."""

    model_config = COMMAND

    year: int | None = Field(default=None, ge=2000, le=2100, description="this year when left out")


async def list_fair_duties(desk: Desk, query: ListFairDuties) -> dict[str, Any]:
    """Give one row a prefecture: met by an event of its own, or of a county below it, that was reported."""
    now = today(desk.clock)
    year = query.year or now.year
    async with desk.uow.read() as tx:
        units = await fairs.prefectures(tx)
        held = await fairs.of_year(tx, year)
    items = []
    for unit in units:
        own = [row for row in held if row.unit_path.startswith(unit.path)]
        items.append(
            {
                "unit_id": str(unit.unit_id),
                "name": unit.name,
                "division_code": unit.division_code,
                "state": duty_state((FairState(row.state) for row in own), year, now).value,
                "fairs": [{"fair_id": str(row.fair_id), "name": row.name, "state": row.state} for row in own[:20]],
            }
        )
    return {"year": year, "items": items}

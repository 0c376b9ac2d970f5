"""A canteen files how many meals it served in a month; every version is kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.meals import meal_versions, write_meals
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of
from services.procurement_quota.usecases.texts import Explained
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Busy
from shared.errors import InvalidFields, NotFound, field_problem

MEALS_MAX = 10_000_000
TRIES_MAX = 20
"""Of those who file the same month at once, one is written each time."""


class MealsUnknown(NotFound):
    """The meals of this month were not filed.

    zh: 该月供餐人次尚未填报。
    """


class PutMeals(BaseModel):
    """How many meals were served in a month (供餐人次): each person at each breakfast, lunch or dinner is one."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"meals": 3_120, "note": "含培训班用餐240人次"}]}
    )

    meals: int = Field(ge=0, le=MEALS_MAX)
    note: Explained = ""


async def put_meals(
    desk: Desk, identity: Identity, canteen_id: UUID, year: int, month: int, command: PutMeals
) -> tuple[dict[str, Any], bool]:
    """File a month, or a new version of it; gives it, and whether anything was written. Raises Busy, InvalidFields."""
    for _ in range(TRIES_MAX):
        async with desk.uow.glance() as tx:
            canteen = await canteen_of(tx, canteen_id)
            require(identity, "put_meals", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
            _check(year, month, today(desk.clock))
            versions = await meal_versions(tx, canteen_id, year, month)
        if versions and (versions[-1]["meals"], versions[-1]["note"]) == (command.meals, command.note):
            return _written(canteen, versions), False
        async with desk.uow.begin() as writing:
            version = {
                "canteen_id": canteen_id,
                "year": year,
                "month": month,
                "version": versions[-1]["version"] + 1 if versions else 1,
                "meals": command.meals,
                "note": command.note,
                "filed_by": identity.account_id,
                "recorded_at": writing.now,
            }
            written = await write_meals(writing, version)
        if written:
            return _written(canteen, [*versions, version]), True
    raise Busy(reason="contended")


async def get_meals(desk: Desk, identity: Identity, canteen_id: UUID, year: int, month: int) -> dict[str, Any]:
    """Give a month with all its versions. Raises MealsUnknown."""
    async with desk.uow.glance() as tx:
        canteen = await canteen_of(tx, canteen_id)
        require(identity, "get_meals", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
        versions = await meal_versions(tx, canteen_id, year, month)
    if not versions:
        raise MealsUnknown(canteen_id=str(canteen_id), year=year, month=month)
    return _written(canteen, versions)


def _check(year: int, month: int, day: date) -> None:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise InvalidFields(field_problem("year", "is not a year of this ledger", "不是本账簿的年度"))
    if not 1 <= month <= 12 or date(year, month, 1) > day:
        raise InvalidFields(field_problem("month", "has not begun", "该月尚未开始"))


def _written(canteen: Canteen, versions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    last = versions[-1]
    return {
        "canteen_id": str(canteen.id),
        "year": last["year"],
        "month": last["month"],
        **_version(last),
        "versions": [_version(one) for one in versions],
    }


def _version(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": one["version"],
        "meals": one["meals"],
        "note": one["note"],
        "filed_by": str(one["filed_by"]),
        "filed_at": moment_text(one["recorded_at"]),
    }

"""A list of counties is written whole, version by version, each with its source."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.rules import CountyList
from services.procurement_quota.store.reference import load_reference_data, lock_reference, write_list
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.procurement_quota import DesignatedCounty, DesignationChanged
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem

COUNTIES_MAX = 3_500


class PutCounty(BaseModel):
    """One county's place on a list; `valid_to` is the day after its last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    county_code: str = Field(pattern=r"^[0-9]{6}$")
    valid_from: date
    valid_to: date | None = None
    note: str = Field(default="", max_length=300)


class PutDesignation(BaseModel):
    """A list of counties as it now stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list_code: str = Field(pattern=r"^[a-z0-9-]{1,40}$", examples=["hunan-51"])
    name: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=500)
    counties: Annotated[list[PutCounty], Field(min_length=1, max_length=COUNTIES_MAX)]


async def put_designation(desk: Desk, command: PutDesignation) -> int:
    """Write the next version of a list, and say so; gives the version, which stays when nothing changed."""
    days: dict[str, list[tuple[date, date | None]]] = {}
    for one in sorted(command.counties, key=lambda county: (county.county_code, county.valid_from)):
        if one.valid_to is not None and one.valid_to <= one.valid_from:
            raise InvalidFields(field_problem("counties", "a place on a list ends after it begins", "止期须晚于起期"))
        held = days.setdefault(one.county_code, [])
        if held and (held[-1][1] is None or held[-1][1] > one.valid_from):
            raise InvalidFields(field_problem("counties", "a county stands once on any day", "同一天不能重复列入"))
        held.append((one.valid_from, one.valid_to))
    counties = {code: tuple(held) for code, held in days.items()}
    async with desk.uow.begin() as tx:
        await lock_reference(tx)
        versions = (await load_reference_data(tx)).lists.get(command.list_code, ())
        last = versions[-1] if versions else None
        if last and (dict(last.counties), last.name, last.source) == (counties, command.name, command.source):
            return last.version
        version = last.version + 1 if last else 1
        written = CountyList(command.list_code, version, command.name, command.source, tx.now, counties)
        await write_and_say_list(tx, written, {one.county_code: one.note for one in command.counties if one.note})
        return version


async def write_and_say_list(tx: Tx, written: CountyList, notes: dict[str, str]) -> None:
    """Write a version of a list with what stands beside its counties, and say it."""
    await write_list(tx, written, notes)
    await tx.publish(
        DesignationChanged(
            list_code=written.code,
            version=written.version,
            name=written.name,
            source=written.source,
            counties=tuple(
                DesignatedCounty(county_code=code, valid_from=since, valid_to=until)
                for code, held in written.counties.items()
                for since, until in held
            ),
        )
    )

"""A unit's officer writes an event of selling down; until it opens it may be changed."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.fairs import (
    STREAM_URL_LENGTH_MAX,
    WRITABLE,
    AnotherUnitsFair,
    FairFixed,
    fair_problems,
)
from services.catalog.domain.suppliers import county_problems
from services.catalog.store import copies, fairs
from services.catalog.store.fairs import Fair
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import full_fair, owned_fair, say_fair
from services.catalog.usecases.texts import COMMAND, CodeOfSix, Line, Name, Paragraphs
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import FairKind, FairState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields

Url = Annotated[str, StringConstraints(min_length=1, max_length=STREAM_URL_LENGTH_MAX, strip_whitespace=True)]


class PutFair(BaseModel):
    """An event of selling: who holds it, what it is, when, and where or by which live stream."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "unit_id": "019a0000-0000-7000-8000-000000000001",
                    "kind": "exhibition",
                    "name": "助残农产品展销会",
                    "description": "全市残疾人帮扶基地农产品展销",
                    "begins_on": "2026-12-03",
                    "ends_on": "2026-12-05",
                    "place": "神农大剧院广场",
                    "county_code": "430211",
                }
            ]
        }
    }

    unit_id: UUID
    kind: FairKind
    name: Name
    description: Paragraphs = ""
    begins_on: date
    ends_on: date = Field(description="the last day; at most 92 days in all")
    place: Line | None = Field(default=None, description="required unless it is a livestream")
    county_code: CodeOfSix = Field(description="where it is held, or who holds it: GB/T 2260")
    stream_url: Url | None = Field(default=None, description="https, of a public host; required for a livestream")

    def columns(self) -> dict[str, Any]:
        """Give the content as columns of the table."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "description": self.description,
            "begins_on": self.begins_on,
            "ends_on": self.ends_on,
            "place": self.place or "",
            "county_code": self.county_code,
            "stream_url": self.stream_url,
        }


async def put_fair(desk: Desk, identity: Identity, fair_id: UUID, command: PutFair) -> dict[str, Any]:
    """Write an event as a draft, or change one that is not open yet; the same content again changes nothing."""
    async with desk.uow.begin() as tx:
        known = await fairs.lock(tx, fair_id)
        await copies.hold_units(tx)
        path = await fairs.unit_path(tx, command.unit_id)
        require(identity, "put_fair", Owned(unit_path=path))
        if known is None:
            _check(command, business_date(tx.now))
            known = await _begin(tx, identity, fair_id, path, command)
        _check_own(identity, known, command)
        content = command.columns()
        if {name: getattr(known, name) for name in content} == content:
            return await full_fair(tx, known, identity)
        _check(command, business_date(tx.now))
        if known.state not in WRITABLE:
            raise FairFixed(fair_id=fair_id, state=known.state.value)
        fair = await fairs.change(tx, known, content)
        await say_fair(tx, fair)
        return await full_fair(tx, fair, identity)


def _check(command: PutFair, today: date) -> None:
    problems = fair_problems(
        command.kind,
        command.begins_on,
        command.ends_on,
        today,
        place=command.place or "",
        stream_url=command.stream_url,
    ) + county_problems("county_code", command.county_code)
    if problems:
        raise InvalidFields(*problems)


async def _begin(tx: Tx, identity: Identity, fair_id: UUID, path: str | None, command: PutFair) -> Fair:
    """Write a new event; gives the first one's to who comes second under its id, as it stands."""
    new = {
        **command.columns(),
        "fair_id": fair_id,
        "version": 1,
        "state": FairState.DRAFT.value,
        "unit_id": command.unit_id,
        "unit_path": path,
        "put_by": identity.account_id,
        "put_at": tx.now,
        "changed_at": tx.now,
        "reason": "",
    }
    await fairs.insert(tx, new)
    fair = await fairs.lock(tx, fair_id)
    assert fair is not None
    return fair


def _check_own(identity: Identity, known: Fair, command: PutFair) -> None:
    """Let who may write an event write it, for the unit that holds it. Raises NotAllowed, AnotherUnitsFair."""
    require(identity, "put_fair", owned_fair(known))
    if known.unit_id != command.unit_id:
        raise AnotherUnitsFair(fair_id=known.fair_id)

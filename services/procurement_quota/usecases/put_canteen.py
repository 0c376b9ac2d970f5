"""A canteen is written as it stands; how it is run, and who shares it, stays known from which day on."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procurement_quota.domain.forms import FREE
from services.procurement_quota.store.canteen_filings import year_begun
from services.procurement_quota.store.canteens import (
    Canteen,
    Share,
    canteen_by_id,
    last_form,
    shares,
    write_canteen,
    write_form,
    write_shares,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.units import Unit, unit_by_id, units_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN
from shared.clock import today
from shared.contracts.procurement_quota import CanteenChanged
from shared.contracts.words import CanteenKind
from shared.db.unit_of_work import Tx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem
from shared.money import BP_WHOLE

HOLDERS_MAX = 50


class UnitUnknown(NotFound):
    """There is no such unit.

    zh: 没有这个单位。
    """


class SharesFixed(Conflict):
    """The weights of a shared canteen are fixed before the year begins, those of a new one before its first purchase.

    zh: 共用食堂的分摊比例须在年度开始前确定，新设食堂须在首笔采购前确定，之后不得更改。
    """


class CanteenMoved(Conflict):
    """A canteen stays with the unit that runs it.

    zh: 食堂不能改换主管单位。
    """


class PutHolder(BaseModel):
    """One who shares: a unit of the tree, or by name a party outside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit_id: UUID | None = None
    name: str = Field(default="", max_length=120)
    weight_bp: int = Field(ge=1, le=BP_WHOLE)


class PutShares(BaseModel):
    """Who shares a canteen from a year on (共用食堂分摊), by meals served; the weights sum to exactly 10000 bp."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    holders: Annotated[list[PutHolder], Field(min_length=2, max_length=HOLDERS_MAX)]
    evidence: str = Field(min_length=1, max_length=500)
    approved_by: str = Field(min_length=1, max_length=120)
    approved_on: date

    @model_validator(mode="after")
    def _whole(self) -> "PutShares":
        if sum(holder.weight_bp for holder in self.holders) != BP_WHOLE:
            raise ValueError("the weights sum to exactly 10000 bp")
        if any((holder.unit_id is None) == (not holder.name) for holder in self.holders):
            raise ValueError("a holder is a unit, or a party outside the tree by its name")
        units = [holder.unit_id for holder in self.holders if holder.unit_id]
        if len(set(units)) != len(units):
            raise ValueError("a unit holds one share")
        return self


class PutCanteen(BaseModel):
    """A canteen, and how it is run from a day on (食堂形式), as it is loaded, or as a filing was approved.

    `none` and `outsourced` free from the duty only with evidence and approval from above.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit_id: UUID
    name: str = Field(min_length=1, max_length=120, examples=["茶陵县残联食堂"])
    kind: CanteenKind
    active: bool = True
    valid_from: date | None = None
    """The first day of the present year when nothing is said."""
    evidence: str = Field(default="", max_length=500)
    approved_by: str | None = Field(default=None, max_length=120)
    approved_on: date | None = None
    shares: PutShares | None = None


async def put_canteen(desk: Desk, canteen_id: UUID, command: PutCanteen) -> int:
    """Write a canteen, and say so when it changed; gives its version. Raises UnitUnknown, SharesFixed, InvalidFields.

    The same command again writes nothing.
    """
    check_canteen(command)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"canteen {canteen_id}")
        return await settle_canteen(desk, tx, canteen_id, command)


async def settle_canteen(desk: Desk, tx: Tx, canteen_id: UUID, command: PutCanteen) -> int:
    """Write a canteen that was checked, under its lock: what is loaded and what people file go in by this one way."""
    unit = await unit_by_id(tx, command.unit_id)
    if unit is None:
        raise UnitUnknown(unit_id=str(command.unit_id))
    before = await canteen_by_id(tx, canteen_id)
    last = await last_form(tx, canteen_id)
    since = command.valid_from or (last.valid_from if last else date(today(desk.clock).year, 1, 1))
    kind = command.kind if before is None or since <= today(desk.clock) else before.kind
    after = _canteen(canteen_id, command, kind, unit, before)
    if after != before:
        await write_canteen(tx, after)
        await say_canteen(tx, after)
    begun = await _keep_form(tx, canteen_id, command, last, since)
    if command.shares is not None:
        await _keep_shares(tx, desk, canteen_id, command.shares, begun)
    return after.version


async def say_canteen(tx: Tx, one: Canteen) -> None:
    """Say how a canteen now stands."""
    await tx.publish(
        CanteenChanged(
            canteen_id=one.id,
            version=one.version,
            unit_id=one.unit_id,
            name=one.name,
            kind=one.kind,
            active=one.active,
        )
    )


def check_canteen(command: PutCanteen) -> None:
    """Refuse a canteen that contradicts itself. Raises InvalidFields."""
    approved = command.approved_by is not None and command.approved_on is not None
    if (command.approved_by is None) != (command.approved_on is None):
        raise InvalidFields(field_problem("approved_on", "approval has a name and a date", "批准须有批准单位和日期"))
    if command.kind in FREE and approved and not command.evidence:
        raise InvalidFields(field_problem("evidence", "approval needs evidence", "批准须附证明材料"))
    if (command.shares is not None) != (command.kind is CanteenKind.SHARED):
        raise InvalidFields(
            field_problem(
                "shares", "a shared canteen has weights, and no other has", "共用食堂须有分摊比例，其他食堂没有"
            )
        )


def _canteen(canteen_id: UUID, command: PutCanteen, kind: CanteenKind, unit: Unit, before: Canteen | None) -> Canteen:
    if before is not None and before.unit_id != command.unit_id:
        raise CanteenMoved(canteen_id=str(canteen_id))

    def version(number: int) -> Canteen:
        return Canteen(
            id=canteen_id,
            version=number,
            unit_id=command.unit_id,
            name=command.name,
            kind=kind,
            active=command.active,
            unit_name=unit.name,
            unit_path=unit.path,
        )

    if before is None:
        return version(1)
    same = version(before.version)
    return same if same == before else version(before.version + 1)


async def _keep_form(tx: Tx, canteen_id: UUID, command: PutCanteen, last: sa.Row[Any] | None, since: date) -> date:
    """Keep how it is run when that changed; gives the day of its first form."""
    values: dict[str, Any] = {
        "valid_from": since,
        "kind": command.kind.value,
        "evidence": command.evidence,
        "approved_by": command.approved_by,
        "approved_on": command.approved_on,
    }
    if last is None or any(last._mapping[name] != value for name, value in values.items()):
        version = last.version + 1 if last else 1
        await write_form(tx, {"canteen_id": canteen_id, "version": version, **values})
    first: date | None = await tx.value(
        sa.text("SELECT min(valid_from) FROM canteen_form WHERE canteen_id = :canteen_id"), {"canteen_id": canteen_id}
    )
    return first or since


async def _keep_shares(tx: Tx, desk: Desk, canteen_id: UUID, command: PutShares, begun: date) -> None:
    ids = [holder.unit_id for holder in command.holders if holder.unit_id]
    units = await units_by_id(tx, ids)
    for one in ids:
        if one not in units:
            raise UnitUnknown(unit_id=str(one))
    rows = [
        {
            "canteen_id": canteen_id,
            "year": command.year,
            "place": place,
            "unit_id": holder.unit_id,
            "holder_name": units[holder.unit_id].name if holder.unit_id else holder.name,
            "weight_bp": holder.weight_bp,
            "evidence": command.evidence,
            "approved_by": command.approved_by,
            "approved_on": command.approved_on,
        }
        for place, holder in enumerate(command.holders)
    ]
    held = (await shares(tx, [canteen_id], command.year, None)).get(canteen_id, [])
    of_year = [one for one in held if one.year == command.year]
    if of_year:
        if [_weighed(one) for one in of_year] != [
            (row["unit_id"], row["holder_name"], row["weight_bp"]) for row in rows
        ]:
            raise SharesFixed(year=command.year)
        return
    joins_this_year = begun.year >= command.year
    late = today(desk.clock).year >= command.year
    if late and (not joins_this_year or await year_begun(tx, canteen_id, command.year)):
        raise SharesFixed(year=command.year)
    await write_shares(tx, rows)


def _weighed(one: Share) -> tuple[UUID | None, str, int]:
    return one.unit_id, one.holder_name, one.weight_bp

"""A unit's finance files how a canteen is to be run from a day on; until a level above approves, nothing changes."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.forms import (
    FREE,
    FilingState,
    FormContradicted,
    check_turn,
    days_problem,
    weights_of_meals,
)
from services.procurement_quota.store.canteen_filings import (
    bought_since,
    canteen_filing_by_id,
    list_canteen_filings,
    open_filing_of,
    papers_of_filing,
    write_canteen_filing,
    year_begun,
)
from services.procurement_quota.store.canteens import Canteen, canteen_by_id, forms
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.openings import opening_by_id
from services.procurement_quota.store.units import units_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import filings_page, papers_written, ruling_written
from services.procurement_quota.usecases.move_unit import unit_known
from services.procurement_quota.usecases.put_canteen import HOLDERS_MAX, CanteenMoved, SharesFixed, UnitUnknown
from services.procurement_quota.usecases.put_meals import MEALS_MAX
from services.procurement_quota.usecases.texts import Line, Said
from shared.clock import today
from shared.contracts.authority import Identity, NotAllowed, Owned, require, seats_that_reach
from shared.contracts.words import CanteenKind
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem
from shared.http.paging import decode_id


class FilingDiffers(Conflict):
    """A filing with this id has other content; what was filed does not change.

    zh: 该编号已有其他内容的申报，已提交的申报不能更改。
    """


class FilingOpen(Conflict):
    """Another filing for this canteen waits for a level above.

    zh: 该食堂已有申报待上级审批。
    """


class CanteenFilingUnknown(NotFound):
    """There is no such filing.

    zh: 没有这份申报。
    """


class PutMealsOf(BaseModel):
    """One who shares a canteen: a unit of the tree, or by name a party outside it; and the meals served to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit_id: UUID | None = None
    name: Line | None = None
    meals: int = Field(ge=1, le=MEALS_MAX)
    """Over the same months for every holder; the evidence says which."""


class PutCanteenFiling(BaseModel):
    """How a canteen is to be run from a day on (食堂形式变更申报).

    A canteen that is not known yet is opened by it. A shared one names its holders; the weights follow from the meals,
    hold from 1 January of the year, and sum to exactly 100 %.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "canteen_id": "019a0000-0000-7000-8000-0000000000c1",
                    "unit_id": "019a0000-0000-7000-8000-0000000000d1",
                    "name": "茶陵县残联食堂",
                    "kind": "none",
                    "valid_from": "2026-01-01",
                    "evidence": "办公楼搬迁，食堂已撤销，职工在县政府食堂就餐，附会议纪要",
                    "holders": [],
                }
            ]
        },
    )

    canteen_id: UUID
    unit_id: UUID
    name: Line
    kind: CanteenKind
    valid_from: date
    evidence: Said
    holders: Annotated[list[PutMealsOf], Field(max_length=HOLDERS_MAX)] = []


async def put_canteen_filing(
    desk: Desk, identity: Identity, filing_id: UUID, command: PutCanteenFiling
) -> tuple[dict[str, Any], bool]:
    """File a change; gives it, and whether it is new.

    Raises UnitUnknown, CanteenMoved, FilingDiffers, FilingOpen, FormOutOfTurn, FormContradicted, SharesFixed.
    """
    async with desk.uow.glance() as reading:
        unit = await unit_known(reading, command.unit_id)
    require(identity, "put_canteen_filing", Owned(unit_path=unit.path))
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"canteen {command.canteen_id}")
        known = await canteen_filing_by_id(tx, filing_id)
        canteen = await canteen_by_id(tx, command.canteen_id)
        if canteen is not None and canteen.unit_id != command.unit_id:
            raise CanteenMoved(canteen_id=str(command.canteen_id))
        given = {
            "canteen_id": command.canteen_id,
            "unit_id": command.unit_id,
            "name": command.name,
            "kind": command.kind.value,
            "valid_from": command.valid_from,
            "evidence": command.evidence,
            "holders": await _holders(tx, command),
        }
        if known is not None:
            if any(_told(known[name]) != _told(value) for name, value in given.items()):
                raise FilingDiffers(filing_id=str(filing_id))
            return await answer_filing(tx, known), False
        await lock_name(tx, f"filing {filing_id}")
        if await opening_by_id(tx, filing_id) is not None:
            raise FilingDiffers(filing_id=str(filing_id))
        await check_form(desk, tx, canteen, command.kind, command.valid_from)
        if (waiting := await open_filing_of(tx, command.canteen_id)) is not None:
            raise FilingOpen(filing_id=str(waiting))
        await write_canteen_filing(
            tx, {"id": filing_id, **given, "filed_by": identity.account_id, "recorded_at": tx.now}
        )
        written = await canteen_filing_by_id(tx, filing_id)
        assert written is not None
        return await answer_filing(tx, written), True


async def get_canteen_filing(desk: Desk, identity: Identity, filing_id: UUID) -> dict[str, Any]:
    """Give one filing. Raises CanteenFilingUnknown."""
    async with desk.uow.glance() as tx:
        return await answer_filing(tx, await reach_filing(tx, identity, "get_canteen_filing", filing_id))


async def read_canteen_filings(
    desk: Desk, identity: Identity, *, canteen: UUID | None, state: FilingState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List, newest first, what the asker's seats reach; raises NotAllowed for someone without such a seat."""
    paths = [seat.path for reach, seat in seats_that_reach(identity, "list_canteen_filings") if seat.path]
    if not paths:
        raise NotAllowed(operation="list_canteen_filings")
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        rows = await list_canteen_filings(
            tx,
            paths=paths,
            canteen_id=canteen,
            state=None if state is None else state.value,
            after=after,
            limit=limit + 1,
        )
        return await filings_page(tx, rows, limit, filing_written)


async def reach_filing(tx: ReadTx, identity: Identity, operation: str, filing_id: UUID) -> dict[str, Any]:
    """Give a filing to someone who may do this with it. Raises CanteenFilingUnknown, NotAllowed, OwnRequest."""
    filing = await canteen_filing_by_id(tx, filing_id)
    if filing is None:
        raise CanteenFilingUnknown(filing_id=str(filing_id))
    require(identity, operation, Owned(unit_path=filing["unit_path"], asked_by=filing["filed_by"]))
    return filing


async def check_form(desk: Desk, tx: ReadTx, canteen: Canteen | None, kind: CanteenKind, valid_from: date) -> None:
    """Refuse a form that cannot hold from that day; asked when it is filed, and again when it is approved.

    Raises InvalidFields, FormOutOfTurn, FormContradicted, SharesFixed.
    """
    day = today(desk.clock)
    known = (await forms(tx, [canteen.id], None)).get(canteen.id, []) if canteen else []
    if problems := days_problem(kind, known, valid_from, day):
        raise InvalidFields(*problems)
    check_turn(known, valid_from)
    opens_this_year = not known or known[0].valid_from.year >= valid_from.year
    late = kind is CanteenKind.SHARED and valid_from.year <= day.year
    if late and (not opens_this_year or (canteen and await year_begun(tx, canteen.id, valid_from.year))):
        raise SharesFixed(year=valid_from.year)
    if canteen is not None and kind in FREE and (bought := await bought_since(tx, canteen.id, valid_from)) > 0:
        raise FormContradicted(valid_from=valid_from.isoformat(), bought_fen=bought)


async def _holders(tx: ReadTx, command: PutCanteenFiling) -> list[dict[str, Any]]:
    """Give the holders with their weights. Raises InvalidFields, UnitUnknown."""
    holders = command.holders
    if (command.kind is CanteenKind.SHARED) != (len(holders) >= 2):
        raise InvalidFields(
            field_problem(
                "holders",
                "a shared canteen has two or more, and no other has any",
                "共用食堂须有两个以上分摊单位，其他没有",
            )
        )
    if not holders:
        return []
    units = [one.unit_id for one in holders if one.unit_id is not None]
    if len(set(units)) != len(units) or any((one.unit_id is None) == (one.name is None) for one in holders):
        raise InvalidFields(
            field_problem(
                "holders", "each is one unit once, or a party by its name", "每个分摊单位列一次，外部单位填名称"
            )
        )
    weights = weights_of_meals([one.meals for one in holders])
    if min(weights) < 1:
        raise InvalidFields(
            field_problem(
                "holders", "each has at least a ten-thousandth of the meals", "每个分摊单位的就餐人次不少于万分之一"
            )
        )
    known = await units_by_id(tx, units)
    for one in units:
        if one not in known:
            raise UnitUnknown(unit_id=str(one))
    return [
        {
            "unit_id": str(one.unit_id) if one.unit_id else None,
            "name": known[one.unit_id].name if one.unit_id else one.name,
            "meals": one.meals,
            "weight_bp": weight,
        }
        for one, weight in zip(holders, weights, strict=True)
    ]


def _told(value: Any) -> Any:
    """Give what of a value the filer said: a unit's name, and a weight, follow from other things."""
    if not isinstance(value, list):
        return value
    return [(one["unit_id"], None if one["unit_id"] else one["name"], one["meals"]) for one in value]


async def answer_filing(tx: ReadTx, filing: dict[str, Any]) -> dict[str, Any]:
    """Write a filing with its papers."""
    return filing_written(filing, await papers_of_filing(tx, filing["id"]))


def filing_written(filing: dict[str, Any], papers: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a filing as readers get it."""
    return {
        "id": str(filing["id"]),
        "canteen_id": str(filing["canteen_id"]),
        "unit_id": str(filing["unit_id"]),
        "unit_name": filing["unit_name"],
        "unit_path": filing["unit_path"],
        "name": filing["name"],
        "kind": filing["kind"],
        "valid_from": filing["valid_from"].isoformat(),
        "evidence": filing["evidence"],
        "holders": filing["holders"],
        "state": filing["state"],
        "filed_by": str(filing["filed_by"]),
        "filed_at": moment_text(filing["recorded_at"]),
        "ruling": ruling_written(filing),
        "papers": papers_written(papers),
    }

"""A canteen reserves, for a year, at least the rate of what it expects to buy (预留); every version is kept.

A draft is kept as it is, so that nothing typed is lost; what is submitted is checked, and goes to the level above.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.reservations import Filed, lower_than
from services.procurement_quota.store.figures import closings
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.reservations import (
    reservation_of,
    reservation_versions,
    standing,
    write_reservation,
)
from services.procurement_quota.usecases.close_year import YearClosed
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of
from services.procurement_quota.usecases.reservation_view import Asked, asked_under, reservation_name, reservation_view
from services.procurement_quota.usecases.texts import Explained
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, InvalidFields, field_problem
from shared.money import AMOUNT_FEN_MAX

RULES_MAX = 20
VERSIONS_MAX = 200


class ReservationElsewhere(Conflict):
    """This canteen's reservation of the year is filed under another id.

    zh: 该食堂当年的预留已以其他编号填报。
    """


class TooManyVersions(Conflict):
    """This reservation has been written anew too often.

    zh: 该预留的修改次数已达上限。
    """


class PutReserved(BaseModel):
    """What is reserved under one rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str = Field(min_length=1, max_length=40)
    amount_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX)


class PutReservation(BaseModel):
    """A yearly filing: what the canteen expects to buy, and what it reserves under each rule."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "canteen_id": "019a0000-0000-7000-8000-0000000000c1",
                    "year": 2026,
                    "expected_base_fen": 60_000_000,
                    "reserved": [{"rule": "hunan-2020-canteen", "amount_fen": 12_000_000}],
                    "draft": False,
                    "reason": "",
                    "explanation": "就餐人数由120人减为95人",
                }
            ]
        },
    )

    canteen_id: UUID
    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    expected_base_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX)
    reserved: Annotated[list[PutReserved], Field(min_length=1, max_length=RULES_MAX)]
    draft: bool = False
    """A draft is kept unchecked; the level above sees it as a draft, and no statement shows it."""
    reason: Explained = ""
    """Why what was submitted before is amended; needed then."""
    explanation: Explained = ""
    """Why it is lower than last year; needed then."""


async def put_reservation(
    desk: Desk, identity: Identity, reservation_id: UUID, command: PutReservation
) -> tuple[dict[str, Any], bool]:
    """File a reservation or its amendment; gives it, and whether anything was written.

    Raises InvalidFields for less than the rate of what is expected, for an amendment without a reason, and for less
    than last year's without an explanation; RuleNotInForce, ReservationElsewhere, YearClosed, TooManyVersions.
    """
    async with desk.uow.read() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
        require(identity, "put_reservation", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
        asked = await asked_under(desk, reading, canteen, command.year, [one.rule for one in command.reserved])
        _check_rules(command, asked)
    values: dict[str, Any] = {
        "expected_base_fen": command.expected_base_fen,
        "reserved": {one.rule: one.amount_fen for one in command.reserved},
        "draft": command.draft,
        "reason": command.reason,
        "explanation": command.explanation,
    }
    async with desk.uow.begin() as tx:
        await lock_name(tx, reservation_name(command.canteen_id, command.year))
        filed = await reservation_of(tx, command.canteen_id, command.year)
        versions = await reservation_versions(tx, reservation_id)
        if filed not in (None, reservation_id) or (versions and filed != reservation_id):
            raise ReservationElsewhere(canteen_id=str(command.canteen_id), year=command.year)
        new = not versions or any(versions[-1][name] != value for name, value in values.items())
        if new:
            await _check_new(tx, command, versions, asked)
            await write_reservation(
                tx,
                {
                    "id": reservation_id,
                    "version": len(versions) + 1,
                    "canteen_id": command.canteen_id,
                    "year": command.year,
                    **values,
                    "filed_by": identity.account_id,
                    "recorded_at": tx.now,
                },
            )
        return await reservation_view(desk, tx, canteen, reservation_id), new


def _check_rules(command: PutReservation, asked: dict[str, Asked]) -> None:
    """Refuse what is no percentage, stands twice, or, when it is submitted, is less than the rate."""
    seen: set[str] = set()
    for place, one in enumerate(command.reserved):
        rate_bp = asked[one.rule].rate_bp
        if rate_bp is None or one.rule in seen:
            raise InvalidFields(
                field_problem(
                    f"reserved.{place}.rule", "asks for no percentage, or stands twice", "该规则无比例或重复填写"
                )
            )
        seen.add(one.rule)
        required_fen = asked[one.rule].required_fen(command.expected_base_fen)
        if one.amount_fen < required_fen and not command.draft:
            raise InvalidFields(
                field_problem(
                    f"reserved.{place}.amount_fen",
                    "is less than the rate of what is expected",
                    "低于预计采购额应预留的比例",
                    required_fen=required_fen,
                    rate_bp=rate_bp,
                )
            )


async def _check_new(
    tx: ReadTx, command: PutReservation, versions: list[dict[str, Any]], asked: dict[str, Asked]
) -> None:
    """Refuse a version that comes too late, or lacks the words that it needs."""
    if await closings(tx, [command.canteen_id], command.year, None):
        raise YearClosed(canteen_id=str(command.canteen_id), year=command.year)
    if len(versions) >= VERSIONS_MAX:
        raise TooManyVersions(versions=VERSIONS_MAX)
    if command.draft:
        return
    if not command.reason.strip() and any(not one["draft"] for one in versions):
        raise InvalidFields(
            field_problem("reason", "says why what was submitted is amended", "修改已提交的预留须说明原因")
        )
    last_year = (await standing(tx, [command.canteen_id], command.year - 1, None)).get(command.canteen_id)
    if last_year is None or command.explanation.strip():
        return
    new = Filed(command.expected_base_fen, {one.rule: one.amount_fen for one in command.reserved})
    lower = lower_than(Filed(last_year.expected_base_fen, last_year.reserved), new)
    if lower:
        where = {rule: {"field": "reserved", "rule": rule} for rule in lower}
        where |= {one.rule: {"field": f"reserved.{place}.amount_fen"} for place, one in enumerate(command.reserved)}
        where[""] = {"field": "expected_base_fen"}
        raise InvalidFields(
            field_problem(
                "explanation",
                "says why less is filed than last year",
                "低于上年填报数须说明原因",
                lower=[{**where[what], "last_year_fen": fen} for what, fen in lower.items()],
            )
        )

"""A canteen reserves, for a year, at least the rate of what it expects to buy (预留); every version is kept."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.rules import Rule
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.filings import (
    lock_name,
    reservation_of,
    reservation_versions,
    write_reservation,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of, gather, when_asked
from services.procurement_quota.usecases.get_statement import rule_asked
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, InvalidFields, NotSignedIn, field_problem
from shared.money import AMOUNT_FEN_MAX, required_fen

RULES_MAX = 20


class ReservationElsewhere(Conflict):
    """This canteen's reservation of the year is filed under another id.

    zh: 该食堂当年的预留已以其他编号填报。
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
                }
            ]
        },
    )

    canteen_id: UUID
    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    expected_base_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX)
    reserved: Annotated[list[PutReserved], Field(min_length=1, max_length=RULES_MAX)]


async def put_reservation(
    desk: Desk, identity: Identity | None, reservation_id: UUID, command: PutReservation
) -> tuple[dict[str, Any], bool]:
    """File a reservation or its amendment; gives it, and whether anything was written.

    Raises InvalidFields for less than the rate of what is expected, RuleNotInForce, ReservationElsewhere.
    """
    async with desk.uow.read() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
        require(identity, "put_reservation", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
        needed = await _check(desk, reading, canteen, command)
    if identity is None:
        raise NotSignedIn()
    reserved = {one.rule: one.amount_fen for one in command.reserved}
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"reservation {command.canteen_id} {command.year}")
        filed = await reservation_of(tx, command.canteen_id, command.year)
        versions = await reservation_versions(tx, reservation_id)
        if filed not in (None, reservation_id) or (versions and filed != reservation_id):
            raise ReservationElsewhere(canteen_id=str(command.canteen_id), year=command.year)
        last = versions[-1] if versions else None
        new = last is None or (last["expected_base_fen"], last["reserved"]) != (command.expected_base_fen, reserved)
        if new:
            await write_reservation(
                tx,
                {
                    "id": reservation_id,
                    "version": len(versions) + 1,
                    "canteen_id": command.canteen_id,
                    "year": command.year,
                    "expected_base_fen": command.expected_base_fen,
                    "reserved": reserved,
                    "filed_by": identity.account_id,
                    "recorded_at": tx.now,
                },
            )
        return _written(await reservation_versions(tx, reservation_id), needed), new


async def _check(desk: Desk, tx: ReadTx, canteen: Canteen, command: PutReservation) -> dict[str, int]:
    """Give what each rule asks for, in fen; raises InvalidFields for what falls short or is no percentage."""
    reference = await desk.reference.current(tx)
    needed: dict[str, int] = {}
    for place, one in enumerate(command.reserved):
        rule = rule_asked(reference, canteen.unit_path, command.year, one.rule)
        rate_bp = await _rate(desk, tx, canteen, rule, command.year)
        if rate_bp is None or one.rule in needed:
            raise InvalidFields(
                field_problem(
                    f"reserved.{place}.rule", "asks for no percentage, or stands twice", "该规则无比例或重复填写"
                )
            )
        needed[one.rule] = required_fen(command.expected_base_fen, rate_bp)
        if one.amount_fen < needed[one.rule]:
            raise InvalidFields(
                field_problem(
                    f"reserved.{place}.amount_fen",
                    "is less than the rate of what is expected",
                    "低于预计采购额应预留的比例",
                    required_fen=needed[one.rule],
                    rate_bp=rate_bp,
                )
            )
    return needed


async def _rate(desk: Desk, tx: ReadTx, canteen: Canteen, rule: Rule, year: int) -> int | None:
    asked, _ = when_asked(desk.clock, rule, year, None, None)
    found = await gather(tx, await desk.reference.current(tx), rule, [canteen], asked)
    return found.rate(canteen.unit_path)


def _written(versions: list[dict[str, Any]], needed: dict[str, int]) -> dict[str, Any]:
    last = versions[-1]
    return {
        "id": str(last["id"]),
        "canteen_id": str(last["canteen_id"]),
        "year": last["year"],
        "state": "filed",
        **_version(last),
        "required": [{"rule": rule, "required_fen": fen} for rule, fen in sorted(needed.items())],
        "versions": [_version(one) for one in versions],
    }


def _version(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": one["version"],
        "expected_base_fen": one["expected_base_fen"],
        "reserved": [{"rule": rule, "amount_fen": fen} for rule, fen in sorted(one["reserved"].items())],
        "filed_by": str(one["filed_by"]),
        "filed_at": moment_text(one["recorded_at"]),
    }

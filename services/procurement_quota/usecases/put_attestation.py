"""Finance attests farm produce year to date, with a bridge from the books; every version is kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.figures import due_on
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.figures import months
from services.procurement_quota.store.filings import attestation_versions, write_attestation
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of, when_asked
from services.procurement_quota.usecases.texts import Explained
from shared.clock import business_date, today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.db.unit_of_work import Busy, ReadTx
from shared.errors import InvalidFields, NotFound, field_problem
from shared.money import AMOUNT_FEN_MAX

TRIES_MAX = 20
"""Of those who file the same month at once, one is written each time."""


class AttestationUnknown(NotFound):
    """This month is not attested.

    zh: 该月尚未确认。
    """


class PutBridge(BaseModel):
    """What lies between the books and farm produce on the acceptance basis; each may be negative."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timing_fen: int = Field(default=0, ge=-AMOUNT_FEN_MAX, le=AMOUNT_FEN_MAX)
    freight_fen: int = Field(default=0, ge=-AMOUNT_FEN_MAX, le=AMOUNT_FEN_MAX)
    not_food_fen: int = Field(default=0, ge=-AMOUNT_FEN_MAX, le=AMOUNT_FEN_MAX)


class PutAttestation(BaseModel):
    """Farm produce from 1 January to the end of the month (年初至今), and how it follows from the books."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "farm_produce_fen": 4_560_000,
                    "bridge": {"timing_fen": 120_000, "freight_fen": 8_000, "not_food_fen": 0},
                    "explanation": "",
                }
            ]
        },
    )

    farm_produce_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX)
    bridge: PutBridge = PutBridge()
    explanation: Explained = ""
    """Needed when the ledger holds more than is attested."""
    fund: Fund = Fund.CANTEEN


async def put_attestation(
    desk: Desk, identity: Identity, canteen_id: UUID, year: int, month: int, command: PutAttestation
) -> tuple[dict[str, Any], bool]:
    """File a month, or a new version of it; gives it, and whether anything was written.

    Of two who file at once, the second looks again, and finds the first one's version. Raises Busy.
    """
    values = {
        "farm_produce_fen": command.farm_produce_fen,
        **command.bridge.model_dump(),
        "explanation": command.explanation,
    }
    for _ in range(TRIES_MAX):
        async with desk.uow.glance() as tx:
            canteen = await canteen_of(tx, canteen_id)
            require(identity, "put_attestation", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
            _check(year, month, today(desk.clock))
            versions = await attestation_versions(tx, canteen_id, command.fund, year, month)
            ledger_fen = await _ledger_to_date(desk, tx, canteen, command.fund, year, month)
        if versions and all(versions[-1][name] == value for name, value in values.items()):
            return _shown(canteen, command.fund, year, month, versions, ledger_fen), False
        async with desk.uow.begin() as writing:
            version = {
                "canteen_id": canteen_id,
                "fund": command.fund.value,
                "year": year,
                "month": month,
                "version": len(versions) + 1,
                **values,
                "attested_by": identity.account_id,
                "recorded_at": writing.now,
            }
            written = await write_attestation(writing, version)
        if written:
            return _shown(canteen, command.fund, year, month, [*versions, version], ledger_fen), True
    raise Busy(reason="contended")


async def get_attestation(
    desk: Desk, identity: Identity, canteen_id: UUID, year: int, month: int, fund: Fund
) -> dict[str, Any]:
    """Give a month's attestation with all its versions. Raises AttestationUnknown."""
    async with desk.uow.read() as tx:
        canteen = await canteen_of(tx, canteen_id)
        require(identity, "get_attestation", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
        return await _written(desk, tx, canteen, fund, year, month)


def _check(year: int, month: int, day: date) -> None:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise InvalidFields(field_problem("year", "is not a year of this ledger", "不是本账簿的年度"))
    if not 1 <= month <= 12 or date(year, month, 1) > day:
        raise InvalidFields(field_problem("month", "has not begun", "该月尚未开始"))


async def _written(desk: Desk, tx: ReadTx, canteen: Canteen, fund: Fund, year: int, month: int) -> dict[str, Any]:
    versions = await attestation_versions(tx, canteen.id, fund, year, month)
    if not versions:
        raise AttestationUnknown(canteen_id=str(canteen.id), year=year, month=month)
    ledger_fen = await _ledger_to_date(desk, tx, canteen, fund, year, month)
    return _shown(canteen, fund, year, month, versions, ledger_fen)


def _shown(
    canteen: Canteen, fund: Fund, year: int, month: int, versions: Sequence[dict[str, Any]], ledger_fen: int | None
) -> dict[str, Any]:
    attested_fen = versions[-1]["farm_produce_fen"]
    return {
        "canteen_id": str(canteen.id),
        "fund": fund.value,
        "year": year,
        "month": month,
        "due_on": due_on(year, month).isoformat(),
        **_version(versions[-1], year, month),
        "ledger_fen": ledger_fen,
        "remainder_fen": None if ledger_fen is None else max(0, attested_fen - ledger_fen),
        "needs_explanation": ledger_fen is not None and ledger_fen > attested_fen and not versions[-1]["explanation"],
        "versions": [_version(one, year, month) for one in versions],
    }


def _version(one: dict[str, Any], year: int, month: int) -> dict[str, Any]:
    bridge = {name: one[name] for name in ("timing_fen", "freight_fen", "not_food_fen")}
    return {
        "version": one["version"],
        "farm_produce_fen": one["farm_produce_fen"],
        "bridge": bridge,
        "books_fen": one["farm_produce_fen"] + sum(bridge.values()),
        "explanation": one["explanation"],
        "attested_by": str(one["attested_by"]),
        "attested_at": moment_text(one["recorded_at"]),
        "late": business_date(one["recorded_at"]) > due_on(year, month),
    }


async def _ledger_to_date(desk: Desk, tx: ReadTx, canteen: Canteen, fund: Fund, year: int, month: int) -> int | None:
    """Give what the ledger holds from January to this month under the most local rule; None where none binds."""
    reference = await desk.reference.current(tx)
    rules = reference.rules_of_year(canteen.unit_path, year, fund)
    if not rules:
        return None
    asked, _ = when_asked(desk.clock, rules[0], year, None, None)
    sums = (await months(tx, [canteen.id], asked)).get(canteen.id, {})
    return sum(one.base_fen for posted, one in sums.items() if posted <= year * 100 + month)

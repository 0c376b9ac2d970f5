"""A closed year has its figures as filed, frozen in the chain; what becomes known later is shown beside them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import Draft, moment_text
from services.procurement_quota.domain.statements import basis_figures, stand_of
from services.procurement_quota.domain.words import EntryKind
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.figures import closings
from services.procurement_quota.store.filings import write_closing
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of, gather, when_asked
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.db.plumbing import parked
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import Conflict, InvalidFields, Unavailable, field_problem
from shared.ids import derived_id


class YearClosed(Conflict):
    """This year is closed already.

    zh: 该年度已结账。
    """


class StillHearing(Unavailable):
    """Purchases are still on their way into the ledger; close the year when they have arrived.

    zh: 仍有采购记录正在入账，请稍后再结账。
    """


class CloseYear(BaseModel):
    """The year to close."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"year": 2025}]})

    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)


async def close_year(
    desk: Desk, identity: Identity, canteen_id: UUID, command: CloseYear, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Close a canteen's year under its chain's lock. Raises YearClosed, StillHearing, InvalidFields."""
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, canteen_id)
    require(identity, "close_year", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    if command.year >= today(desk.clock).year:
        raise InvalidFields(field_problem("year", "is not over", "该年度尚未结束"))
    lag = await desk.lag()
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        heads = await ledger.lock_heads(tx, [canteen.unit_id])
        if await closings(tx, [canteen_id], command.year, None):
            raise YearClosed(canteen_id=str(canteen_id), year=command.year)
        await until_all_is_heard(desk, tx, lag)
        filed = await filed_figures(desk, tx, canteen, command.year)
        source = derived_id("closing", canteen.id, command.year)
        draft = closing_draft(desk, canteen, command.year, source, {"year": command.year, "filed": filed})
        [row] = await ledger.post(tx, heads, [draft])
        await write_closing(tx, closing_record(row, identity, {"year": command.year}, filed))
        answer = closing_answer(row, identity, {"year": command.year}, filed)
        await tx.answer(answer)
        return answer


def closing_record(
    row: Mapping[str, Any], identity: Identity, period: Mapping[str, int], filed: Mapping[str, Any]
) -> dict[str, Any]:
    """Write down that a year or a month is closed, by its entry in the chain."""
    return {
        "canteen_id": row["canteen_id"],
        **period,
        "unit_id": row["unit_id"],
        "seq": row["seq"],
        "closed_by": identity.account_id,
        "recorded_at": row["recorded_at"],
        "filed": filed,
    }


def closing_answer(
    row: Mapping[str, Any], identity: Identity, period: Mapping[str, int], filed: Mapping[str, Any]
) -> dict[str, Any]:
    """Tell who closed a year or a month, by which entry, and the figures as filed."""
    return {
        "canteen_id": str(row["canteen_id"]),
        **period,
        "closed_at": moment_text(row["recorded_at"]),
        "closed_by": str(identity.account_id),
        "entry": {"unit_id": str(row["unit_id"]), "seq": row["seq"], "hash": row["hash"].hex()},
        "filed": [{"rule": code, **one} for code, one in sorted(filed.items())],
    }


async def filed_figures(desk: Desk, tx: ReadTx, canteen: Canteen, year: int) -> dict[str, Any]:
    """Compute the figures of a year as they are filed, under every rule that binds in it."""
    reference = await desk.reference.current(tx)
    filed: dict[str, Any] = {}
    for rule in reference.rules_of_year(canteen.unit_path, year):
        asked, when = when_asked(desk.clock, rule, year, None, None)
        found = await gather(tx, reference, rule, [canteen], asked)
        basis, rate_bp = found.bases[0], found.rate(canteen.unit_path)
        stand = stand_of(replace(basis, closed=True), rate_bp, when)
        filed[rule.code] = {
            "rule_version": rule.version,
            "rate_bp": rate_bp,
            "figures": basis_figures(stand.figures, basis),
            "missing_months": list(stand.missing),
            "status": stand.status.value,
        }
    return filed


async def until_all_is_heard(desk: Desk, tx: Tx, lag: int) -> None:
    """Refuse while a purchase is on its way into the ledger, or put aside. Raises StillHearing."""
    waiting = lag + int(await tx.value(sa.select(sa.func.count()).select_from(parked)) or 0)
    if waiting:
        raise StillHearing(waiting=waiting)


def closing_draft(desk: Desk, canteen: Canteen, year: int, source: UUID, facts: dict[str, Any]) -> Draft:
    """Give the entry that freezes figures in the chain; it books nothing."""
    return Draft(
        unit_id=canteen.unit_id,
        kind=EntryKind.CLOSE,
        canteen_id=canteen.id,
        fund=Fund.CANTEEN,
        year=year,
        happened_on=today(desk.clock),
        amount_fen=0,
        source_id=source,
        source_line=canteen.id,
        lot_id=source,
        lot_line=canteen.id,
        order_id=None,
        supplier_id=None,
        listing_id=None,
        facts=facts,
        judgements=(),
    )

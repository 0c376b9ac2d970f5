"""A month that finance attested is closed in its turn: its figures as filed are frozen in the chain."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.figures import month_end
from services.procurement_quota.domain.month_close import first_open_month, month_figures
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen, forms
from services.procurement_quota.store.figures import closings
from services.procurement_quota.store.filings import attestation_versions
from services.procurement_quota.store.month_closings import closed_months, write_month_closing
from services.procurement_quota.usecases.close_year import (
    YearClosed,
    closing_answer,
    closing_draft,
    closing_record,
    until_all_is_heard,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of, gather, when_asked
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Stamp
from shared.errors import Conflict, InvalidFields, field_problem
from shared.ids import derived_id


class MonthNotAttested(Conflict):
    """This month is not attested yet; attest it first.

    zh: 该月尚未确认，请先确认。
    """


class MonthsInOrder(Conflict):
    """Months are closed one after the other, each once; another one is next.

    zh: 月份须依次结账，且每月只结一次；下一个应结的是别的月份。
    """


class CloseMonth(BaseModel):
    """The month to close."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"year": 2026, "month": 1}]})

    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    month: int = Field(ge=1, le=12)


async def close_month(
    desk: Desk, identity: Identity, canteen_id: UUID, command: CloseMonth, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Close a canteen's month under its chain's lock.

    Raises MonthNotAttested, MonthsInOrder, YearClosed, StillHearing, InvalidFields for a month that is not over.
    """
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, canteen_id)
    require(identity, "close_month", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    year, month = command.year, command.month
    if month_end(year, month) >= today(desk.clock):
        raise InvalidFields(field_problem("month", "is not over", "该月尚未结束"))
    lag = await desk.lag()
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        heads = await ledger.lock_heads(tx, [canteen.unit_id])
        await _check_turn(tx, canteen, year, month)
        await until_all_is_heard(desk, tx, lag)
        filed = await _filed(desk, tx, canteen, year, month)
        source = derived_id("month closing", canteen.id, year, month)
        facts = {"year": year, "month": month, "filed": filed}
        [row] = await ledger.post(tx, heads, [closing_draft(desk, canteen, year, source, facts)])
        period = {"year": year, "month": month}
        await write_month_closing(tx, closing_record(row, identity, period, filed))
        answer = closing_answer(row, identity, period, filed)
        await tx.answer(answer)
        return answer


async def _check_turn(tx: ReadTx, canteen: Canteen, year: int, month: int) -> None:
    if await closings(tx, [canteen.id], year, None):
        raise YearClosed(canteen_id=str(canteen.id), year=year)
    closed = [one.month for one in await closed_months(tx, canteen.id, year, None)]
    formed = (await forms(tx, [canteen.id], None)).get(canteen.id, ())
    following = first_open_month(year, formed, closed)
    if following != month:
        raise MonthsInOrder(canteen_id=str(canteen.id), year=year, month=month, next_month=following)
    if not await attestation_versions(tx, canteen.id, Fund.CANTEEN, year, month):
        raise MonthNotAttested(canteen_id=str(canteen.id), year=year, month=month)


async def _filed(desk: Desk, tx: ReadTx, canteen: Canteen, year: int, month: int) -> dict[str, Any]:
    """Compute a month's figures as they are filed, under every rule that binds in its year."""
    reference = await desk.reference.current(tx)
    filed: dict[str, Any] = {}
    for rule in reference.rules_of_year(canteen.unit_path, year):
        asked, _ = when_asked(desk.clock, rule, year, None, None)
        found = await gather(tx, reference, rule, [canteen], asked)
        rate_bp = found.rate(canteen.unit_path)
        figures = month_figures(found.bases[0], rate_bp, year, month).written()
        filed[rule.code] = {"rule_version": rule.version, "rate_bp": rate_bp, "figures": figures}
    return filed

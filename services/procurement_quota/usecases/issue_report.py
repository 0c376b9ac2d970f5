"""A unit issues a report in its own name: what is printed is kept, signed, and found by its code ever after.

Decision: a report for *now* is issued as known a few seconds ago. Why: an entry's moment is set before its transaction
commits, so what was known at this very moment may still grow, and the same question asked later would be answered
otherwise. Price: what was entered in these seconds is in the next report, and each report says its moment.
"""

import base64
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.issued import seal
from services.procurement_quota.domain.reporting import Criterion, Level
from services.procurement_quota.store.issued_reports import Issued, issued_by_code, issued_by_digest, keep_issued
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN
from services.procurement_quota.usecases.get_report import reach_unit
from services.procurement_quota.usecases.shape_report import AskReport, shape_report
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp

SETTLED_AFTER = timedelta(seconds=5)


class IssueReport(BaseModel):
    """Which report to issue, as of which dates; what is left out is as for a working copy."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"rule": "hunan-2020-canteen", "order": "fulfilled"}]},
    )

    rule: str | None = Field(default=None, min_length=1, max_length=40)
    year: int | None = Field(default=None, ge=YEAR_MIN, le=YEAR_MAX)
    happened_by: date | None = None
    known_by: date | datetime | None = None
    preset: str | None = Field(default=None, min_length=1, max_length=40)
    level: Level | None = None
    order: Criterion = Criterion.FULFILLED

    @property
    def asked(self) -> AskReport:
        """The same as a question."""
        return AskReport(self.rule, self.year, self.happened_by, self.known_by, self.preset, self.level, self.order)


async def issue_report(
    desk: Desk, identity: Identity, unit_id: UUID, command: IssueReport, *, once: Stamp | None = None
) -> tuple[Issued, bool]:
    """Issue a report; gives it, and whether it is new: the same figures as of the same dates are issued once.

    Raises UnitUnknown, NotAllowed, and as `shape_report`.
    """
    async with desk.uow.read() as reading:
        unit = await reach_unit(reading, identity, "issue_report", unit_id)
        settled = desk.clock.now() - SETTLED_AFTER
        report = await shape_report(desk, reading, unit, command.asked, known_by=settled)
    sealed = seal(report, desk.signer)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            return _found(await issued_by_code(tx, tx.answered["code"])), False
        new = await keep_issued(
            tx,
            {
                "code": sealed.code,
                "unit_id": unit.id,
                "rule_code": report["rule"]["code"],
                "rule_version": report["rule"]["version"],
                "year": report["year"],
                "happened_by": date.fromisoformat(report["happened_by"]),
                "known_by": datetime.fromisoformat(report["known_by"]),
                "chains": report["position"]["chains"],
                "root": report["position"]["root"],
                "document": sealed.document,
                "digest": sealed.digest,
                "signature": sealed.signature,
                "public_key": sealed.public_key,
                "issued_by": identity.account_id,
            },
        )
        issued = _found(await issued_by_digest(tx, sealed.digest))
        await tx.answer({"code": issued.sealed.code})
        return issued, new


def _found(issued: Issued | None) -> Issued:
    assert issued is not None
    return issued


def issued_written(issued: Issued) -> dict[str, Any]:
    """Write a report as issued, with all that shows whether it is."""
    sealed = issued.sealed
    return {
        "code": sealed.code,
        "digest": sealed.digest,
        "signature": base64.b64encode(sealed.signature).decode(),
        "public_key": base64.b64encode(sealed.public_key).decode(),
        "issued_at": moment_text(issued.issued_at),
        "intact": sealed.intact,
        "report": sealed.report,
    }

"""A level above approves how a canteen is to be run, or returns it with a reason; it takes effect only then.

`none` and `outsourced` free from the duty by this alone, so neither the unit itself nor who filed it decides. Weights
burden every holder, so a level above all of them decides, which bears no share itself unless nobody is above it. The
ruling names the papers that there were.
"""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.forms import FILING, FilingState, Ruling
from services.procurement_quota.store.canteen_filings import canteen_filing_by_id, papers_of_filing, write_ruling
from services.procurement_quota.store.canteens import canteen_by_id
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.units import units_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import FilingRuled, check_reason, ruling_seat, ruling_unit
from services.procurement_quota.usecases.put_canteen import (
    PutCanteen,
    PutHolder,
    PutShares,
    check_canteen,
    settle_canteen,
)
from services.procurement_quota.usecases.put_canteen_filing import answer_filing, check_form, reach_filing
from services.procurement_quota.usecases.texts import Explained
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.words import CanteenKind
from shared.db.unit_of_work import Stamp, Tx

OPERATION = "decide_canteen_filing"


class RuleOnFiling(BaseModel):
    """What a level above says to a filing (审批); to return it, a reason is needed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "approve", "reason": "会议纪要与现场核查一致"}]},
    )

    outcome: Ruling
    reason: Explained = ""


async def decide_canteen_filing(
    desk: Desk, identity: Identity, filing_id: UUID, command: RuleOnFiling, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Approve a filing, which takes effect, or return it; gives it.

    Raises CanteenFilingUnknown, FilingRuled, OwnRequest, HolderRules, and what is refused when it is filed.
    """
    async with desk.uow.glance() as reading:
        filing = await reach_filing(reading, identity, OPERATION, filing_id)
    check_reason(command.reason, returned=command.outcome is Ruling.RETURN)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"canteen {filing['canteen_id']}")
        filing = await reach_filing(tx, identity, OPERATION, filing_id)
        if not FILING.allows(FilingState(filing["state"]), command.outcome.value):
            raise FilingRuled(filing_id=str(filing_id), state=filing["state"])
        ids = [UUID(one["unit_id"]) for one in filing["holders"] if one["unit_id"]]
        sharing = [one.path for one in (await units_by_id(tx, ids)).values()]
        path, name = await ruling_unit(tx, ruling_seat(identity, OPERATION, filing["unit_path"], sharing))
        if command.outcome is Ruling.APPROVE:
            await _settle(desk, tx, filing, name)
        await write_ruling(
            tx,
            {
                "filing_id": filing_id,
                "outcome": command.outcome.value,
                "reason": command.reason,
                "unit_path": path,
                "unit_name": name,
                "papers": [one["sha256"] for one in await papers_of_filing(tx, filing_id)],
                "ruled_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        ruled = await canteen_filing_by_id(tx, filing_id)
        assert ruled is not None
        answer = await answer_filing(tx, ruled)
        await tx.answer(answer)
        return answer


async def _settle(desk: Desk, tx: Tx, filing: dict[str, Any], approved_by: str) -> None:
    kind, since = CanteenKind(filing["kind"]), filing["valid_from"]
    await check_form(desk, tx, await canteen_by_id(tx, filing["canteen_id"]), kind, since)
    approved_on = business_date(tx.now)
    shares = None
    if kind is CanteenKind.SHARED:
        holders = [
            PutHolder(
                unit_id=UUID(one["unit_id"]) if one["unit_id"] else None,
                name="" if one["unit_id"] else one["name"],
                weight_bp=one["weight_bp"],
            )
            for one in filing["holders"]
        ]
        shares = PutShares(
            year=since.year,
            holders=holders,
            evidence=filing["evidence"],
            approved_by=approved_by,
            approved_on=approved_on,
        )
    command = PutCanteen(
        unit_id=filing["unit_id"],
        name=filing["name"],
        kind=kind,
        valid_from=since,
        evidence=filing["evidence"],
        approved_by=approved_by,
        approved_on=approved_on,
        shares=shares,
    )
    check_canteen(command)
    await settle_canteen(desk, tx, filing["canteen_id"], command)

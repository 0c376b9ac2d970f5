"""An officer above, or an auditor, decides about a flag; on an appeal another one does."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.flags import FLAG, FlagOutcome, FlagStep, UpheldByYou
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import flags
from services.catalog.store.flags import Flag
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.flag_shapes import flag_view, note_step, say_flag
from services.catalog.usecases.get_flags import found_flag
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.contracts.words import FlagState
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem


class DecideFlag(BaseModel):
    """A decision about a flag, which always says why."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {"outcome": "clear", "version": 2, "reason": "代销协议与发票相符"},
                {"outcome": "uphold", "version": 2, "reason": "无法说明超出部分来源"},
            ]
        }
    }

    outcome: FlagOutcome
    version: int = Field(ge=1, le=2_000_000_000, description="the version that was looked at")
    reason: Reason


async def decide_flag(
    desk: Desk, identity: Identity, flag_id: UUID, command: DecideFlag, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Clear or uphold a flag; on an appeal clear it, or confirm what was decided. Raises UpheldByYou."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known, supplier = await found_flag(tx, flag_id)
        require(identity, "decide_flag", await under_review_by(tx, identity, supplier, None))
        if not command.reason:
            raise InvalidFields(field_problem("reason", "is required", "请填写理由"))
        await flags.alone(tx, [known.supplier_id])
        flag, _ = await found_flag(tx, flag_id)
        if flag.version != command.version:
            raise ChangedMeanwhile(flag_id=str(flag_id), version=flag.version)
        FLAG.check(flag.state, command.outcome.value)
        if flag.state is FlagState.APPEALED and identity.account_id == flag.upheld_by:
            raise UpheldByYou(outcome=command.outcome.value)
        decided = await _decide(tx, identity, flag, command)
        await say_flag(tx, decided)
        view = await flag_view(tx, decided)
        await tx.answer(view)
        return view


async def _decide(tx: Tx, identity: Identity, flag: Flag, command: DecideFlag) -> Flag:
    changes: dict[str, Any] = {"state": FLAG.check(flag.state, command.outcome.value).value}
    if command.outcome is FlagOutcome.UPHOLD:
        changes |= {"upheld_by": identity.account_id, "upheld_on": business_date(tx.now)}
    if command.outcome is FlagOutcome.CLEAR:
        changes["cleared_grams"] = flag.evidence.get("found_grams")
    decided = await flags.change(tx, flag, changes)
    if decided is None:
        raise ChangedMeanwhile(flag_id=str(flag.flag_id))
    await note_step(tx, decided, FlagStep(command.outcome.value), command.reason, by=identity)
    return decided

"""Who holds an event announces it, opens it on its days, closes it, and reports what came of it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import FAIR, FairNotFound, FairStep
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import fairs
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import full_fair, owned_fair, say_fair
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem


class StepFair(BaseModel):
    """The next step of an event."""

    model_config = COMMAND | {
        "json_schema_extra": {"examples": [{"step": "announce"}, {"step": "cancel", "reason": "天气原因"}]}
    }

    step: FairStep
    reason: Reason = Field(default="", description="required to cancel")
    version: int | None = Field(
        default=None, ge=1, le=2_000_000_000, description="the version that was looked at; refused if it has changed"
    )


async def step_fair(
    desk: Desk, identity: Identity, fair_id: UUID, command: StepFair, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Take the step. Raises FairNotFound, WrongState, ChangedMeanwhile, InvalidFields."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known = await fairs.lock(tx, fair_id)
        if known is None:
            raise FairNotFound(fair_id=fair_id)
        require(identity, "step_fair", owned_fair(known))
        if command.version not in (None, known.version):
            raise ChangedMeanwhile(fair_id=fair_id, version=known.version)
        state = FAIR.check(known.state, command.step.value)
        if command.step is FairStep.CANCEL and not command.reason:
            raise InvalidFields(field_problem("reason", "is required for this step", "请填写理由"))
        if command.step is FairStep.OPEN and not known.begins_on <= business_date(tx.now) <= known.ends_on:
            raise InvalidFields(field_problem("step", "is open on the days of the event", "仅可在活动日期内开始"))
        fair = await fairs.change(tx, known, {"state": state.value, "reason": command.reason})
        await say_fair(tx, fair)
        view = await full_fair(tx, fair, identity)
        await tx.answer(view)
        return view

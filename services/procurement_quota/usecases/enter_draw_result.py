"""What came of a public draw is entered after its day, and corrected, version by version, until another confirms it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.sample_draws import DRAW, NotHeldYet, NothingClosed, ResultMoved, fits_form
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.samples import SampleDraw, write_result
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_sample_draw import has_frame
from services.procurement_quota.usecases.sample_view import draw_written, known_draw
from services.procurement_quota.usecases.texts import Said
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem

VALUE_PATTERN = r"^[0-9A-Z+|:/, -]*$"


class EnterResult(BaseModel):
    """The value as it is published; or, where the draw was never held, why that is known."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"version": 0, "value": "03 09 14 21 27 33+08"}]},
    )

    version: int = Field(ge=0, le=10_000)
    """Of the result that this corrects; 0 enters the first."""
    value: Annotated[str, Field(min_length=1, max_length=60, pattern=VALUE_PATTERN)] | None = None
    not_held: Said | None = None


async def enter_draw_result(
    desk: Desk, identity: Identity, draw_id: UUID, command: EnterResult, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Enter or correct a result; gives the draw.

    Raises DrawUnknown, NotHeldYet, WrongState, ResultMoved, InvalidFields, and NothingClosed for a value that could
    draw nothing.
    """
    async with desk.uow.glance() as reading:
        found = await known_draw(reading, draw_id)
    require(identity, "enter_draw_result", Owned(unit_path=found.unit_path))
    if (command.value is None) == (command.not_held is None):
        raise InvalidFields(field_problem("value", "or `not_held`, one of both, is given", "与 not_held 二者须填其一"))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"sample draw {draw_id}")
        found = await known_draw(tx, draw_id)
        DRAW.check(found.state, "enter")
        if today(desk.clock) <= found.held_on:
            raise NotHeldYet(held_on=found.held_on.isoformat())
        if command.version != found.version:
            raise ResultMoved(version=found.version)
        check_value(found, command.value)
        if command.value is not None and not await has_frame(tx, found):
            raise NothingClosed(draw_id=str(draw_id))
        await write_result(
            tx,
            {
                "draw_id": draw_id,
                "version": found.version + 1,
                "value": command.value,
                "not_held": command.not_held,
                "entered_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        answer = await draw_written(tx, identity, await known_draw(tx, draw_id))
        await tx.answer(answer)
        return answer


def check_value(one: SampleDraw, value: str | None) -> None:
    """Refuse a value that is not written as it was announced. Raises InvalidFields."""
    if value is not None and not fits_form(value, one.value_form):
        raise InvalidFields(
            field_problem(
                "value",
                f"is written as announced: {one.value_form}, a digit for each 0",
                f"须按公告的写法填写：{one.value_form}，每个0为一位数字",
            )
        )

"""A second person reads the published value themselves; if it is what was entered, the sample is drawn at once.

The frame is what was closed before the day of the draw began, so it was settled before anybody could know the value.
Canteens with purchases that were not closed by then are outside the frame, and listed with the sample as a finding.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.sample_draws import (
    DRAW,
    DrawState,
    FrameTooLarge,
    NothingClosed,
    Outside,
    ResultMoved,
    ValueDiffers,
)
from services.procurement_quota.domain.sample_file import sample_file
from services.procurement_quota.domain.sampling import FRAME_LINES_MAX, Drawn, Line
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.samples import (
    SampleDraw,
    bought,
    canteens_in_scope,
    frame_lines,
    write_sample,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.enter_draw_result import VALUE_PATTERN
from services.procurement_quota.usecases.put_sample_draw import day_begins
from services.procurement_quota.usecases.sample_view import announced, draw_written, known_draw
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp, Tx


class ConfirmResult(BaseModel):
    """Which version is confirmed, and its value, read anew where it is published; none where it was not held."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "value": "03 09 14 21 27 33+08"}]},
    )

    version: int = Field(ge=1, le=10_001)
    value: Annotated[str, Field(min_length=1, max_length=60, pattern=VALUE_PATTERN)] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn from: the canteens closed in time, their lines, and which canteens stand outside and why."""

    canteens: Sequence[Mapping[str, Any]]
    lines: Sequence[Line]
    outside: Sequence[Mapping[str, Any]]

    @property
    def amount_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)


async def confirm_draw_result(
    desk: Desk, identity: Identity, draw_id: UUID, command: ConfirmResult, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Confirm a result, which draws the sample; gives the draw.

    Raises DrawUnknown, OwnRequest, WrongState, ResultMoved, ValueDiffers, NothingClosed, FrameTooLarge.
    """
    async with desk.uow.read() as reading:
        found = await known_draw(reading, draw_id)
        require(identity, "confirm_draw_result", Owned(unit_path=found.unit_path, asked_by=found.entered_by))
        drawable = found.value is not None and found.state is DrawState.ENTERED
        frame = await frame_of(reading, found) if drawable else None
    drawn = None if frame is None else await asyncio.to_thread(_draw, desk, found, frame)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"sample draw {draw_id}")
        now = await known_draw(tx, draw_id)
        DRAW.check(now.state, "void" if now.value is None else "confirm")
        if command.version != now.version or now.version != found.version:
            raise ResultMoved(version=now.version)
        if command.value != now.value:
            raise ValueDiffers(version=now.version)
        await _keep(tx, identity, now, frame, drawn)
        answer = await draw_written(tx, identity, await known_draw(tx, draw_id))
        await tx.answer(answer)
        return answer


async def frame_of(tx: ReadTx, one: SampleDraw) -> Frame:
    """Read what a draw is drawn from. Raises NothingClosed, FrameTooLarge."""
    until = day_begins(one.held_on)
    scope = await canteens_in_scope(tx, one.unit_id, one.year, until)
    inside = [row for row in scope if row.in_time]
    rows = await frame_lines(tx, [row.canteen_id for row in inside], one.year, FRAME_LINES_MAX + 1)
    if not rows:
        raise NothingClosed(draw_id=str(one.id))
    if len(rows) > FRAME_LINES_MAX:
        raise FrameTooLarge(lines_max=FRAME_LINES_MAX)
    places = {row.canteen_id: place for place, row in enumerate(inside)}
    lines = [Line(places[row.canteen_id], row.seq, bytes(row.hash).hex(), row.amount_fen) for row in rows]
    late = [row for row in scope if not row.in_time]
    sums = await bought(tx, [row.canteen_id for row in late], one.year, until)
    canteens = [
        {
            "canteen_id": str(row.canteen_id),
            "name": row.name,
            "unit_name": row.unit_name,
            "unit_id": str(row.chain),
            "seq": row.seq,
            "hash": bytes(row.hash).hex(),
            "closed_at": moment_text(row.closed_at),
        }
        for row in inside
    ]
    outside = [
        {
            "canteen_id": str(row.canteen_id),
            "name": row.name,
            "unit_id": str(row.unit_id),
            "unit_name": row.unit_name,
            "reason": (Outside.NOT_CLOSED if row.closed_at is None else Outside.CLOSED_LATE).value,
            "lines": sums[row.canteen_id][0],
            "amount_fen": sums[row.canteen_id][1],
        }
        for row in late
        if row.canteen_id in sums
    ]
    return Frame(canteens, lines, outside)


def _draw(desk: Desk, one: SampleDraw, frame: Frame) -> tuple[str, list[Drawn]]:
    assert one.entered_at is not None
    result = {
        "value": one.value,
        "version": one.version,
        "entered_at": moment_text(one.entered_at),
        "drawn_at": moment_text(desk.clock.now()),
    }
    return sample_file(announced(one), result, frame.canteens, frame.lines, frame.outside)


async def _keep(
    tx: Tx, identity: Identity, one: SampleDraw, frame: Frame | None, drawn: tuple[str, list[Drawn]] | None
) -> None:
    values: dict[str, Any] = {
        "draw_id": one.id,
        "outcome": DrawState.VOID.value,
        "result_version": one.version,
        "confirmed_by": identity.account_id,
        "recorded_at": tx.now,
    }
    if frame is None or drawn is None:
        await write_sample(tx, values, [])
        return
    written, lines = drawn
    said = orjson.loads(written)
    values |= {
        "outcome": DrawState.DRAWN.value,
        "root": said["root"],
        "seed": said["seed"],
        "frame_lines": len(frame.lines),
        "frame_fen": frame.amount_fen,
        "file": written,
        "outside": list(frame.outside),
    }
    rows = [
        {
            "draw_id": one.id,
            "place": place,
            "unit_id": UUID(frame.canteens[drawn_line.line.canteen]["unit_id"]),
            "seq": drawn_line.line.seq,
            "amount_fen": drawn_line.line.amount_fen,
            "certain": drawn_line.certain,
        }
        for place, drawn_line in enumerate(lines, start=1)
    ]
    await write_sample(tx, values, rows)

"""What a share would be with other goods in a line's place is told for each of them; none is recommended.

Decision: an effect is that of the whole line replaced, and what is offered does not depend on how near a canteen is to
its rate. Why: where a tool shows the least that would do, everybody buys the least (France's *ma cantine* has
declarations that pile up at exactly the target). Price: a buyer who wants to know a part of it tries another basket.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.judging import Judgement, judge
from services.procurement_quota.domain.previewing import gains, may_be_replaced, with_accepted
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.preview_quota import (
    LINES_MAX,
    PreviewLine,
    Seen,
    bought,
    expected_on,
    see,
    told,
)
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.errors import InvalidFields, field_problem

CANDIDATES_MAX = 500


class Candidate(BaseModel):
    """Goods that might be bought in place of a line, at what they would cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int = Field(ge=0, lt=LINES_MAX)
    goods: PreviewLine


class PreviewSubstitutes(BaseModel):
    """A basket, and what might be bought instead of some of its lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    canteen_id: UUID
    fund: Fund
    lines: Annotated[list[PreviewLine], Field(max_length=LINES_MAX)]
    wanted_on: date | None = None
    candidates: Annotated[list[Candidate], Field(max_length=CANDIDATES_MAX)] = []


async def preview_substitutes(desk: Desk, identity: Identity, command: PreviewSubstitutes) -> dict[str, Any]:
    """Tell which lines do not count though others might, and the effect of each candidate under each rule.

    Raises InvalidFields for a day that is not within a year, or a candidate for a line that is not there.
    """
    require(identity, "preview_quota", Owned(canteen_id=command.canteen_id))
    day = today(desk.clock)
    wanted_on = expected_on(command.wanted_on, day)
    for place, one in enumerate(command.candidates):
        if one.line >= len(command.lines):
            raise InvalidFields(field_problem(f"candidates.{place}.line", "is no line of the basket", "没有这一行"))
    async with desk.uow.read() as tx:
        canteen = await canteen_of(tx, command.canteen_id)
        reference = await desk.reference.current(tx)
        seen = await see(desk, tx, reference, canteen, command.fund, command.lines, wanted_on)
    return {
        "wanted_on": wanted_on.isoformat(),
        "lines": [_line(reference, seen, place, line, day) for place, line in enumerate(command.lines)],
        "candidates": [_effects(reference, seen, one, day, wanted_on) for one in command.candidates],
    }


def _line(reference: Reference, seen: Sequence[Seen], place: int, line: PreviewLine, day: date) -> dict[str, Any]:
    wanting = [one for one in seen if may_be_replaced(one.rule, one.judged[place])]
    return {
        "not_counted": [
            {"rule": one.rule.code, "name": one.rule.name, "name_en": one.rule.name_en}
            | told(reference, line, one.judged[place], day)
            for one in wanting
        ]
    }


def _effects(reference: Reference, seen: Sequence[Seen], one: Candidate, day: date, wanted_on: date) -> dict[str, Any]:
    effects, gained = [], 0
    for under in seen:
        instead = judge(under.rule, bought(one.goods, day), one.goods.amount_fen, reference)
        gained += gains(instead, under.judged[one.line])
        effects.append(_effect(under, one.line, instead, wanted_on))
    return {"line": one.line, "gains": gained, "rules": effects}


def _effect(under: Seen, place: int, instead: Judgement, wanted_on: date) -> dict[str, Any]:
    as_it_is = with_accepted(under.now, [(wanted_on, one) for one in under.judged]).figures(wanted_on)
    others = [*under.judged[:place], instead, *under.judged[place + 1 :]]
    replaced = with_accepted(under.now, [(wanted_on, one) for one in others]).figures(wanted_on)
    return {
        "rule": under.rule.code,
        "name": under.rule.name,
        "name_en": under.rule.name_en,
        "counts": instead.counts,
        "reason": instead.reason.value,
        "share_bp": as_it_is.share_bp,
        "share_with_it_bp": replaced.share_bp,
        "counted_difference_fen": replaced.counted_fen - as_it_is.counted_fen,
        "base_difference_fen": replaced.base_fen - as_it_is.base_fen,
    }

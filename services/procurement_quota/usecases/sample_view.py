"""A draw is written one way for everybody; only who reaches its unit as an auditor also sees who did what."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.sample_draws import DrawState, DrawUnknown
from services.procurement_quota.store.samples import SampleDraw, draw_by_id, results_of
from shared.contracts.authority import Identity, Owned, allows
from shared.db.unit_of_work import ReadTx


async def known_draw(tx: ReadTx, draw_id: UUID) -> SampleDraw:
    """Give a draw. Raises DrawUnknown."""
    found = await draw_by_id(tx, draw_id)
    if found is None:
        raise DrawUnknown(draw_id=str(draw_id))
    return found


def announced(one: SampleDraw) -> dict[str, Any]:
    """Write what was announced, as it also stands in the published file."""
    return {
        "id": str(one.id),
        "unit_id": str(one.unit_id),
        "year": one.year,
        "size": one.size,
        "draw": one.draw,
        "held_on": one.held_on.isoformat(),
        "result_source": one.result_source,
        "value_form": one.value_form,
        "announced_at": moment_text(one.recorded_at),
    }


def draw_listed(one: SampleDraw) -> dict[str, Any]:
    """Write a draw as a list has it."""
    return {
        **announced(one),
        "unit_name": one.unit_name,
        "unit_path": one.unit_path,
        "state": one.state.value,
        "version": one.version,
        "value": one.value,
        "not_held": one.not_held,
        "entered_at": None if one.entered_at is None else moment_text(one.entered_at),
        "confirmed_at": None if one.confirmed_at is None else moment_text(one.confirmed_at),
    }


async def draw_written(tx: ReadTx, identity: Identity | None, one: SampleDraw) -> dict[str, Any]:
    """Write a draw whole: every value that was ever entered, the frame's figures, and what stood outside it."""
    drawn = None
    if one.state is DrawState.DRAWN:
        drawn = {"root": one.root, "seed": one.seed, "frame_lines": one.frame_lines, "frame_fen": one.frame_fen}
    return {
        **draw_listed(one),
        "results": [
            {
                "version": row.version,
                "value": row.value,
                "not_held": row.not_held,
                "entered_at": moment_text(row.recorded_at),
            }
            for row in await results_of(tx, one.id)
        ],
        "sample": drawn,
        "outside": one.outside or [],
        "people": _people(identity, one),
    }


def _people(identity: Identity | None, one: SampleDraw) -> dict[str, Any] | None:
    if not allows(identity, "get_sample_lines", Owned(unit_path=one.unit_path)):
        return None
    by = {"announced_by": one.announced_by, "entered_by": one.entered_by, "confirmed_by": one.confirmed_by}
    return {name: None if account is None else str(account) for name, account in by.items()}

"""The province's officer moves a unit, or merges it into another; anybody reads what a unit was."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.procurement_quota.api.asking import AtDesk
from services.procurement_quota.api.tree_models import UnitHistory
from services.procurement_quota.usecases import move_unit as moving
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["units"])


@router.put(
    "/units/{unit_id}/moves/{move_id}",
    operation_id="put_unit_move",
    summary="Move a unit below another, or merge it into another",
    response_model=UnitHistory,
    responses={
        201: {"model": UnitHistory, "description": "Moved"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            UnitUnknown,
            moving.MoveDiffers,
            moving.CannotMoveThere,
            moving.MoveOutOfTurn,
            moving.RulesDiffer,
        ),
    },
)
async def put_unit_move(
    desk: AtDesk, identity: SignedIn, unit_id: UUID, move_id: UUID, command: moving.PutMove
) -> Response:
    """Move a unit with all below it; who sees it follows at once, its rate from the next 1 January."""
    answer, new = await moving.put_unit_move(desk, identity, unit_id, move_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/units/{unit_id}/history",
    operation_id="get_unit_history",
    summary="Read what a unit was, and how it moved",
    response_model=UnitHistory,
    responses=refusals(UnitUnknown),
)
async def get_unit_history(desk: AtDesk, unit_id: UUID) -> Response:
    """Read the places that a unit had, each with the day from which it holds, and the documents that moved it."""
    return json_answer(await moving.get_unit_history(desk, unit_id))

"""Samples are announced before a public draw, drawn by its value, and published so that anybody draws them again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.sample_models import DrawAnswer, DrawPage, SampledPage, SampleFile
from services.procurement_quota.domain import sample_draws as draws
from services.procurement_quota.usecases import confirm_draw_result as confirming
from services.procurement_quota.usecases import enter_draw_result as entering
from services.procurement_quota.usecases import put_sample_draw as announcing
from services.procurement_quota.usecases import read_sample_draws as reading
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import InvalidFields, NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["samples"])


@router.put(
    "/sample-draws/{draw_id}",
    operation_id="put_sample_draw",
    summary="Announce an auditor's sample before the public draw that decides it is held",
    response_model=DrawAnswer,
    responses={
        201: {"model": DrawAnswer, "description": "Announced"},
        **refusals(NotSignedIn, NotAllowed, UnitUnknown, draws.DrawDiffers, draws.DrawWaits),
    },
)
async def put_sample_draw(
    desk: AtDesk, identity: SignedIn, draw_id: UUID, command: announcing.PutSampleDraw
) -> Response:
    """Name the unit, the year, how many lines, and a public draw not yet held; public at once, and never changed."""
    answer, new = await announcing.put_sample_draw(desk, identity, draw_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/sample-draws/{draw_id}",
    operation_id="get_sample_draw",
    summary="Read an announced or drawn sample",
    response_model=DrawAnswer,
    responses=refusals(draws.DrawUnknown),
)
async def get_sample_draw(desk: AtDesk, identity: Asker, draw_id: UUID) -> Response:
    """Read what was announced and when, every value that was entered, and what stood outside the frame."""
    return json_answer(await reading.get_sample_draw(desk, identity, draw_id))


@router.get(
    "/sample-draws",
    operation_id="list_sample_draws",
    summary="List announced and drawn samples, newest first",
    response_model=DrawPage,
    responses=refusals(InvalidFields),
)
async def list_sample_draws(
    desk: AtDesk,
    unit: Annotated[UUID | None, Query(description="of this unit and all below it")] = None,
    year: Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List all of them, drawn, waiting or void: an announcement never leaves this list."""
    return json_answer(await reading.list_sample_draws(desk, unit_id=unit, year=year, limit=limit, cursor=cursor))


@router.post(
    "/sample-draws/{draw_id}/result",
    operation_id="enter_draw_result",
    summary="Enter what came of the public draw, or correct it",
    response_model=DrawAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        draws.DrawUnknown,
        draws.NotHeldYet,
        draws.ResultMoved,
        draws.NothingClosed,
        WrongState,
        KeyReused,
    ),
)
async def enter_draw_result(
    desk: AtDesk, identity: SignedIn, draw_id: UUID, command: entering.EnterResult, once: Once
) -> Response:
    """Enter the value from the day after on, written as announced; `not_held` says why there is none."""
    return json_answer(await entering.enter_draw_result(desk, identity, draw_id, command, once=once))


@router.post(
    "/sample-draws/{draw_id}/confirmation",
    operation_id="confirm_draw_result",
    summary="Confirm the value as a second person, which draws the sample",
    response_model=DrawAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        draws.DrawUnknown,
        draws.ResultMoved,
        draws.ValueDiffers,
        draws.NothingClosed,
        draws.FrameTooLarge,
        WrongState,
        KeyReused,
    ),
)
async def confirm_draw_result(
    desk: AtDesk, identity: SignedIn, draw_id: UUID, command: confirming.ConfirmResult, once: Once
) -> Response:
    """Type the value as you read it where it is published, never one's own entry; the sample is drawn at once."""
    return json_answer(await confirming.confirm_draw_result(desk, identity, draw_id, command, once=once))


@router.get(
    "/sample-draws/{draw_id}/lines",
    operation_id="get_sample_lines",
    summary="Read the purchases that were drawn",
    response_model=SampledPage,
    responses=refusals(NotSignedIn, NotAllowed, draws.DrawUnknown),
)
async def get_sample_lines(
    desk: AtDesk, identity: SignedIn, draw_id: UUID, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Response:
    """Read each line as filed and as it stands now, with its order, supplier and judgements."""
    return json_answer(await reading.get_sample_lines(desk, identity, draw_id, limit=limit, cursor=cursor))


@router.get(
    "/sample-draws/{draw_id}/file",
    operation_id="get_sample_file",
    summary="A drawn sample as it is published: the frame by hashes and amounts, the seed, the lines, the algorithm",
    response_model=SampleFile,
    responses=refusals(draws.DrawUnknown),
)
async def get_sample_file(desk: AtDesk, draw_id: UUID) -> Response:
    """Save it, and draw it again with `tests/independent/draw_sample.py`, or by the algorithm that it states."""
    return bytes_answer(await reading.get_sample_file(desk, draw_id))

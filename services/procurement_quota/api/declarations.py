"""Finance restates a closed year and declares it; people sign, the level above countersigns, anybody reads."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.declaration_models import (
    DeclarationAnswer,
    DeclarationFile,
    DeclarationPage,
    RestatementAnswer,
    RestatementPage,
)
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.declaring import DeclarationState
from services.procurement_quota.usecases import put_declaration as preparing
from services.procurement_quota.usecases import read_declarations as reading
from services.procurement_quota.usecases import restate_year as restating
from services.procurement_quota.usecases import sign_declaration as signing
from services.procurement_quota.usecases.close_year import StillHearing
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["declarations"])
Unit = Annotated[UUID, Query(description="its canteens, and those of all units below it")]
Year = Annotated[int | None, Query(ge=2020, le=2100)]
Code = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$",
        description="the verification code (核验码)",
        examples=["MFRG-GZDF-MZTW-Q2LK"],
    ),
]


@router.post(
    "/canteens/{canteen_id}/restatements",
    operation_id="restate_year",
    summary="File a closed year's figures again",
    status_code=201,
    response_model=RestatementAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        CanteenUnknown,
        restating.YearNotClosed,
        restating.NothingToRestate,
        StillHearing,
        KeyReused,
    ),
)
async def restate_year(
    desk: AtDesk, identity: SignedIn, canteen_id: UUID, command: restating.RestateYear, once: Once
) -> Response:
    """Freeze what is known now as the next numbered restatement; the figures filed before stay as they are."""
    return json_answer(await restating.restate_year(desk, identity, canteen_id, command, once=once), 201)


@router.get(
    "/restatements",
    operation_id="list_restatements",
    summary="List which closed years were restated, or are due to be",
    response_model=RestatementPage,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown),
)
async def list_restatements(
    desk: AtDesk,
    identity: SignedIn,
    unit: Unit,
    year: Annotated[int | None, Query(ge=2020, le=2100, description="last year when left out")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read, canteen by canteen, what was filed, what the verdict is now, and by when a restatement is due."""
    found = await restating.list_restatements(desk, identity, unit, year, limit=limit, cursor=cursor)
    return json_answer(found)


@router.put(
    "/declarations/{declaration_id}",
    operation_id="put_declaration",
    summary="Prepare a canteen's yearly declaration",
    response_model=DeclarationAnswer,
    responses={
        201: {"model": DeclarationAnswer, "description": "Prepared"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            restating.YearNotClosed,
            preparing.DeclarationStands,
            preparing.DeclarationDiffers,
            StillHearing,
        ),
    },
)
async def put_declaration(
    desk: AtDesk, identity: SignedIn, declaration_id: UUID, command: preparing.PutDeclaration
) -> Response:
    """Prepare it from what was filed last; what it says is fixed from then on, and the same again writes nothing."""
    answer, new = await preparing.put_declaration(desk, identity, declaration_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/declarations/{declaration_id}",
    operation_id="get_declaration",
    summary="Read a declaration in any state",
    response_model=DeclarationAnswer,
    responses=refusals(NotSignedIn, NotAllowed, signing.DeclarationUnknown),
)
async def get_declaration(desk: AtDesk, identity: SignedIn, declaration_id: UUID) -> Response:
    """Read what it says, who signed or returned it and why, and which steps are open."""
    return json_answer(await reading.get_declaration(desk, identity, declaration_id))


@router.get(
    "/declarations",
    operation_id="list_declarations",
    summary="List the declarations of a unit and of those below it",
    response_model=DeclarationPage,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown),
)
async def list_declarations(
    desk: AtDesk,
    identity: SignedIn,
    unit: Unit,
    year: Year = None,
    state: DeclarationState | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List them newest first; by state it is the queue of who signs or countersigns."""
    found = await reading.list_declarations_of(desk, identity, unit, year=year, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/declarations/{declaration_id}/signatures",
    operation_id="sign_declaration",
    summary="Sign a declaration in one's own name",
    status_code=201,
    response_model=DeclarationAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        signing.DeclarationUnknown,
        signing.SignedAlready,
        signing.SigningKeyChanged,
        WrongState,
        KeyReused,
    ),
)
async def sign_declaration(
    desk: AtDesk, identity: SignedIn, declaration_id: UUID, command: signing.SignDeclaration, once: Once
) -> Response:
    """Sign with the platform's key; who prepared it does not sign, and several people may."""
    return json_answer(await signing.sign_declaration(desk, identity, declaration_id, command, once=once), 201)


@router.post(
    "/declarations/{declaration_id}/decisions",
    operation_id="decide_declaration",
    summary="Countersign a declaration from above, or return it",
    status_code=201,
    response_model=DeclarationAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        signing.DeclarationUnknown,
        signing.DeclarationOutdated,
        signing.SigningKeyChanged,
        WrongState,
        KeyReused,
    ),
)
async def decide_declaration(
    desk: AtDesk, identity: SignedIn, declaration_id: UUID, command: signing.DecideDeclaration, once: Once
) -> Response:
    """Countersign, which publishes it for good, or return it with a reason; then another one is prepared."""
    return json_answer(await signing.decide_declaration(desk, identity, declaration_id, command, once=once), 201)


@router.get(
    "/published-declarations",
    operation_id="list_published_declarations",
    summary="List the published declarations",
    response_model=DeclarationPage,
    responses=refusals(),
)
async def list_published_declarations(
    desk: AtDesk,
    unit: Annotated[UUID | None, Query(description="of this unit and of all below it")] = None,
    canteen: Annotated[UUID | None, Query(description="of this canteen")] = None,
    year: Year = None,
    code: Code = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List them newest first, with figures, signers' names, root hash, signatures and public key."""
    found = await reading.list_published_declarations(
        desk, unit_id=unit, canteen_id=canteen, year=year, code=code, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.get(
    "/published-declarations/{declaration_id}",
    operation_id="get_published_declaration",
    summary="Read a published declaration as a file that verifies alone",
    response_model=DeclarationFile,
    responses=refusals(signing.DeclarationUnknown),
)
async def get_published_declaration(desk: AtDesk, declaration_id: UUID) -> Response:
    """Read it byte for byte; save it, and verify it with `zhucai verify-file`, or as its schema says."""
    name = f"declaration-{declaration_id}.json"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return bytes_answer(await reading.get_published_declaration(desk, declaration_id), headers=headers)

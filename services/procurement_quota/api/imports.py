"""Purchases made elsewhere are imported by file: taken in, checked, accepted, undone."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.import_models import ImportAnswer
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.import_schema import PURCHASES
from services.procurement_quota.store.ledger import ChainUnknown
from services.procurement_quota.usecases import accept_import as accepting
from services.procurement_quota.usecases import put_import as importing
from services.procurement_quota.usecases import undo_import as undoing
from services.procurement_quota.usecases.import_view import ImportUnknown
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.imports.door import BRINGING, BROUGHT, ROWS_OF, publish_table

router = APIRouter(tags=["imports"])
publish_table(
    router,
    "/imports",
    PURCHASES,
    operations=("get_import_schema", "get_import_template"),
    holds="purchases made elsewhere",
    file="purchases",
)


@router.put(
    "/imports/{import_id}",
    operation_id="put_import",
    summary="Take in a file of purchases made elsewhere: xlsx or csv, at most 10 MiB and 20,000 rows",
    response_model=ImportAnswer,
    responses={
        201: {"model": ImportAnswer, "description": "Taken in; it is checked in the background"},
        **refusals(*BRINGING, CanteenUnknown, ChainUnknown),
    },
    openapi_extra=BROUGHT,
)
async def put_import(
    desk: AtDesk,
    identity: SignedIn,
    request: Request,
    import_id: UUID,
    command: Annotated[importing.PutImport, Query()],
) -> Response:
    """Take a file in for a canteen or a unit; nothing of it is a purchase until it is accepted."""
    answer, new = await importing.put_import(desk, identity, import_id, command, await request.body())
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/imports/{import_id}",
    operation_id="get_import",
    summary="How far an import is, and what is wrong with which row",
    response_model=ImportAnswer,
    responses=refusals(NotSignedIn, NotAllowed, ImportUnknown),
)
async def get_import(
    desk: AtDesk,
    identity: SignedIn,
    import_id: UUID,
    state: Annotated[
        Literal["good", "bad", "posted", "refused", "undone"] | None,
        ROWS_OF,
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read progress and report; each error names row, column, what is wrong and how to mend it."""
    found = await importing.get_import(desk, identity, import_id, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/imports/{import_id}/acceptance",
    operation_id="accept_import",
    summary="Take the good rows",
    response_model=ImportAnswer,
    responses=refusals(NotSignedIn, NotAllowed, ImportUnknown, accepting.NothingToAccept, KeyReused),
)
async def accept_import(desk: AtDesk, identity: SignedIn, import_id: UUID, once: Once) -> Response:
    """Have the good rows entered in the background; the others stay out."""
    return json_answer(await accepting.accept_import(desk, identity, import_id, once=once))


@router.post(
    "/imports/{import_id}/undo",
    operation_id="undo_import",
    summary="Take an import back, until any of it is verified",
    response_model=ImportAnswer,
    responses=refusals(
        NotSignedIn, NotAllowed, ImportUnknown, undoing.ImportFollowed, undoing.NothingToUndo, KeyReused
    ),
)
async def undo_import(
    desk: AtDesk, identity: SignedIn, import_id: UUID, command: undoing.UndoImport, once: Once
) -> Response:
    """Post a reversal for each purchase of it, in the background."""
    return json_answer(await undoing.undo_import(desk, identity, import_id, command, once=once))

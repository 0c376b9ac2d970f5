"""Purchases that were booked to the wrong canteen are moved: asked for by either unit, decided above both."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.transfer_models import TransferAnswer, TransferPage
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.words import TransferState
from services.procurement_quota.usecases import decide_transfer as deciding
from services.procurement_quota.usecases import put_transfer as asking
from services.procurement_quota.usecases import read_transfers as reading
from services.procurement_quota.usecases.put_opening_balance import OpeningOverlaps
from services.procurement_quota.usecases.transfer_view import TransferUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals

router = APIRouter(tags=["transfers"])


@router.put(
    "/transfers/{transfer_id}",
    operation_id="put_transfer",
    summary="Ask that a purchase booked to the wrong canteen moves to the right one",
    response_model=TransferAnswer,
    responses={
        201: {"model": TransferAnswer, "description": "Asked for"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            asking.NotBooked,
            asking.TransferDiffers,
            asking.TransferWaits,
            asking.NothingToTransfer,
        ),
    },
)
async def put_transfer(desk: AtDesk, identity: SignedIn, transfer_id: UUID, command: asking.PutTransfer) -> Response:
    """Ask as finance of either unit, naming the true payer, receiver and delivery address; nothing moves yet."""
    answer, new = await asking.put_transfer(desk, identity, transfer_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/transfers/{transfer_id}",
    operation_id="get_transfer",
    summary="Read a transfer",
    response_model=TransferAnswer,
    responses=refusals(NotSignedIn, NotAllowed, TransferUnknown),
)
async def get_transfer(desk: AtDesk, identity: SignedIn, transfer_id: UUID) -> Response:
    """Read who asked, what was decided and why, and the entries by which it was booked."""
    return json_answer(await reading.get_transfer(desk, identity, transfer_id))


@router.get(
    "/transfers",
    operation_id="list_transfers",
    summary="List transfers",
    response_model=TransferPage,
    responses=refusals(NotSignedIn, NotAllowed),
)
async def list_transfers(
    desk: AtDesk,
    identity: SignedIn,
    canteen: Annotated[UUID | None, Query(description="from it or to it")] = None,
    state: Annotated[TransferState | None, Query(description="`asked` waits for a common superior")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List, newest first, those from or to the units that the asker's seats reach."""
    found = await reading.list_transfers(desk, identity, canteen=canteen, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/transfers/{transfer_id}/decisions",
    operation_id="decide_transfer",
    summary="Approve or refuse a transfer",
    response_model=TransferAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        TransferUnknown,
        deciding.TransferDecided,
        asking.NothingToTransfer,
        OpeningOverlaps,
        KeyReused,
    ),
)
async def decide_transfer(
    desk: AtDesk, identity: SignedIn, transfer_id: UUID, command: deciding.DecideTransfer, once: Once
) -> Response:
    """Decide as finance of a unit above both; approval books it in both chains at once, on the purchase's own days."""
    return json_answer(await deciding.decide_transfer(desk, identity, transfer_id, command, once=once))

"""A case is made of a flag, handed to a named body by a second person, and followed to its outcome."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.register_models import ReferralAnswer, ReferralPage
from services.procurement_quota.domain import registers
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet, RuleUnknown
from services.procurement_quota.usecases import put_referral as drafting
from services.procurement_quota.usecases import read_referrals as reading
from services.procurement_quota.usecases import step_referral as stepping
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import InvalidFields, NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["registers"])
KnownBy = Annotated[date | None, Query(description="as it was known at the end of this day")]


@router.put(
    "/referrals/{referral_id}",
    operation_id="put_referral",
    summary="Draft the referral of a flag to a named body, or correct a draft",
    response_model=ReferralAnswer,
    responses={
        201: {"model": ReferralAnswer, "description": "Written"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            registers.FlagUnknown,
            registers.VisitUnknown,
            registers.ConflictUnknown,
            registers.RecordMoved,
            registers.TooManyVersions,
            CanteenUnknown,
            RuleUnknown,
            RuleNotInForce,
            RuleNotKnownYet,
            WrongState,
        ),
    },
)
async def put_referral(desk: AtDesk, identity: SignedIn, referral_id: UUID, command: drafting.PutReferral) -> Response:
    """Freeze the flag as it is now, with the digests of its files; a correction freezes it anew, and says why."""
    answer, new = await drafting.put_referral(desk, identity, referral_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/referrals/{referral_id}",
    operation_id="get_referral",
    summary="Read a referral as it stands, or as it stood on a day",
    response_model=ReferralAnswer,
    responses=refusals(NotSignedIn, NotAllowed, registers.ReferralUnknown),
)
async def get_referral(desk: AtDesk, identity: SignedIn, referral_id: UUID, known_by: KnownBy = None) -> Response:
    """Read what was frozen, to whom it went, and what became of it."""
    return json_answer(await reading.get_referral(desk, identity, referral_id, known_by=known_by))


@router.get(
    "/referrals",
    operation_id="list_referrals",
    summary="List referrals, newest first",
    response_model=ReferralPage,
    responses=refusals(NotSignedIn, NotAllowed, InvalidFields),
)
async def list_referrals(
    desk: AtDesk,
    identity: SignedIn,
    state: Annotated[registers.ReferralState | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List those of the units that one's seats reach; a unit does not see what is referred about it."""
    return json_answer(await reading.list_referrals(desk, identity, state=state, limit=limit, cursor=cursor))


@router.post(
    "/referrals/{referral_id}/handing-on",
    operation_id="hand_on_referral",
    summary="Hand a drafted case on, as a second person",
    response_model=ReferralAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        registers.ReferralUnknown,
        registers.RecordMoved,
        registers.TooManyVersions,
        WrongState,
        KeyReused,
    ),
)
async def hand_on_referral(
    desk: AtDesk, identity: SignedIn, referral_id: UUID, command: stepping.HandOn, once: Once
) -> Response:
    """Hand on the version that was read, with the document by which it goes; nobody who drafted any of it does."""
    return json_answer(await stepping.hand_on_referral(desk, identity, referral_id, command, once=once))


@router.post(
    "/referrals/{referral_id}/steps",
    operation_id="step_referral",
    summary="Enter a receipt, an outcome or a return, or withdraw a draft",
    response_model=ReferralAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        registers.ReferralUnknown,
        registers.RecordMoved,
        registers.TooManyVersions,
        WrongState,
        KeyReused,
    ),
)
async def step_referral(
    desk: AtDesk, identity: SignedIn, referral_id: UUID, command: stepping.StepReferral, once: Once
) -> Response:
    """Enter what the body answered; to enter it again in the same state corrects it, and says why."""
    return json_answer(await stepping.step_referral(desk, identity, referral_id, command, once=once))

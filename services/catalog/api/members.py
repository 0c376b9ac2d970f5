"""A supplier's people by HTTP: invite, accept, list, end, and what each of them did."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.member_answers import Acts, InvitationAnswer, MemberAnswer, Members, OpenInvitation
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.members import (
    HelpEnded,
    HelpersOnly,
    InvitationDead,
    InvitationFixed,
    LastOwner,
    MemberNotFound,
    TooManyCodes,
    TooManyInvitations,
    TooManyMembers,
)
from services.catalog.domain.suppliers import RevokedSupplier, SupplierNotFound
from services.catalog.usecases.accept_invitation import AcceptInvitation, accept_invitation
from services.catalog.usecases.end_member import end_member
from services.catalog.usecases.list_members import list_members
from services.catalog.usecases.list_supplier_acts import ListActs, list_supplier_acts
from services.catalog.usecases.put_invitation import PutInvitation, put_invitation
from services.catalog.usecases.withdraw_invitation import withdraw_invitation
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals

router = APIRouter(tags=["suppliers"])
REACHED = (NotSignedIn, NotAllowed, SupplierNotFound)


@router.put(
    "/suppliers/{supplier_id}/invitations/{invitation_id}",
    operation_id="put_invitation",
    summary="Make a code that lets one person in, within a week; the same request again shows the same code",
    responses={
        200: {"model": InvitationAnswer},
        **refusals(*REACHED, InvitationFixed, TooManyInvitations, RevokedSupplier, HelpEnded),
    },
)
async def invite(
    request: Request, supplier_id: UUID, invitation_id: UUID, command: PutInvitation, identity: SignedIn
) -> Response:
    return json_answer(await put_invitation(desk_of(request), identity, supplier_id, invitation_id, command))


@router.post(
    "/suppliers/{supplier_id}/invitations/{invitation_id}/withdrawal",
    operation_id="withdraw_invitation",
    summary="Make a code open nothing any more",
    responses={200: {"model": OpenInvitation}, **refusals(*REACHED, InvitationDead, HelpEnded, KeyReused)},
)
async def withdraw(
    request: Request, supplier_id: UUID, invitation_id: UUID, identity: SignedIn, once: Once
) -> Response:
    return json_answer(await withdraw_invitation(desk_of(request), identity, supplier_id, invitation_id, once=once))


@router.post(
    "/invitation-acceptances",
    operation_id="accept_invitation",
    summary="Become a member of a supplier by the code that its owner handed out",
    description="A code that is unknown, used or over is answered alike. The code that let somebody in lets them in"
    " again without changing anything, so it needs no Idempotency-Key.",
    responses={
        200: {"model": MemberAnswer},
        **refusals(NotSignedIn, InvitationDead, TooManyCodes, TooManyMembers, LastOwner, RevokedSupplier),
    },
)
async def accept(request: Request, command: AcceptInvitation, identity: SignedIn) -> Response:
    return json_answer(await accept_invitation(desk_of(request), identity, command))


@router.get(
    "/suppliers/{supplier_id}/members",
    operation_id="list_members",
    summary="Who acts for a supplier, who did, and which invitations are open",
    responses={200: {"model": Members}, **refusals(*REACHED)},
)
async def members(request: Request, supplier_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await list_members(desk_of(request), identity, supplier_id))


@router.post(
    "/suppliers/{supplier_id}/members/{account_id}/ending",
    operation_id="end_member",
    summary="End what a person may do for a supplier: its owner anybody, each themselves, an officer a helper",
    responses={
        200: {"model": MemberAnswer},
        **refusals(*REACHED, MemberNotFound, HelpersOnly, LastOwner, KeyReused),
    },
)
async def end(request: Request, supplier_id: UUID, account_id: UUID, identity: SignedIn, once: Once) -> Response:
    return json_answer(await end_member(desk_of(request), identity, supplier_id, account_id, once=once))


@router.get(
    "/suppliers/{supplier_id}/acts",
    operation_id="list_supplier_acts",
    summary="What was done for a supplier, by whom and in whose place, newest first",
    responses={200: {"model": Acts}, **refusals(*REACHED)},
    openapi_extra=parameters_of(ListActs),
)
async def acts(request: Request, supplier_id: UUID, identity: SignedIn) -> Response:
    query = query_of(ListActs, request)
    return json_answer(await list_supplier_acts(desk_of(request), identity, supplier_id, query))

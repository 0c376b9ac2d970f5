"""Who approves what in a unit, and who stands in for whom."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.approval_models import DelegationPage, DelegationView, PolicyPage, PolicyView
from services.order.api.asking import Asking, AtDesk
from services.order.domain.approval_refusals import (
    DelegationDiffers,
    NoSuchDelegation,
    NoSuchPolicy,
    NotTheirSeat,
    PolicyDecided,
    PolicyDiffers,
    TooManyDelegations,
)
from services.order.domain.refusals import NoSuchUnit
from services.order.usecases.approval_commands import DecidePolicy, PutDelegation, PutPolicy
from services.order.usecases.approval_policies import (
    decide_approval_policy,
    list_approval_policies,
    put_approval_policy,
)
from services.order.usecases.delegations import end_delegation, list_delegations, put_delegation
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.problems import refusals

router = APIRouter(tags=["requisitions"])


@router.put(
    "/approval-policies/{policy_id}",
    operation_id="put_approval_policy",
    summary="Propose who approves what is above a unit's limit",
    description="By the unit's finance; once an officer of the unit or above it agrees, it holds for what is asked.",
    responses={200: {"model": PolicyView}, **refusals(NotSignedIn, NotAllowed, NoSuchUnit, PolicyDiffers)},
)
async def on_put_approval_policy(desk: AtDesk, identity: Asking, policy_id: UUID, command: PutPolicy) -> Response:
    return json_answer(await put_approval_policy(desk, identity, policy_id, command))


@router.post(
    "/approval-policies/{policy_id}/decisions",
    operation_id="decide_approval_policy",
    summary="Agree to a proposed rule of approval, or refuse it",
    description="By an officer of the unit or above it, never by who proposed it.",
    responses={
        200: {"model": PolicyView},
        **refusals(NotSignedIn, NotAllowed, OwnRequest, NoSuchPolicy, PolicyDecided, KeyReused),
    },
)
async def on_decide_approval_policy(
    desk: AtDesk, identity: Asking, once: Once, policy_id: UUID, command: DecidePolicy
) -> Response:
    return json_answer(await decide_approval_policy(desk, identity, policy_id, command, once=once))


@router.get(
    "/approval-policies",
    operation_id="list_approval_policies",
    summary="List a unit's rules of approval, newest first",
    responses={200: {"model": PolicyPage}, **refusals(NotSignedIn, NotAllowed, NoSuchUnit)},
)
async def on_list_approval_policies(desk: AtDesk, identity: Asking, unit: UUID) -> Response:
    return json_answer(await list_approval_policies(desk, identity, unit))


@router.put(
    "/delegations/{delegation_id}",
    operation_id="put_delegation",
    summary="Let another person decide in one's stead, from day to day",
    description="Of one's own seat, for at most 92 days; whoever stands in cannot pass it on.",
    responses={
        200: {"model": DelegationView},
        **refusals(NotSignedIn, NotAllowed, NoSuchUnit, NotTheirSeat, DelegationDiffers, TooManyDelegations),
    },
)
async def on_put_delegation(desk: AtDesk, identity: Asking, delegation_id: UUID, command: PutDelegation) -> Response:
    return json_answer(await put_delegation(desk, identity, delegation_id, command))


@router.post(
    "/delegations/{delegation_id}/ending",
    operation_id="end_delegation",
    summary="End a delegation now",
    description="By who gave it, or an officer of the unit or above it.",
    responses={200: {"model": DelegationView}, **refusals(NotSignedIn, NotAllowed, NoSuchDelegation, KeyReused)},
)
async def on_end_delegation(desk: AtDesk, identity: Asking, once: Once, delegation_id: UUID) -> Response:
    return json_answer(await end_delegation(desk, identity, delegation_id, once=once))


@router.get(
    "/delegations",
    operation_id="list_delegations",
    summary="List the delegations that one gave and was given, or those given at a unit",
    responses={200: {"model": DelegationPage}, **refusals(NotSignedIn, NotAllowed, NoSuchUnit)},
)
async def on_list_delegations(desk: AtDesk, identity: Asking, unit: UUID | None = None) -> Response:
    return json_answer(await list_delegations(desk, identity, unit))

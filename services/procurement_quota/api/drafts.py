"""Rules and county lists are drafted by one officer of the province and put in force by another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.draft_models import (
    DesignationDraftAnswer,
    DesignationDraftPage,
    RuleDraftAnswer,
    RuleDraftPage,
    WhatIfAnswer,
)
from services.procurement_quota.domain.drafts import DraftKind, DraftState
from services.procurement_quota.usecases import decide_designation_draft as deciding_list
from services.procurement_quota.usecases import decide_rule_draft as deciding_rule
from services.procurement_quota.usecases import put_designation_draft as drafting_list
from services.procurement_quota.usecases import put_rule_draft as drafting_rule
from services.procurement_quota.usecases import read_drafts, settle_draft
from services.procurement_quota.usecases import what_if_rule as trying
from services.procurement_quota.usecases.draft_commands import (
    CODE,
    DecideDesignationDraft,
    DecideRuleDraft,
    PutDesignationDraft,
    PutRuleDraft,
    WithdrawDraft,
)
from services.procurement_quota.usecases.keep_draft import (
    DraftElsewhere,
    DraftOfAnother,
    DraftUnknown,
    TooManyVersions,
)
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_rule import AlreadyInForce
from services.procurement_quota.usecases.settle_draft import DraftAmended, DraftOutdated
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["drafts"])
State = Annotated[DraftState | None, Query(description="those that stand so")]
OfCode = Annotated[str | None, Query(pattern=CODE, examples=["hunan-2020-canteen"])]
DRAFTING = (NotSignedIn, NotAllowed, DraftOfAnother, DraftElsewhere, WrongState, TooManyVersions)
DECIDING = (NotSignedIn, NotAllowed, OwnRequest, DraftUnknown, DraftAmended, DraftOutdated, WrongState, KeyReused)
WITHDRAWING = (NotSignedIn, NotAllowed, DraftOfAnother, DraftUnknown, WrongState, KeyReused)
READING = (NotSignedIn, NotAllowed, DraftUnknown)
KEPT = "Drafted, or amended as a new version"


@router.put(
    "/rule-drafts/{draft_id}",
    operation_id="put_rule_draft",
    summary="Draft a rule with its document",
    response_model=RuleDraftAnswer,
    responses={201: {"model": RuleDraftAnswer, "description": KEPT}, **refusals(*DRAFTING)},
)
async def put_rule_draft(desk: AtDesk, identity: SignedIn, draft_id: UUID, command: PutRuleDraft) -> Response:
    """Draft a new rule, a new version of one, or its continuation; it binds nobody until another puts it in force."""
    answer, new = await drafting_rule.put_rule_draft(desk, identity, draft_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/rule-drafts/{draft_id}",
    operation_id="get_rule_draft",
    summary="Read a draft of a rule with its history",
    response_model=RuleDraftAnswer,
    responses=refusals(*READING),
)
async def get_rule_draft(desk: AtDesk, identity: SignedIn, draft_id: UUID) -> Response:
    """Read every version and decision: who, when, why."""
    return json_answer(await read_drafts.get_draft(desk, identity, "get_rule_draft", DraftKind.RULE, draft_id))


@router.get(
    "/rule-drafts",
    operation_id="list_rule_drafts",
    summary="List drafts of rules",
    response_model=RuleDraftPage,
    responses=refusals(NotSignedIn),
)
async def list_rule_drafts(
    desk: AtDesk,
    identity: SignedIn,
    state: State = None,
    rule: OfCode = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List the drafts in reach, the newest id first."""
    found = await read_drafts.list_drafts(
        desk, identity, "list_rule_drafts", DraftKind.RULE, code=rule, state=state, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.post(
    "/rule-drafts/{draft_id}/decisions",
    operation_id="decide_rule_draft",
    summary="Put a drafted rule in force, or return it",
    response_model=RuleDraftAnswer,
    responses=refusals(*DECIDING, AlreadyInForce),
)
async def decide_rule_draft(
    desk: AtDesk, identity: SignedIn, draft_id: UUID, command: DecideRuleDraft, once: Once
) -> Response:
    """Decide as the second officer, on the version that was read; a rule binds from tomorrow at the earliest."""
    return json_answer(await deciding_rule.decide_rule_draft(desk, identity, draft_id, command, once=once))


@router.post(
    "/rule-drafts/{draft_id}/withdrawal",
    operation_id="withdraw_rule_draft",
    summary="Take back one's own draft of a rule",
    response_model=RuleDraftAnswer,
    responses=refusals(*WITHDRAWING),
)
async def withdraw_rule_draft(
    desk: AtDesk, identity: SignedIn, draft_id: UUID, command: WithdrawDraft, once: Once
) -> Response:
    """Take a draft back before it is in force; it stays readable."""
    answer = await settle_draft.withdraw_draft(
        desk, identity, "withdraw_rule_draft", DraftKind.RULE, draft_id, command, once=once
    )
    return json_answer(answer)


@router.get(
    "/rule-drafts/{draft_id}/what-if",
    operation_id="what_if_rule",
    summary="Try a drafted rule on a year that is booked",
    response_model=WhatIfAnswer,
    responses=refusals(*READING, UnitUnknown),
)
async def what_if_rule(
    desk: AtDesk,
    identity: SignedIn,
    draft_id: UUID,
    year: Annotated[int | None, Query(ge=2020, le=2100, description="last year when left out")] = None,
    unit: Annotated[UUID | None, Query(description="this unit and all below it; else whom the rule binds")] = None,
    short: Annotated[bool, Query(description="only those who would fall short")] = False,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """See who would fall short and by how much, judged as the ledger judges; nothing is touched."""
    found = await trying.what_if_rule(
        desk, identity, draft_id, year=year, unit_id=unit, short=short, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.put(
    "/designation-drafts/{draft_id}",
    operation_id="put_designation_draft",
    summary="Draft what a document changes in a county list",
    response_model=DesignationDraftAnswer,
    responses={201: {"model": DesignationDraftAnswer, "description": KEPT}, **refusals(*DRAFTING)},
)
async def put_designation_draft(
    desk: AtDesk, identity: SignedIn, draft_id: UUID, command: PutDesignationDraft
) -> Response:
    """Draft counties that join or leave a list, by six-digit code and day; eligibility goes by the order date."""
    answer, new = await drafting_list.put_designation_draft(desk, identity, draft_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/designation-drafts/{draft_id}",
    operation_id="get_designation_draft",
    summary="Read a draft of a county list with its history",
    response_model=DesignationDraftAnswer,
    responses=refusals(*READING),
)
async def get_designation_draft(desk: AtDesk, identity: SignedIn, draft_id: UUID) -> Response:
    """Read every version and decision: who, when, why."""
    kind = DraftKind.DESIGNATION
    return json_answer(await read_drafts.get_draft(desk, identity, "get_designation_draft", kind, draft_id))


@router.get(
    "/designation-drafts",
    operation_id="list_designation_drafts",
    summary="List drafts of county lists",
    response_model=DesignationDraftPage,
    responses=refusals(NotSignedIn),
)
async def list_designation_drafts(
    desk: AtDesk,
    identity: SignedIn,
    state: State = None,
    list_code: Annotated[str | None, Query(alias="list", pattern=CODE, examples=["hunan-51"])] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List the drafts in reach, the newest id first."""
    found = await read_drafts.list_drafts(
        desk,
        identity,
        "list_designation_drafts",
        DraftKind.DESIGNATION,
        code=list_code,
        state=state,
        limit=limit,
        cursor=cursor,
    )
    return json_answer(found)


@router.post(
    "/designation-drafts/{draft_id}/decisions",
    operation_id="decide_designation_draft",
    summary="Put a drafted change of a list in force, or return it",
    response_model=DesignationDraftAnswer,
    responses=refusals(*DECIDING),
)
async def decide_designation_draft(
    desk: AtDesk, identity: SignedIn, draft_id: UUID, command: DecideDesignationDraft, once: Once
) -> Response:
    """Decide as the second officer; the list's next version is known from then on, and every earlier one kept."""
    return json_answer(await deciding_list.decide_designation_draft(desk, identity, draft_id, command, once=once))


@router.post(
    "/designation-drafts/{draft_id}/withdrawal",
    operation_id="withdraw_designation_draft",
    summary="Take back one's own draft of a county list",
    response_model=DesignationDraftAnswer,
    responses=refusals(*WITHDRAWING),
)
async def withdraw_designation_draft(
    desk: AtDesk, identity: SignedIn, draft_id: UUID, command: WithdrawDraft, once: Once
) -> Response:
    """Take a draft back before it is in force; it stays readable."""
    answer = await settle_draft.withdraw_draft(
        desk, identity, "withdraw_designation_draft", DraftKind.DESIGNATION, draft_id, command, once=once
    )
    return json_answer(answer)

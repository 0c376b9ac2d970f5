"""What happens to accepted goods: they go back by agreement, or cost less."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.api.return_models import FileLink, ReturnPage
from services.order.domain.refusals import (
    CreditDiffers,
    CreditTooLarge,
    MoreThanKept,
    NoSuchCanteen,
    NoSuchOrder,
    NoSuchReturn,
    NoSuchSupplier,
    PartyToReturn,
    ReplyNotDue,
    ReturnDiffers,
    ReturnTooLate,
    StockShort,
    SupplierNotSelling,
    TooManyReturns,
)
from services.order.domain.return_refusals import EscalationTooLate
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.states import ReturnState
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import (
    AgreeReturn,
    CreditOrder,
    EscalateReturn,
    RefuseReturn,
    ReturnGoods,
    RuleReturn,
    WithdrawReturn,
)
from services.order.usecases.credit_order import credit_order
from services.order.usecases.escalate_return import escalate_return
from services.order.usecases.linked_files import get_order_file
from services.order.usecases.list_returns import list_returns
from services.order.usecases.refuse_return import refuse_return
from services.order.usecases.return_goods import return_goods
from services.order.usecases.return_papers import link_return_paper, put_return_paper
from services.order.usecases.rule_return import rule_return
from services.order.usecases.withdraw_return import withdraw_return
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.darkroom import DarkroomFull
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.files.links import Link, LinkDead
from shared.files.object_store import FilesUnavailable
from shared.http.answers import file_answer, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals
from shared.papers import door
from shared.papers.evidence import EvidenceUnknown
from shared.photos import PhotoUnreadable
from shared.states import WrongState

router = APIRouter(tags=["orders"])
_RETURN = "/orders/{order_id}/returns/{return_id}"
_STEP = (NotSignedIn, NotAllowed, NoSuchOrder, WrongState, KeyReused)


@router.get(
    "/returns",
    operation_id="list_returns",
    summary="List returns, newest first",
    description="Only what the asker's seats reach: own canteen, own supplier, or the units below theirs. "
    "`state=escalated` is what waits for a ruling; each says whether the asker may rule on it.",
    responses={200: {"model": ReturnPage}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier)},
)
async def on_list_returns(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    state: ReturnState | None = None,
    overdue: Annotated[bool, Query(description="only what was not answered, or ruled on, in time")] = False,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return json_answer(await list_returns(desk, identity, canteen, supplier, state, limit, cursor, overdue=overdue))


@router.post(
    "/orders/{order_id}/returns",
    operation_id="return_goods",
    summary="Propose to send goods back",
    description="Within some days of their acceptance. A supplier that does not answer in time has it decided above.",
    responses={
        200: {"model": OrderView},
        **refusals(*_STEP, MoreThanKept, ReturnDiffers, ReturnTooLate, TooManyReturns),
    },
)
async def on_return_goods(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: ReturnGoods) -> Response:
    return json_answer(await return_goods(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/returns/{return_id}/agreement",
    operation_id="agree_return",
    summary="Agree to a return; it is booked now",
    description="Where the canteen wants a replacement, an order of the same goods at the same price is placed and "
    "confirmed with it, for a day that may be named; `remedy=credit` agrees to credit in its place.",
    responses={
        200: {"model": OrderView},
        **refusals(*_STEP, NoSuchReturn, MoreThanKept, StockShort, SeasonShort, SupplierNotSelling),
    },
)
async def on_agree_return(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, return_id: UUID, command: AgreeReturn | None = None
) -> Response:
    return json_answer(await agree_return(desk, identity, order_id, return_id, command, once=once))


@router.post(
    f"{_RETURN}/refusal",
    operation_id="refuse_return",
    summary="Refuse a return, with a reason",
    responses={200: {"model": OrderView}, **refusals(*_STEP, NoSuchReturn)},
)
async def on_refuse_return(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, return_id: UUID, command: RefuseReturn
) -> Response:
    return json_answer(await refuse_return(desk, identity, order_id, return_id, command, once=once))


@router.post(
    f"{_RETURN}/escalation",
    operation_id="escalate_return",
    summary="Have the unit above decide on a return",
    description="Once the supplier has refused it, within some days of that, or did not answer in time.",
    responses={200: {"model": OrderView}, **refusals(*_STEP, NoSuchReturn, ReplyNotDue, EscalationTooLate)},
)
async def on_escalate_return(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, return_id: UUID, command: EscalateReturn
) -> Response:
    return json_answer(await escalate_return(desk, identity, order_id, return_id, command, once=once))


@router.post(
    f"{_RETURN}/withdrawal",
    operation_id="withdraw_return",
    summary="Take a return back",
    responses={200: {"model": OrderView}, **refusals(*_STEP, NoSuchReturn)},
)
async def on_withdraw_return(
    desk: AtDesk,
    identity: Asking,
    once: Once,
    order_id: UUID,
    return_id: UUID,
    command: Annotated[WithdrawReturn | None, Body()] = None,
) -> Response:
    given = command or WithdrawReturn()
    return json_answer(await withdraw_return(desk, identity, order_id, return_id, given, once=once))


@router.post(
    f"{_RETURN}/ruling",
    operation_id="rule_return",
    summary="Rule on a return between canteen and supplier; upheld, it is booked now",
    responses={
        200: {"model": OrderView},
        **refusals(*_STEP, NoSuchReturn, OwnRequest, PartyToReturn, MoreThanKept),
    },
)
async def on_rule_return(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, return_id: UUID, command: RuleReturn
) -> Response:
    return json_answer(await rule_return(desk, identity, order_id, return_id, command, once=once))


@router.put(
    f"{_RETURN}/evidence/{{document_id}}",
    operation_id="put_return_paper",
    summary="File a photo or paper of a return: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    description="A photo keeps its picture, and not where, when and by what it was taken; the digest is of what stays.",
    responses={
        200: {"model": OrderView},
        **refusals(*door.TAKING, DarkroomFull, PhotoUnreadable, NoSuchOrder, NoSuchReturn, WrongState),
    },
    openapi_extra=door.TAKEN,
)
async def on_put_return_paper(
    desk: AtDesk, identity: Asking, order_id: UUID, return_id: UUID, paper: door.Brought
) -> Response:
    return json_answer(await put_return_paper(desk, identity, order_id, return_id, paper))


@router.post(
    f"{_RETURN}/evidence/{{document_id}}/links",
    operation_id="link_return_paper",
    summary="A link to a paper of a return that a browser opens, for five minutes",
    responses={
        200: {"model": FileLink},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NoSuchReturn, EvidenceUnknown),
    },
)
async def on_link_return_paper(
    desk: AtDesk, identity: Asking, order_id: UUID, return_id: UUID, document_id: UUID
) -> Response:
    return json_answer(await link_return_paper(desk, identity, order_id, return_id, document_id))


@router.get(
    "/order-files/{file_id}",
    operation_id="get_order_file",
    summary="A file of an order's by a link that was given for it",
    response_class=Response,
    responses={**door.GIVEN, **refusals(LinkDead, FilesUnavailable)},
)
async def on_get_order_file(desk: AtDesk, file_id: UUID, link: Annotated[Link, Query()]) -> Response:
    name, found = await get_order_file(desk, file_id, link)
    return file_answer(found.body, found.media_type, name)


@router.post(
    "/orders/{order_id}/credits",
    operation_id="credit_order",
    summary="Lower what accepted goods cost; booked at once",
    responses={200: {"model": OrderView}, **refusals(*_STEP, CreditTooLarge, CreditDiffers)},
)
async def on_credit_order(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: CreditOrder) -> Response:
    return json_answer(await credit_order(desk, identity, order_id, command, once=once))

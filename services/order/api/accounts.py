"""Accounts (往来对账): monthly statements, what is held against them, terms of payment, what is paid late."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.account_models import (
    AccountStatementPage,
    AccountStatementView,
    OverduePage,
    PayFigurePage,
    PaymentTermsView,
    SalesView,
)
from services.order.api.asking import Asking, AtDesk
from services.order.domain.refusals import (
    NoSuchCanteen,
    NoSuchObjection,
    NoSuchStatement,
    NoSuchSupplier,
    NoSuchUnit,
    NotYourObjection,
    ObjectionDiffers,
    TermsDiffer,
)
from services.order.domain.states import AccountState
from services.order.usecases.account_commands import CloseObjection, ObjectToStatement, PutPaymentTerms
from services.order.usecases.account_statements import (
    close_account_objection,
    confirm_account_statement,
    get_account_statement,
    list_account_statements,
    object_to_account_statement,
)
from services.order.usecases.overdue_payments import list_days_to_pay, list_overdue_payments
from services.order.usecases.payment_terms import get_payment_terms, put_payment_terms
from services.order.usecases.tell_sales import get_sales
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["accounts"])
_STEP = (NotSignedIn, NotAllowed, NoSuchStatement, WrongState, KeyReused)
KEPT = {"cache-control": "public, no-cache"}
AMonth = Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-03"])]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Cursor = Annotated[str | None, Query(max_length=400)]


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


@router.get(
    "/account-statements",
    operation_id="list_account_statements",
    summary="List monthly statements of account, newest month first 对账单",
    responses={
        200: {"model": AccountStatementPage},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier),
    },
)
async def on_list_account_statements(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    state: AccountState | None = None,
    month: AMonth | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    return json_answer(
        await list_account_statements(
            desk,
            identity,
            canteen=canteen,
            supplier=supplier,
            state=state,
            month=None if month is None else _first(month),
            limit=limit,
            cursor=cursor,
        )
    )


@router.get(
    "/account-statements/{statement_id}",
    operation_id="get_account_statement",
    summary="Read a monthly statement of account: each order, what moved, what is owed and by when",
    responses={200: {"model": AccountStatementView}, **refusals(NotSignedIn, NotAllowed, NoSuchStatement)},
)
async def on_get_account_statement(desk: AtDesk, identity: Asking, statement_id: UUID) -> Response:
    return json_answer(await get_account_statement(desk, identity, statement_id))


@router.post(
    "/account-statements/{statement_id}/confirmation",
    operation_id="confirm_account_statement",
    summary="Confirm a statement for one's own side; with both it is confirmed",
    responses={200: {"model": AccountStatementView}, **refusals(*_STEP)},
)
async def on_confirm_account_statement(desk: AtDesk, identity: Asking, once: Once, statement_id: UUID) -> Response:
    return json_answer(await confirm_account_statement(desk, identity, statement_id, once=once))


@router.post(
    "/account-statements/{statement_id}/objections",
    operation_id="object_to_account_statement",
    summary="Hold something against a statement, or against one order on it",
    description="Both sides confirm anew once the side that raised it says that it is settled.",
    responses={200: {"model": AccountStatementView}, **refusals(*_STEP, ObjectionDiffers)},
)
async def on_object_to_account_statement(
    desk: AtDesk, identity: Asking, once: Once, statement_id: UUID, command: ObjectToStatement
) -> Response:
    return json_answer(await object_to_account_statement(desk, identity, statement_id, command, once=once))


@router.post(
    "/account-statements/{statement_id}/objections/{objection_id}/closing",
    operation_id="close_account_objection",
    summary="Say that an objection of one's own side is settled",
    responses={200: {"model": AccountStatementView}, **refusals(*_STEP, NoSuchObjection, NotYourObjection)},
)
async def on_close_account_objection(
    desk: AtDesk, identity: Asking, once: Once, statement_id: UUID, objection_id: UUID, command: CloseObjection
) -> Response:
    return json_answer(await close_account_objection(desk, identity, statement_id, objection_id, command, once=once))


@router.put(
    "/units/{unit_id}/payment-terms/{terms_id}",
    operation_id="put_payment_terms",
    summary="Set within how many days (at most 60) a unit pays what is ordered from a day to come",
    responses={200: {"model": PaymentTermsView}, **refusals(NotSignedIn, NotAllowed, NoSuchUnit, TermsDiffer)},
)
async def on_put_payment_terms(
    desk: AtDesk, identity: Asking, unit_id: UUID, terms_id: UUID, command: PutPaymentTerms
) -> Response:
    return json_answer(await put_payment_terms(desk, identity, unit_id, terms_id, command))


@router.get(
    "/units/{unit_id}/payment-terms",
    operation_id="get_payment_terms",
    summary="Read within how many days a unit pays",
    responses={200: {"model": PaymentTermsView}, **refusals(NoSuchUnit)},
)
async def on_get_payment_terms(desk: AtDesk, unit_id: UUID) -> Response:
    return json_answer(await get_payment_terms(desk, unit_id), headers=KEPT)


@router.get(
    "/overdue-payments",
    operation_id="list_overdue_payments",
    summary="List what is paid late, by how many days and how much 逾期未付",
    description="Seen by the canteen, the supplier, the unit and the units above. With `due_by`, a day at most "
    "400 days ahead, what is not paid and falls due by then stands there too, late by 0 days.",
    responses={200: {"model": OverduePage}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier)},
)
async def on_list_overdue_payments(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    due_by: date | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    found = await list_overdue_payments(
        desk, identity, canteen=canteen, supplier=supplier, due_by=due_by, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.get(
    "/days-to-pay",
    operation_id="list_days_to_pay",
    summary="After how many days canteens paid, in a month that is over, for everybody 付款天数",
    responses={200: {"model": PayFigurePage}, **refusals()},
)
async def on_list_days_to_pay(
    desk: AtDesk, month: AMonth, canteen: UUID | None = None, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Response:
    found = await list_days_to_pay(desk, month=_first(month), canteen=canteen, limit=limit, cursor=cursor)
    return json_answer(found, headers=KEPT)


@router.get(
    "/suppliers/{supplier_id}/sales",
    operation_id="get_sales",
    summary="Read what a supplier sold in a year, by month of acceptance and canteen 月度销售",
    responses={200: {"model": SalesView}, **refusals(NotSignedIn, NotAllowed, NoSuchSupplier)},
)
async def on_get_sales(
    desk: AtDesk, identity: Asking, supplier_id: UUID, year: Annotated[int, Query(ge=2000, le=2099)]
) -> Response:
    return json_answer(await get_sales(desk, identity, supplier_id, year))

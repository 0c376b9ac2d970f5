"""What ends soon, by HTTP."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import Answer
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.usecases.list_reminders import ListReminders, list_reminders
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["recognition"])


class ReminderAnswer(Answer):
    """A confirmed paper and its last day; `days_left` is negative once that is over."""

    supplier_id: UUID
    supplier_name: str
    subject: Literal["recognition", "certificate"]
    subject_id: UUID
    kind: str
    name: str
    valid_to: date
    days_left: int
    lapsed: bool


class Reminders(Answer):
    items: list[ReminderAnswer]
    next: str | None


@router.get(
    "/reminders",
    operation_id="list_reminders",
    summary="Confirmed papers within reach that end soon or have just ended, and that nothing goes on from",
    responses={200: {"model": Reminders}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListReminders),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_reminders(desk_of(request), identity, query_of(ListReminders, request)))

"""Calendars of deliveries: a link is made and ended by whoever has a seat, and read by whoever has the link."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.api.own import PRIVATE, read_json, uuid_in
from gateway.session import Session
from gateway.usecases.commands import PutCalendar
from gateway.usecases.give_calendar import give_calendar
from gateway.usecases.keep_calendars import list_calendars, put_calendar, revoke_calendar
from shared.http.answers import json_answer

MEDIA_TYPE = "text/calendar; charset=utf-8"
KEPT = {"cache-control": "private, no-cache"}
"""A program may keep it, and asks before it shows it again: a link that is ended shows nothing."""


async def _put_calendar(request: Request, session: Session | None) -> Response:
    assert session is not None
    calendar_id = uuid_in("calendar_id", request.scope["path"].split("/")[-1])
    command = await read_json(request, PutCalendar)
    made = await put_calendar(request.app.state.desk, session.identity, calendar_id, command)
    return json_answer(made, headers=PRIVATE)


async def _list_calendars(request: Request, session: Session | None) -> Response:
    assert session is not None
    return json_answer(await list_calendars(request.app.state.desk, session.account_id), headers=PRIVATE)


async def _revoke_calendar(request: Request, session: Session | None) -> Response:
    assert session is not None
    calendar_id = uuid_in("calendar_id", request.scope["path"].split("/")[-2])
    await revoke_calendar(request.app.state.desk, session.identity, calendar_id)
    return Response(status_code=204, headers=PRIVATE)


async def _get_calendar_feed(request: Request, session: Session | None) -> Response:
    body = await give_calendar(request.app.state.desk, request.scope["path"].split("/")[-1])
    headers = {
        **KEPT,
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "content-disposition": 'inline; filename="deliveries.ics"',
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


CALENDARS: dict[str, Endpoint] = {
    "put_calendar": _put_calendar,
    "list_calendars": _list_calendars,
    "revoke_calendar": _revoke_calendar,
    "get_calendar_feed": _get_calendar_feed,
}

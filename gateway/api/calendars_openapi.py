"""Calendars of deliveries, as OpenAPI describes them."""

from typing import Any

from gateway.api.shapes import ID, MOMENT, TEXT, a_body, a_list, an_answer, an_object, problems
from gateway.usecases.commands import PutCalendar
from gateway.usecases.refusals import (
    CalendarEnded,
    NoSuchCalendar,
    NoSuchOrganisation,
    SessionEnded,
    TooManyCalendars,
)
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields, NotSignedIn

_ID = "019a0000-0000-7000-8000-0000000000d1"
_ORGANISATION = {"kind": {"type": "string", "enum": ["supplier", "canteen"]}, "id": ID}
CALENDARS_COMPONENTS: dict[str, Any] = {
    "PutCalendar": PutCalendar.model_json_schema(),
    "Calendar": an_object(
        {"calendar_id": ID, "organisation": an_object(_ORGANISATION), "url": TEXT, "made_at": MOMENT}
    ),
    "Calendars": an_object({"items": a_list({"$ref": "#/components/schemas/Calendar"})}),
}
_TOKEN = "019a0000000070008000000000000d11" + "9f2c" * 8
_EXAMPLE = {
    "calendar_id": _ID,
    "organisation": {"kind": "canteen", "id": "019a0000-0000-7000-8000-0000000000b2"},
    "url": f"https://zhucai.example/api/v1/calendar-feeds/{_TOKEN}",
    "made_at": "2026-03-02T01:00:00Z",
}
_FEED = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Zhucai//Deliveries 1//ZH\r\nEND:VCALENDAR\r\n"
_OF_ONE = [{"name": "calendar_id", "in": "path", "required": True, "schema": ID, "example": _ID}]
_OF_LINK = {
    "name": "feed_token",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "example": _TOKEN,
}

CALENDARS_OPERATIONS: dict[str, dict[str, Any]] = {
    "put_calendar": {
        "summary": "Make a link to the calendar of deliveries of one's canteen or supplier 送货日历",
        "description": "Whoever has the link reads the calendar; it opens as long as its maker has a seat there.",
        "tags": ["calendars"],
        "parameters": _OF_ONE,
        "requestBody": a_body("PutCalendar", {"organisation_id": _EXAMPLE["organisation"]["id"]}),  # type: ignore[index]
        "responses": {
            "200": an_answer("The link; the same request gives it again.", "Calendar", _EXAMPLE),
            **problems(
                NotSignedIn,
                SessionEnded,
                NotAllowed,
                NoSuchOrganisation,
                InvalidFields,
                CalendarEnded,
                TooManyCalendars,
            ),
        },
    },
    "list_calendars": {
        "summary": "One's own links to calendars 我的日历链接",
        "tags": ["calendars"],
        "responses": {
            "200": an_answer("Those that open.", "Calendars", {"items": [_EXAMPLE]}),
            **problems(NotSignedIn, SessionEnded),
        },
    },
    "revoke_calendar": {
        "summary": "End a link at once 停用日历链接",
        "tags": ["calendars"],
        "parameters": _OF_ONE,
        "responses": {
            "204": {"description": "It opens nothing any more."},
            **problems(NotSignedIn, SessionEnded, NotAllowed, NoSuchCalendar, InvalidFields),
        },
    },
    "get_calendar_feed": {
        "summary": "The deliveries of open orders as an iCalendar (RFC 5545) 订阅送货日历",
        "tags": ["calendars"],
        "parameters": [_OF_LINK],
        "responses": {
            "200": {
                "description": "One VEVENT an order: tentative until it is confirmed, SEQUENCE its version.",
                "content": {"text/calendar": {"schema": {"type": "string"}, "example": _FEED}},
            },
            "304": {"description": "What you have is still so."},
            **problems(NoSuchCalendar),
        },
    },
}

"""What a person was told, and how, as OpenAPI describes it."""

from typing import Any

from gateway.api.shapes import (
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_OR_NO,
    a_body,
    a_list,
    an_answer,
    an_object,
    or_null,
    problems,
)
from gateway.domain.notice_words import lines_of, page_of, title_of
from gateway.domain.states import MailState
from gateway.usecases.commands import ConfirmMailAddress, PutMailAddress, PutNoticeSettings, ReadNotices
from gateway.usecases.refusals import (
    NoCodeWaits,
    NoMailHere,
    NoSuchNotice,
    SessionEnded,
    TooManyMailCodes,
    WrongMailCode,
)
from shared.contracts.words import NoticeKind
from shared.errors import InvalidFields, NotSignedIn
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX

_KIND = {"type": "string", "enum": [kind.value for kind in NoticeKind]}
_NOTICE = {
    "notice_id": ID,
    "kind": _KIND,
    "title": {**TEXT, "description": "What happened, in the reader's language."},
    "lines": {**a_list(TEXT), "description": "What to do, and the facts worded."},
    "page": {**or_null(TEXT), "description": "The path of the page on which it is dealt with; null: none has it."},
    "subject_id": ID,
    "facts": {"type": "object", "additionalProperties": TEXT},
    "at": MOMENT,
    "due_at": or_null(MOMENT),
    "read_at": or_null(MOMENT),
    "mail": or_null(
        an_object(
            {"state": {"type": "string", "enum": [state.value for state in MailState]}, "ended_at": or_null(MOMENT)}
        )
    ),
}
_SETTING = {"kind": _KIND, "title": TEXT, "inbox": YES_OR_NO, "mail": YES_OR_NO}
NOTICES_COMPONENTS: dict[str, Any] = {
    "Notice": an_object(_NOTICE),
    "NoticesPage": an_object({"items": a_list({"$ref": "#/components/schemas/Notice"}), "next": or_null(TEXT)}),
    "ReadNotices": ReadNotices.model_json_schema(),
    "NoticesRead": an_object({"read_count": WHOLE}),
    "PutNoticeSettings": PutNoticeSettings.model_json_schema(ref_template="#/components/schemas/{model}"),
    "NoticeSettings": an_object({"settings": a_list(an_object(_SETTING))}),
}
for _name, _schema in NOTICES_COMPONENTS["PutNoticeSettings"].pop("$defs").items():
    NOTICES_COMPONENTS[_name] = _schema

_ID = "019a0000-0000-7000-8000-0000000000f1"
_SUBJECT = "019a0000-0000-7000-8000-0000000000f2"
_FACTS = {"canteen": "示例县残联食堂", "by": "李娜", "amount_fen": "1300000", "wanted_on": "2026-03-05"}
_EXAMPLE = {
    "notice_id": _ID,
    "kind": "requisition_waits",
    "title": title_of(NoticeKind.REQUISITION_WAITS, "zh"),
    "lines": lines_of(NoticeKind.REQUISITION_WAITS, _FACTS, "zh"),
    "page": page_of(NoticeKind.REQUISITION_WAITS, _SUBJECT, _FACTS),
    "subject_id": _SUBJECT,
    "facts": _FACTS,
    "at": "2026-03-02T01:00:00Z",
    "due_at": None,
    "read_at": None,
    "mail": {"state": "sent", "ended_at": "2026-03-02T01:00:04Z"},
}
_CHOSEN = {
    "settings": [
        {"kind": "order_shipped", "title": title_of(NoticeKind.ORDER_SHIPPED, "zh"), "inbox": False, "mail": True}
    ]
}
_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "unread",
        "in": "query",
        "required": False,
        "description": "true: what was not read; false: what was",
        "schema": {"type": "boolean"},
        "example": True,
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
        "example": LIMIT_DEFAULT,
    },
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "`next` of the page before",
        "schema": {"type": "string", "maxLength": 300},
    },
]
_OF_ONE = [{"name": "notice_id", "in": "path", "required": True, "schema": ID, "example": _ID}]

_ADDRESS = {
    "address": or_null({**TEXT, "description": "Confirmed: letters go there."}),
    "confirmed_at": or_null(MOMENT),
    "asked_address": or_null({**TEXT, "description": "Waits for its code."}),
    "code_until": or_null(MOMENT),
}
NOTICES_COMPONENTS |= {
    "PutMailAddress": PutMailAddress.model_json_schema(),
    "ConfirmMailAddress": ConfirmMailAddress.model_json_schema(),
    "MailAddress": an_object(_ADDRESS),
}
_ASKED = {
    "address": None,
    "confirmed_at": None,
    "asked_address": "li.na@example.org",
    "code_until": "2026-03-02T01:30:00Z",
}
_CONFIRMED = {
    "address": "li.na@example.org",
    "confirmed_at": "2026-03-02T01:05:00Z",
    "asked_address": None,
    "code_until": None,
}

NOTICES_OPERATIONS: dict[str, dict[str, Any]] = {
    "list_notices": {
        "summary": "What one was told, newest first 我的通知",
        "description": "Kept for 180 days, and the newest 1,000. `mail` tells what became of its letter, if one was "
        "written: `unknown` where the server broke off while taking it; such a letter is never sent again.",
        "tags": ["notices"],
        "parameters": _PARAMETERS,
        "responses": {
            "200": an_answer("One's own notices.", "NoticesPage", {"items": [_EXAMPLE], "next": None}),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
    "read_notice": {
        "summary": "Note that a notice was read 标记已读",
        "tags": ["notices"],
        "parameters": _OF_ONE,
        "responses": {
            "200": an_answer("The notice.", "Notice", {**_EXAMPLE, "read_at": "2026-03-02T01:05:00Z"}),
            **problems(NotSignedIn, SessionEnded, NoSuchNotice, InvalidFields),
        },
    },
    "read_notices": {
        "summary": "Note that all up to a moment was read 全部标记已读",
        "description": "`up_to` is `at` of the newest that was shown, so that what came meanwhile stays unread.",
        "tags": ["notices"],
        "requestBody": a_body("ReadNotices", {"up_to": "2026-03-02T01:00:00Z"}),
        "responses": {
            "200": an_answer("How many were unread before.", "NoticesRead", {"read_count": 3}),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
    "put_notice_settings": {
        "summary": "Choose how each kind of notice reaches one 通知设置",
        "description": "The whole choice: a kind that is not named reaches one in every way. What was told stays.",
        "tags": ["notices"],
        "requestBody": a_body(
            "PutNoticeSettings", {"settings": [{"kind": "order_shipped", "inbox": False, "mail": True}]}
        ),
        "responses": {
            "200": an_answer("Every kind.", "NoticeSettings", _CHOSEN),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
    "put_mail_address": {
        "summary": "Give the address to which notices are written, or take it away 通知邮箱",
        "description": "A code of eight digits is sent there and holds for 30 minutes; until it is given back, "
        "letters go to the address that was confirmed before.",
        "tags": ["notices"],
        "requestBody": a_body("PutMailAddress", {"address": "li.na@example.org"}),
        "responses": {
            "200": an_answer("Where one is written to.", "MailAddress", _ASKED),
            **problems(NotSignedIn, SessionEnded, InvalidFields, NoMailHere, TooManyMailCodes),
        },
    },
    "confirm_mail_address": {
        "summary": "Show by its code that the address is one's own 验证邮箱",
        "tags": ["notices"],
        "requestBody": a_body("ConfirmMailAddress", {"code": "40712953"}),
        "responses": {
            "200": an_answer("Where one is written to.", "MailAddress", _CONFIRMED),
            **problems(NotSignedIn, SessionEnded, InvalidFields, NoCodeWaits, WrongMailCode, TooManyMailCodes),
        },
    },
    "get_mail_address": {
        "summary": "Where notices are written to 通知邮箱",
        "tags": ["notices"],
        "responses": {
            "200": an_answer("Where one is written to.", "MailAddress", _CONFIRMED),
            **problems(NotSignedIn, SessionEnded),
        },
    },
    "get_notice_settings": {
        "summary": "How each kind of notice reaches one 通知设置",
        "tags": ["notices"],
        "responses": {
            "200": an_answer("Every kind.", "NoticeSettings", _CHOSEN),
            **problems(NotSignedIn, SessionEnded),
        },
    },
}

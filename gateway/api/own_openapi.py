"""The operations that the gateway answers itself, as OpenAPI describes them."""

from typing import Any

from gateway.api.basket_openapi import (
    BASKET_COMPONENTS,
    BASKET_PARAMETERS,
    SUBSTITUTE_PARAMETERS,
    SUBSTITUTES_EXAMPLE,
    SUBSTITUTES_TOLD,
)
from gateway.api.calendars_openapi import CALENDARS_COMPONENTS, CALENDARS_OPERATIONS
from gateway.api.hooks_openapi import HOOKS_COMPONENTS, HOOKS_OPERATIONS
from gateway.api.notices_openapi import NOTICES_COMPONENTS, NOTICES_OPERATIONS
from gateway.api.people_openapi import PEOPLE_COMPONENTS, PEOPLE_OPERATIONS
from gateway.api.shapes import ID, MOMENT, TEXT, WHOLE, a_body, an_answer, an_object, problems
from gateway.api.ties_openapi import CONTACT_EXAMPLE, TIES_COMPONENTS, TIES_EXAMPLE, TIES_PARAMETERS, TIES_TOLD
from gateway.api.window_openapi import WINDOW_OPERATIONS
from gateway.usecases.commands import CreateAccount, SignIn
from gateway.usecases.refusals import (
    AccountTaken,
    SessionEnded,
    SignInRefused,
    TooManySignIns,
    TooManySignUps,
)
from shared.contracts.authority import NotAllowed, Role
from shared.db.unit_of_work import KeyReused
from shared.errors import InvalidFields, NotFound, NotSignedIn
from shared.http.once import KEY_LENGTH_MAX

_ACCOUNT_ID = "019a0000-0000-7000-8000-0000000000a1"
_UNIT = {"id": "019a0000-0000-7000-8000-0000000000b1", "name": "示例县残联", "path": "/430000/433100/433122/"}


OWN_COMPONENTS: dict[str, Any] = {
    "CreateAccount": CreateAccount.model_json_schema(),
    "SignIn": SignIn.model_json_schema(),
    "Account": an_object({"account_id": ID, "account": TEXT, "name": TEXT, "language": {"enum": ["zh", "en"]}}),
    "OpenedSession": an_object({"token": TEXT, "account": TEXT, "expires_at": MOMENT}),
    "Seat": an_object(
        {
            "role": {"type": "string", "enum": [role.value for role in Role]},
            "organisation": an_object(
                {"kind": {"type": "string", "enum": ["supplier", "canteen", "unit"]}, "id": ID, "name": TEXT}
            ),
            "unit": {"anyOf": [an_object({"id": ID, "name": TEXT, "path": TEXT}), {"type": "null"}]},
        }
    ),
    "Me": an_object(
        {
            "account_id": ID,
            "account": TEXT,
            "name": TEXT,
            "language": {"enum": ["zh", "en"]},
            "expires_at": MOMENT,
            "csrf_token": TEXT,
            "unread_count": {**WHOLE, "description": "How many notices were not read."},
            "seats": {"type": "array", "items": {"$ref": "#/components/schemas/Seat"}},
        }
    ),
    **BASKET_COMPONENTS,
    **PEOPLE_COMPONENTS,
    **NOTICES_COMPONENTS,
    **CALENDARS_COMPONENTS,
    **HOOKS_COMPONENTS,
    **TIES_COMPONENTS,
}

_SIGN_UP = {"account": "li.na", "name": "李娜", "password": "three small blue boats", "language": "zh"}

_PREVIEW = ("procurement_quota", "post", "/internal/quota-previews")
COMPOSED = {"preview_quota": _PREVIEW, "preview_substitute": _PREVIEW}
"""Whose answer the gateway gives where it asks two services: that one describes it."""

OWN_OPERATIONS: dict[str, dict[str, Any]] = {
    "sign_up": {
        "summary": "Open an account 注册",
        "description": "The account has no seat yet; an organisation's people, or an application as supplier, give it.",
        "tags": ["accounts"],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX},
                "example": "019a0000-0000-7000-8000-0000000000c1",
            }
        ],
        "requestBody": a_body("CreateAccount", _SIGN_UP),
        "responses": {
            "201": an_answer(
                "The account is open.",
                "Account",
                {"account_id": _ACCOUNT_ID, "account": "li.na", "name": "李娜", "language": "zh"},
            ),
            **problems(AccountTaken, KeyReused, TooManySignUps),
        },
    },
    "sign_in": {
        "summary": "Sign in 登录",
        "description": "Gives a bearer token, kept by the caller alone. It ends after 12 hours unused, or 7 days.",
        "tags": ["accounts"],
        "requestBody": a_body("SignIn", {"account": "li.na", "password": "three small blue boats"}),
        "responses": {
            "201": an_answer(
                "The session is open.",
                "OpenedSession",
                {
                    "token": "6dX0m4n9S1kq2T7u8V3w5Y6z0A1b2C3d4E5f6G7h8J0",
                    "account": "li.na",
                    "expires_at": "2026-03-12T02:00:00Z",
                },
            ),
            **problems(SignInRefused, TooManySignIns),
        },
    },
    "sign_out": {
        "summary": "Sign out 退出",
        "tags": ["accounts"],
        "responses": {"204": {"description": "The session has ended."}, **problems(NotSignedIn, SessionEnded)},
    },
    "who_am_i": {
        "summary": "Who is signed in, and in which seats 我的账号",
        "tags": ["accounts"],
        "responses": {
            "200": an_answer(
                "The account and its seats.",
                "Me",
                {
                    "account_id": _ACCOUNT_ID,
                    "account": "li.na",
                    "name": "李娜",
                    "language": "zh",
                    "expires_at": "2026-03-12T02:00:00Z",
                    "csrf_token": "k3J9d8s7A6f5G4h3J2k1L0z9X8c7V6b5",
                    "unread_count": 2,
                    "seats": [
                        {
                            "role": "buyer",
                            "organisation": {
                                "kind": "canteen",
                                "id": "019a0000-0000-7000-8000-0000000000b2",
                                "name": "示例县残联食堂",
                            },
                            "unit": _UNIT,
                        }
                    ],
                },
            ),
            **problems(NotSignedIn, SessionEnded),
        },
    },
    "put_contact": {
        "summary": "Give the telephone by which one is reached, or take it away 联系电话",
        "description": "Nobody sees it but oneself, and auditors where another house gives it too. A year has room for "
        "ten; what was given before is never forgotten.",
        "tags": ["accounts"],
        "requestBody": a_body("PutContact", {"phone": "138 0000 0000"}),
        "responses": {
            "200": an_answer("As it is compared.", "Contact", CONTACT_EXAMPLE),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
    "get_contact": {
        "summary": "The telephone that one gives 联系电话",
        "tags": ["accounts"],
        "responses": {
            "200": an_answer("As it is compared.", "Contact", CONTACT_EXAMPLE),
            **problems(NotSignedIn, SessionEnded),
        },
    },
    "list_ties": {
        "summary": "Who shares bank accounts, telephones, addresses or people: suppliers, buyers and officers 关联",
        "description": TIES_TOLD,
        "tags": ["auditing"],
        "parameters": TIES_PARAMETERS,
        "responses": {
            "200": an_answer("Ties, those between suppliers first.", "TiesPage", TIES_EXAMPLE),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
    "preview_quota": {
        "summary": "The share that a basket would make, under each rule 采购份额预览",
        "tags": ["baskets"],
        "parameters": BASKET_PARAMETERS,
        "responses": {
            "200": {"description": "Before, and after this basket is accepted in full; both also with open orders."},
            **problems(NotSignedIn, NotAllowed, NotFound, InvalidFields),
        },
    },
    "preview_substitute": {
        "summary": "The share that goods offered in a line's place would make, under each rule 替代商品的份额预览",
        "tags": ["orders"],
        "parameters": SUBSTITUTE_PARAMETERS,
        "responses": {
            "200": {"description": "Before, and after these goods are accepted in full; both also with open orders."},
            **problems(NotSignedIn, NotAllowed, NotFound, InvalidFields),
        },
    },
    "find_substitutes": {
        "summary": "What on sale would count in place of a basket's lines that do not 可替换商品",
        "description": SUBSTITUTES_TOLD,
        "tags": ["baskets"],
        "parameters": BASKET_PARAMETERS,
        "responses": {
            "200": an_answer("Substitutes by line.", "Substitutes", SUBSTITUTES_EXAMPLE),
            **problems(NotSignedIn, NotAllowed, NotFound, InvalidFields),
        },
    },
    **PEOPLE_OPERATIONS,
    **NOTICES_OPERATIONS,
    **CALENDARS_OPERATIONS,
    **HOOKS_OPERATIONS,
    **WINDOW_OPERATIONS,
}

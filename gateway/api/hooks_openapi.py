"""Webhooks of organisations, as OpenAPI describes them."""

from typing import Any

from gateway.api.shapes import ID, MOMENT, TEXT, WHOLE, a_body, a_list, an_answer, an_object, or_null, problems
from gateway.domain.states import EndpointState, HookState
from gateway.usecases.commands import PutWebhookEndpoint, RenewWebhookSecret
from gateway.usecases.refusals import (
    EndpointTaken,
    NoSuchEndpoint,
    NoSuchOrganisation,
    SessionEnded,
    TooManyEndpoints,
)
from shared.contracts.authority import NotAllowed
from shared.contracts.words import NoticeKind
from shared.errors import InvalidFields, NotSignedIn
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.states import WrongState

_ID = "019a0000-0000-7000-8000-0000000000d2"
_CANTEEN = "019a0000-0000-7000-8000-0000000000b2"
_ORGANISATION = {"kind": {"type": "string", "enum": ["supplier", "canteen", "unit"]}, "id": ID}
_ENDPOINT = {
    "endpoint_id": ID,
    "organisation": an_object(_ORGANISATION),
    "url": TEXT,
    "kinds": a_list({"type": "string", "enum": [kind.value for kind in NoticeKind]}),
    "state": {"type": "string", "enum": [state.value for state in EndpointState]},
    "secret": {**TEXT, "description": "With which the program checks `webhook-signature`."},
    "secret_version": WHOLE,
    "failing_since": or_null(MOMENT),
    "disabled_at": or_null(MOMENT),
}
_DELIVERY = {
    "delivery_id": {**ID, "description": "`webhook-id`, the same at each try."},
    "state": {"type": "string", "enum": [state.value for state in HookState]},
    "tries": WHOLE,
    "status": or_null({**WHOLE, "description": "Of the last answer."}),
    "problem": or_null({**TEXT, "description": "Why no answer came, the last time."}),
    "made_at": MOMENT,
    "next_at": or_null(MOMENT),
    "ended_at": or_null(MOMENT),
}
_PUT = PutWebhookEndpoint.model_json_schema(ref_template="#/components/schemas/{model}")
HOOKS_COMPONENTS: dict[str, Any] = {
    **_PUT.pop("$defs"),
    "PutWebhookEndpoint": _PUT,
    "RenewWebhookSecret": RenewWebhookSecret.model_json_schema(),
    "WebhookEndpoint": an_object(_ENDPOINT),
    "WebhookEndpoints": an_object({"items": a_list({"$ref": "#/components/schemas/WebhookEndpoint"})}),
    "WebhookDeliveries": an_object({"items": a_list(an_object(_DELIVERY)), "next": or_null(TEXT)}),
}
_EXAMPLE = {
    "endpoint_id": _ID,
    "organisation": {"kind": "canteen", "id": _CANTEEN},
    "url": "https://hooks.example.org/zhucai",
    "kinds": ["order_shipped", "weight_to_agree"],
    "state": "active",
    "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "secret_version": 1,
    "failing_since": None,
    "disabled_at": None,
}
_SENT = {
    "delivery_id": "019a0000-0000-7000-8000-0000000000d3",
    "state": "delivered",
    "tries": 1,
    "status": 204,
    "problem": None,
    "made_at": "2026-03-02T01:00:00Z",
    "next_at": None,
    "ended_at": "2026-03-02T01:00:04Z",
}
_OF_ONE = {"name": "endpoint_id", "in": "path", "required": True, "schema": ID, "example": _ID}
_PAGE: list[dict[str, Any]] = [
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
_OWN = (NotSignedIn, SessionEnded, NotAllowed, NoSuchEndpoint, InvalidFields)

HOOKS_OPERATIONS: dict[str, dict[str, Any]] = {
    "put_webhook_endpoint": {
        "summary": "Name the address at which an organisation's program is told of its notices 推送地址",
        "description": "https, by a name of the open Internet. Messages are signed as Standard Webhooks has it "
        "(`webhook-id`, `webhook-timestamp`, `webhook-signature`), and sent again with the same `webhook-id`, nine "
        "times within four days, until the answer is a 2xx. An address that takes nothing for five days, or answers "
        "410, is disabled and its people told; putting it again takes it into use.",
        "tags": ["webhooks"],
        "parameters": [_OF_ONE],
        "requestBody": a_body(
            "PutWebhookEndpoint",
            {"organisation_id": _CANTEEN, "url": _EXAMPLE["url"], "kinds": _EXAMPLE["kinds"]},
        ),
        "responses": {
            "200": an_answer("The address with its secret.", "WebhookEndpoint", _EXAMPLE),
            **problems(
                NotSignedIn,
                SessionEnded,
                NotAllowed,
                NoSuchOrganisation,
                InvalidFields,
                EndpointTaken,
                TooManyEndpoints,
                WrongState,
            ),
        },
    },
    "list_webhook_endpoints": {
        "summary": "The addresses of one's organisations 推送地址",
        "tags": ["webhooks"],
        "responses": {
            "200": an_answer("Those not removed, oldest first.", "WebhookEndpoints", {"items": [_EXAMPLE]}),
            **problems(NotSignedIn, SessionEnded),
        },
    },
    "renew_webhook_secret": {
        "summary": "Go on to a new secret 更换推送密钥",
        "description": "`version` is that of the secret to end; the same request again changes nothing.",
        "tags": ["webhooks"],
        "parameters": [_OF_ONE],
        "requestBody": a_body("RenewWebhookSecret", {"version": 1}),
        "responses": {
            "200": an_answer("The address.", "WebhookEndpoint", {**_EXAMPLE, "secret_version": 2}),
            **problems(*_OWN),
        },
    },
    "remove_webhook_endpoint": {
        "summary": "Tell an address nothing any more 移除推送地址",
        "tags": ["webhooks"],
        "parameters": [_OF_ONE],
        "responses": {"204": {"description": "It is told nothing any more."}, **problems(*_OWN)},
    },
    "list_webhook_deliveries": {
        "summary": "What was sent to an address, newest first 推送记录",
        "description": "Kept for 30 days after it ended.",
        "tags": ["webhooks"],
        "parameters": [_OF_ONE, *_PAGE],
        "responses": {
            "200": an_answer("Messages.", "WebhookDeliveries", {"items": [_SENT], "next": None}),
            **problems(*_OWN),
        },
    },
}

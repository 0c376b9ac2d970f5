"""Who acts for units and canteens, as OpenAPI describes it."""

from typing import Any

from gateway.api.shapes import ID, MOMENT, TEXT, YES_OR_NO, a_list, an_answer, an_object, or_null, problems
from gateway.store.accounts import KIND_OF_ROLE
from gateway.usecases.refusals import SessionEnded
from shared.errors import InvalidFields, NotSignedIn
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX

_ROLE = {"type": "string", "enum": [role.value for role, kind in KIND_OF_ROLE.items() if kind != "supplier"]}
_PERSON = {
    "account_id": ID,
    "name": TEXT,
    "role": _ROLE,
    "organisation": an_object({"kind": {"type": "string", "enum": ["canteen", "unit"]}, "id": ID, "name": TEXT}),
    "unit": an_object({"id": ID, "name": TEXT, "path": TEXT}),
    "granted_at": MOMENT,
    "disabled": {**YES_OR_NO, "description": "Whether the account can sign in no more."},
}
PEOPLE_COMPONENTS: dict[str, Any] = {
    "PeoplePage": an_object({"items": a_list(an_object(_PERSON)), "next": or_null(TEXT)})
}
_EXAMPLE = {
    "items": [
        {
            "account_id": "019a0000-0000-7000-8000-0000000000a1",
            "name": "李娜",
            "role": "buyer",
            "organisation": {
                "kind": "canteen",
                "id": "019a0000-0000-7000-8000-0000000000b2",
                "name": "示例县残联食堂",
            },
            "unit": {
                "id": "019a0000-0000-7000-8000-0000000000b1",
                "name": "示例县残联",
                "path": "/430000/433100/433122/",
            },
            "granted_at": "2026-03-01T02:00:00Z",
            "disabled": False,
        }
    ],
    "next": None,
}


def _asked(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


_PARAMETERS = [
    _asked("role", _ROLE, "Those in this role."),
    _asked("organisation_id", ID, "Those in this unit or canteen."),
    _asked("q", {**TEXT, "maxLength": 80}, "A part of the name."),
    {
        **_asked(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
            "How many on a page.",
        ),
        "example": LIMIT_DEFAULT,
    },
    _asked("cursor", {**TEXT, "maxLength": 300}, "`next` of the page before"),
]
PEOPLE_OPERATIONS: dict[str, dict[str, Any]] = {
    "list_people": {
        "summary": "Who acts for the units and canteens of one's area 岗位人员",
        "description": "By unit, canteen and role. What a person signs in with and how they are reached is not told.",
        "tags": ["auditing"],
        "parameters": _PARAMETERS,
        "responses": {
            "200": an_answer("Seats, each with who holds it.", "PeoplePage", _EXAMPLE),
            **problems(NotSignedIn, SessionEnded, InvalidFields),
        },
    },
}

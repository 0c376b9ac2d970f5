"""How a person is reached, and who shares that with whom, as OpenAPI describes them."""

from typing import Any

from gateway.api.shapes import ID, MOMENT, TEXT, WHOLE, a_list, an_object, or_null
from gateway.usecases.commands import PutContact
from gateway.usecases.list_ties import Between
from shared.contracts.authority import Role
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX

KINDS = ["bank_account", "phone", "address", "person"]
_SEAT = {
    "role": or_null({"type": "string", "enum": [role.value for role in Role]}),
    "kind": {"type": "string", "enum": ["supplier", "canteen", "unit"]},
    "organisation_id": ID,
    "organisation_name": TEXT,
}
_SPAN = {"since": or_null(MOMENT), "until": or_null(MOMENT)}
_SUPPLIER = {
    "supplier_id": ID,
    "name": TEXT,
    "kind": TEXT,
    "county_code": TEXT,
    "county_name": TEXT,
    "state": TEXT,
    **_SPAN,
}
_TIE = {
    "between": {"type": "string", "enum": list(Between)},
    "kind": {"type": "string", "enum": KINDS},
    "value": {**TEXT, "description": "The account's id, or what is shared as it is compared."},
    "account_count": WHOLE,
    "supplier_count": WHOLE,
    "decisions": or_null({**WHOLE, "description": "Of a person of several suppliers, as an officer about any."}),
    "accounts": a_list(
        an_object({"account_id": ID, "name": TEXT, "seat_count": WHOLE, "seats": a_list(an_object(_SEAT)), **_SPAN})
    ),
    "suppliers": a_list(an_object(_SUPPLIER)),
}
TIES_COMPONENTS: dict[str, Any] = {
    "PutContact": PutContact.model_json_schema(),
    "Contact": an_object({"phone": or_null(TEXT)}),
    "TiesPage": an_object({"items": a_list(an_object(_TIE)), "next": or_null(TEXT)}),
}
CONTACT_EXAMPLE = {"phone": "13800000000"}
TIES_EXAMPLE: dict[str, Any] = {
    "items": [
        {
            "between": "accounts",
            "kind": "phone",
            "value": "13800000000",
            "account_count": 1,
            "supplier_count": 1,
            "decisions": None,
            "accounts": [
                {
                    "account_id": "019a0000-0000-7000-8000-0000000000a1",
                    "name": "李娜",
                    "since": "2026-03-01T02:00:00Z",
                    "until": None,
                    "seat_count": 1,
                    "seats": [
                        {
                            "role": "buyer",
                            "kind": "canteen",
                            "organisation_id": "019a0000-0000-7000-8000-0000000000b2",
                            "organisation_name": "示例县残联食堂",
                        }
                    ],
                }
            ],
            "suppliers": [
                {
                    "supplier_id": "019a0000-0000-7000-8000-0000000000e1",
                    "name": "示例县残疾人就业帮扶基地",
                    "kind": "disabled_base",
                    "county_code": "433122",
                    "county_name": "泸溪县",
                    "state": "admitted",
                    "since": "2026-02-01T02:00:00Z",
                    "until": None,
                }
            ],
        }
    ],
    "next": None,
}
TIES_TOLD = (
    "Between `suppliers`: a bank account, telephone, address or person that several have or had, and officers who "
    "decide and sell. Between `accounts`: accounts of a supplier's people that also sit in a canteen or unit, or did "
    "belong to the supplier; and telephones that an account gives and another house's account or a supplier gives "
    "too. A tie proves nothing by itself. What is beyond reach is counted and not named; a seat without a role is one "
    "in a supplier that the person left."
)
TIES_PARAMETERS: list[dict[str, Any]] = [
    {"name": "kind", "in": "query", "required": False, "schema": {"type": "string", "enum": KINDS}},
    {"name": "between", "in": "query", "required": False, "schema": {"type": "string", "enum": list(Between)}},
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
        "description": "`next` of the page before; a page may end before it is full",
        "schema": {"type": "string", "maxLength": 300},
    },
]

"""What a buyer learns about a basket before it is sent, as OpenAPI describes it."""

from typing import Any

from gateway.api.shapes import DAY, ID, TEXT, WHOLE, YES_OR_NO, a_list, an_object, or_null
from gateway.usecases.find_substitutes import SHOWN_MAX, SORTED_EN, SORTED_ZH

_RULE = {"rule": TEXT, "name": TEXT, "name_en": TEXT}
_REASON = {"counts": YES_OR_NO, "in_base": YES_OR_NO, "reason": TEXT, "reason_zh": TEXT, "reason_en": TEXT}
_EFFECT = {
    **_RULE,
    "counts": YES_OR_NO,
    "reason": TEXT,
    "share_bp": or_null(WHOLE),
    "share_with_it_bp": or_null(WHOLE),
    "counted_difference_fen": WHOLE,
    "base_difference_fen": WHOLE,
}
_SUBSTITUTE = {
    "listing_id": ID,
    "listing_version": WHOLE,
    "name": TEXT,
    "category": TEXT,
    "supplier_id": ID,
    "supplier_name": TEXT,
    "supplier_kind": TEXT,
    "measure": TEXT,
    "unit_name": TEXT,
    "unit_quantity": WHOLE,
    "price_fen": {**WHOLE, "description": "Of a unit at this quantity; `first_price_fen` is without tiers."},
    "first_price_fen": WHOLE,
    "origin_county_code": TEXT,
    "origin_county_name": TEXT,
    "quantity": WHOLE,
    "amount_fen": WHOLE,
    "price_difference_fen": WHOLE,
    "rules": a_list({"$ref": "#/components/schemas/SubstituteEffect"}),
}
_LINE = {
    "line": WHOLE,
    "listing_id": ID,
    "name": TEXT,
    "category": TEXT,
    "quantity": WHOLE,
    "amount_fen": WHOLE,
    "not_counted": a_list(an_object({**_RULE, **_REASON})),
    "substitutes": {**a_list({"$ref": "#/components/schemas/Substitute"}), "maxItems": SHOWN_MAX},
    "more": YES_OR_NO,
}
BASKET_COMPONENTS: dict[str, Any] = {
    "SubstituteEffect": an_object(_EFFECT),
    "Substitute": an_object(_SUBSTITUTE),
    "Substitutes": an_object(
        {"wanted_on": DAY, "sorted_zh": TEXT, "sorted_en": TEXT, "lines": a_list(an_object(_LINE))}
    ),
}

BASKET_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "basket_id",
        "in": "path",
        "required": True,
        "schema": ID,
        "example": "019a0000-0000-7000-8000-0000000000d1",
    },
    {
        "name": "wanted_on",
        "in": "query",
        "required": False,
        "description": "when the goods are expected to be accepted, within a year; today when left out",
        "schema": DAY,
        "example": "2026-03-05",
    },
]

SUBSTITUTE_PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "path", "required": True, "schema": ID, "example": example}
    for name, example in (
        ("order_id", "019a0000-0000-7000-8000-0000000000d1"),
        ("substitute_id", "019a0000-0000-7000-8000-0000000000d2"),
    )
]

_HUNAN = {
    "rule": "hunan-2020-canteen",
    "name": "湖南残联食堂采购重点县农副产品（2020）",
    "name_en": "Hunan federations' canteens: produce of the 51 key counties (2020)",
}
SUBSTITUTES_EXAMPLE: dict[str, Any] = {
    "wanted_on": "2026-03-05",
    "sorted_zh": SORTED_ZH,
    "sorted_en": SORTED_EN,
    "lines": [
        {
            "line": 0,
            "listing_id": "019a0000-0000-7000-8000-0000000000e1",
            "name": "长沙生姜",
            "category": "vegetables",
            "quantity": 5_000,
            "amount_fen": 6_000,
            "not_counted": [
                {
                    **_HUNAN,
                    "counts": False,
                    "in_base": True,
                    "reason": "origin_not_listed",
                    "reason_zh": "产地长沙县（430121）按2026-03-05不在《湖南51县》第1版内，只计入基数。",
                    "reason_en": "Base only: its origin 长沙县 (430121) is not on the list “湖南51县”, version 1, "
                    "as of 2026-03-05.",
                }
            ],
            "substitutes": [
                {
                    "listing_id": "019a0000-0000-7000-8000-0000000000e2",
                    "listing_version": 1,
                    "name": "茶陵生姜",
                    "category": "vegetables",
                    "supplier_id": "019a0000-0000-7000-8000-0000000000e3",
                    "supplier_name": "云阳残疾人帮扶基地",
                    "supplier_kind": "disabled_base",
                    "measure": "weight",
                    "unit_name": "斤",
                    "unit_quantity": 500,
                    "price_fen": 650,
                    "first_price_fen": 680,
                    "origin_county_code": "430224",
                    "origin_county_name": "茶陵县",
                    "quantity": 5_000,
                    "amount_fen": 6_500,
                    "price_difference_fen": 500,
                    "rules": [
                        {
                            **_HUNAN,
                            "counts": True,
                            "reason": "origin_listed",
                            "share_bp": 1_000,
                            "share_with_it_bp": 1_592,
                            "counted_difference_fen": 6_500,
                            "base_difference_fen": 500,
                        }
                    ],
                }
            ],
            "more": False,
        }
    ],
}
SUBSTITUTES_TOLD = (
    f"For each line that lies in the base without counting, up to {SHOWN_MAX} goods of its category that are on sale "
    "and count under more rules: what the same quantity costs, the difference, and each rule's share with the basket "
    "as it is and with the line replaced. What is offered, and its order, do not depend on how near the share is to "
    "the rate."
)

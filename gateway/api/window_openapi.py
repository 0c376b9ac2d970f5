"""What is told in the words of schema.org, as OpenAPI describes it."""

from typing import Any

from gateway.usecases.data_catalogue import data_catalogue
from gateway.usecases.linked_data import CONTEXT, MEDIA_TYPE, Site, organisation, product
from shared.contracts.words import Measure, SupplierKind
from shared.errors import NotFound
from shared.http.problems import refusals

_LISTING_ID, _SUPPLIER_ID = "019a0000-0000-7000-8000-0000000000d1", "019a0000-0000-7000-8000-0000000000d2"
_SITE = Site("https://zhucai.example")
_LISTING = {
    "listing_id": _LISTING_ID,
    "listing_version": 3,
    "name": "茶陵生姜",
    "description": "当年新姜",
    "category_name": "蔬菜",
    "photo_ids": ["019a0000-0000-7000-8000-0000000000d3"],
    "piece_grams": None,
    "measure": Measure.WEIGHT.value,
    "unit_name": "斤",
    "unit_quantity": 500,
    "price_fen": 650,
    "price_tiers": [{"from_quantity": 50_000, "price_fen": 600}],
    "minimum_quantity": 5_000,
    "step_quantity": 500,
    "origin_county_code": "430224",
    "origin_shares": [],
    "storage": "cool",
    "specification": "",
    "shelf_life_days": 30,
    "harvest_months": [9, 10],
    "delivery_areas": ["430200"],
    "lead_days": 2,
    "available": True,
    "certificates": [
        {
            "kind_name": "绿色食品",
            "title": "绿色食品证书",
            "issuer": "中国绿色食品发展中心",
            "number": "LB-15-24061200001A",
            "valid_from": "2024-06-01",
            "valid_to": "2027-05-31",
        }
    ],
    "published_at": "2026-03-02T01:00:00Z",
    "supplier_id": _SUPPLIER_ID,
    "supplier_name": "云阳残疾人帮扶基地",
    "supplier_county_code": "430224",
}
_SUPPLIER = {
    "supplier_id": _SUPPLIER_ID,
    "name": "云阳残疾人帮扶基地",
    "kind": SupplierKind.DISABLED_BASE.value,
    "county_code": "430224",
}

_PACKAGE = {
    "title": "助采供应开放数据",
    "title_en": "Zhucai open data of supply",
    "description": "CSV 为带 BOM 的 UTF-8。",
    "description_en": "CSV is UTF-8 with BOM.",
    "issued": "2026-11-22",
    "licenses": [{"path": "https://creativecommons.org/licenses/by/4.0/"}],
    "resources": [
        {
            "name": "listings",
            "title": "在售商品",
            "title_en": "What is on sale",
            "modified": "2026-11-22T08:00:00+00:00",
        }
    ],
}
_CATALOGUE = {
    "type": "object",
    "properties": {
        "@type": {"const": "dcat:Catalog"},
        "@id": {"type": "string", "format": "uri"},
        "dcat:dataset": {"type": "array", "items": {"type": "object", "required": ["@id", "dcat:distribution"]}},
    },
    "required": ["@context", "@type", "@id", "dct:license", "dcat:dataset"],
}


def _node(kind: str, *named: str) -> dict[str, Any]:
    """Describe a node of this type that has these members, and may have others of its type."""
    return {
        "type": "object",
        "properties": {
            "@context": {"type": "array", "const": CONTEXT},
            "@type": {"const": kind},
            "@id": {"type": "string", "format": "uri"},
            "url": {"type": "string", "format": "uri"},
            "name": {"type": "string"},
        },
        "required": ["@context", "@type", "@id", "url", "name", *named],
    }


def _of(parameter: str, given: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "uuid"}
    return {"name": parameter, "in": "path", "required": True, "schema": schema, "example": given}


def _told(summary: str, schema: dict[str, Any], example: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "tags": ["shop window"],
        "parameters": list(parameters),
        "responses": {
            "200": {"description": "JSON-LD.", "content": {MEDIA_TYPE: {"schema": schema, "example": example}}},
            "304": {"description": "What you have is still so."},
            **{str(status): told for status, told in refusals(NotFound).items()},
        },
    }


WINDOW_OPERATIONS: dict[str, dict[str, Any]] = {
    "get_product": _told(
        "What is on sale, as a Product with its Offer (schema.org) 商品结构化数据",
        _node("Product", "offers"),
        product(_LISTING, _SITE),
        _of("listing_id", _LISTING_ID),
    ),
    "get_organisation": _told(
        "Who sells, as a LocalBusiness with its recognitions and confirmed figures (schema.org) 主体结构化数据",
        _node("LocalBusiness", "identifier", "address"),
        organisation(_SUPPLIER, _SITE),
        _of("supplier_id", _SUPPLIER_ID),
    ),
    "get_data_catalogue": _told(
        "The catalogue of the open data (DCAT) 开放数据目录",
        _CATALOGUE,
        data_catalogue(_PACKAGE, _SITE),
    ),
}

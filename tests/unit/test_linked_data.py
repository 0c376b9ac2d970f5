"""What machines read of goods and sellers is made of schema.org's terms, says what the JSON API says, and is inert."""

import re
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.usecases.linked_data import KINDS, STORAGE, Site, data_block, organisation, product
from services.catalog.domain.terms import Storage
from shared.contracts.words import SupplierKind

SITE = Site("https://zhucai.test")
TERMS: dict[str, set[str]] = {
    "Product": {
        *{"url", "sku", "name", "description", "category", "image", "weight", "countryOfOrigin", "offers"},
        *{"additionalProperty", "gs1:provenanceStatement", "gs1:consumerStorageInstructions", "hasCertification"},
    },
    "Offer": {
        *{"url", "price", "priceCurrency", "availability", "validFrom", "eligibleQuantity", "priceSpecification"},
        *{"areaServed", "deliveryLeadTime", "seller"},
    },
    "UnitPriceSpecification": {
        *{"price", "priceCurrency", "unitText", "unitCode", "referenceQuantity", "eligibleQuantity"},
        "billingIncrement",
    },
    "QuantitativeValue": {"value", "minValue", "maxValue", "unitCode"},
    "PropertyValue": {"propertyID", "name", "value", "description", "unitText", "unitCode"},
    "LocalBusiness": {
        *{"url", "name", "address", "description", "identifier", "hasCertification", "additionalProperty"},
    },
    "PostalAddress": {"addressCountry", "addressRegion", "addressLocality"},
    "AdministrativeArea": {"name", "identifier"},
    "Country": {"name", "identifier"},
    "Certification": {
        *{"name", "description", "certificationIdentification", "certificationStatus"},
        *{"issuedBy", "validFrom", "expires"},
    },
    "Organization": {"name"},
}
"""Of each type, the members that schema.org gives it (or GS1, where so prefixed), as far as we use them."""
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>&lt;/script&gt;",
    '"}</SCRIPT\u2028>',
    "\\u003c/script",
    "姜{{ 7*7 }}{% raw %}",
]


def a_listing(**other: Any) -> dict[str, Any]:
    """Write a listing as the API answers it to anyone."""
    return {
        "listing_id": "019a0000-0000-7000-8000-0000000000d1",
        "listing_version": 3,
        "name": "茶陵生姜",
        "description": "当年新姜",
        "category_name": "蔬菜",
        "photo_ids": ["019a0000-0000-7000-8000-0000000000d3"],
        "piece_grams": None,
        "measure": "weight",
        "unit_name": "斤",
        "unit_quantity": 500,
        "price_fen": 605,
        "price_tiers": [{"from_quantity": 50_000, "price_fen": 600}, {"from_quantity": 100_000, "price_fen": 9}],
        "minimum_quantity": 5_000,
        "step_quantity": 500,
        "origin_county_code": "430224",
        "origin_shares": [],
        "storage": "cool",
        "specification": "一级",
        "shelf_life_days": 30,
        "harvest_months": [9, 10],
        "delivery_areas": ["430000", "430200", "430224"],
        "lead_days": 0,
        "available": True,
        "published_at": "2026-03-02T01:00:00+00:00",
        "supplier_id": "019a0000-0000-7000-8000-0000000000d2",
        "supplier_name": "云阳残疾人帮扶基地",
        "supplier_county_code": "430224",
        "certificates": [],
        **other,
    }


GREEN = {
    "kind": "green",
    "kind_name": "绿色食品",
    "title": "绿色食品证书",
    "issuer": "中国绿色食品发展中心",
    "number": "LB-15-24061200001A",
    "valid_from": "2024-06-01",
    "valid_to": "2027-05-31",
}
COMMITMENT = GREEN | {"kind": "commitment", "kind_name": "承诺达标合格证", "number": None, "valid_to": None}


def a_supplier(**other: Any) -> dict[str, Any]:
    return {
        "supplier_id": "019a0000-0000-7000-8000-0000000000d2",
        "name": "云阳残疾人帮扶基地",
        "kind": "disabled_base",
        "county_code": "430224",
        "contact_phone": "0731-25230000",
        "credit_code": "91430224MA00000012",
        "address": "云阳街道1号",
        **other,
    }


EFFECT = {
    "recognitions": [
        {"title": "省级基地", "number": None, "issuer": "湖南省残联", "valid_from": "2025-01-01", "valid_to": None}
    ],
    "employed": {"count": 12, "as_of": "2026-01-31"},
    "households": None,
}


def nodes(value: Any) -> list[dict[str, Any]]:
    """List every node, however deep."""
    if isinstance(value, list):
        return [node for one in value for node in nodes(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for name, one in value.items() if name != "@context" for node in nodes(one))]


def unknown_terms(node: dict[str, Any]) -> set[str]:
    """Name the types and members that are none of schema.org's."""
    return {
        f"{one.get('@type')}.{name}"
        for one in nodes(node)
        for name in one
        if name not in ("@context", "@type", "@id") and name not in TERMS.get(one.get("@type", ""), set())
    }


class Page(HTMLParser):
    """Reads a page as a browser does: which elements it has, and what its scripts hold."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.held = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.held += data


class TestProduct:
    def test_is_made_of_known_terms(self) -> None:
        bare: dict[str, Any] = {
            "description": "",
            "photo_ids": [],
            "storage": None,
            "harvest_months": None,
            "delivery_areas": [],
        }
        mixed = {
            "origin_county_code": "",
            "origin_shares": [{"county_code": "430224", "county_name": "茶陵县", "share_bp": 4005}],
        }
        for found in (
            a_listing(),
            a_listing(**bare, lead_days=None),
            a_listing(**mixed, measure="piece", piece_grams=9),
            a_listing(certificates=[GREEN, COMMITMENT]),
        ):
            assert unknown_terms(product(found, SITE)) == set()

    def test_says_the_price_of_each_range_as_the_api_does(self) -> None:
        offer = product(a_listing(), SITE)["offers"]
        assert (offer["price"], offer["priceCurrency"]) == ("6.05", "CNY")
        told = [
            (one["price"], one["eligibleQuantity"]["minValue"], one["eligibleQuantity"].get("maxValue"))
            for one in offer["priceSpecification"]
        ]
        assert told == [("6.05", 5_000, 49_500), ("6.00", 50_000, 99_500), ("0.09", 100_000, None)]
        first = offer["priceSpecification"][0]
        assert first["referenceQuantity"] == {"@type": "QuantitativeValue", "value": 500, "unitCode": "GRM"}
        assert (first["unitText"], first["billingIncrement"]) == ("斤", 500)

    def test_says_pieces_where_it_is_sold_by_the_piece(self) -> None:
        terms = {"measure": "piece", "unit_quantity": 1, "piece_grams": 2_500, "price_tiers": [], "unit_name": "箱"}
        told = product(a_listing(**terms, minimum_quantity=2, step_quantity=1), SITE)
        assert told["weight"] == {"@type": "QuantitativeValue", "value": 2_500, "unitCode": "GRM"}
        assert told["offers"]["eligibleQuantity"] == {"@type": "QuantitativeValue", "minValue": 2, "unitCode": "C62"}

    @pytest.mark.parametrize(("available", "said"), [(True, "InStock"), (False, "OutOfStock")])
    def test_says_whether_there_is_any(self, available: bool, said: str) -> None:
        offer = product(a_listing(available=available), SITE)["offers"]
        assert offer["availability"] == f"https://schema.org/{said}"

    def test_says_from_where_it_is_and_where_it_is_brought(self) -> None:
        told = product(a_listing(), SITE)
        assert told["gs1:provenanceStatement"] == "湖南省株洲市茶陵县"
        assert [area["name"] for area in told["offers"]["areaServed"]] == ["湖南省", "株洲市", "湖南省株洲市茶陵县"]
        assert product(a_listing(delivery_areas=[]), SITE)["offers"]["areaServed"]["identifier"] == "CN"
        assert "countryOfOrigin" not in product(a_listing(origin_county_code=""), SITE)

    def test_says_by_what_it_is_certified(self) -> None:
        green, commitment = product(a_listing(certificates=[GREEN, COMMITMENT]), SITE)["hasCertification"]
        assert green == {
            "@type": "Certification",
            "name": "绿色食品证书",
            "description": "绿色食品",
            "certificationIdentification": "LB-15-24061200001A",
            "certificationStatus": "https://schema.org/CertificationActive",
            "issuedBy": {"@type": "Organization", "name": "中国绿色食品发展中心"},
            "validFrom": "2024-06-01",
            "expires": "2027-05-31",
        }
        assert {"certificationIdentification", "expires"} & commitment.keys() == set()
        assert "hasCertification" not in product(a_listing(), SITE)

    def test_leads_to_pages_and_photos_of_this_site(self) -> None:
        told = product(a_listing(), SITE)
        listing = "https://zhucai.test/listings/019a0000-0000-7000-8000-0000000000d1"
        assert (told["@id"], told["offers"]["url"]) == (f"{listing}#product", listing)
        photo = "/api/v1/listings/019a0000-0000-7000-8000-0000000000d1/photos/019a0000-0000-7000-8000-0000000000d3"
        assert told["image"] == [f"https://zhucai.test{photo}"]


class TestOrganisation:
    def test_is_made_of_known_terms(self) -> None:
        assert unknown_terms(organisation(a_supplier(), SITE, EFFECT)) == set()
        assert unknown_terms(organisation(a_supplier(kind="company", county_code="110101"), SITE)) == set()

    def test_says_its_county_and_confirmed_figures(self) -> None:
        told = organisation(a_supplier(), SITE, EFFECT)
        assert (told["address"]["addressRegion"], told["address"]["addressLocality"]) == ("湖南省", "株洲市茶陵县")
        assert [(one["propertyID"], one["value"]) for one in told["additionalProperty"]] == [("employed", 12)]
        assert told["hasCertification"][0]["issuedBy"]["name"] == "湖南省残联"

    def test_says_nothing_that_the_public_is_not_told(self) -> None:
        written = orjson.dumps(organisation(a_supplier(), SITE, EFFECT)).decode()
        for secret in ("0731-25230000", "91430224MA00000012", "云阳街道1号"):
            assert secret not in written


class TestWords:
    def test_every_kind_of_supplier_and_of_storage_has_its_word(self) -> None:
        assert set(KINDS) == set(SupplierKind)
        assert set(STORAGE) == {storage.value for storage in Storage}


class TestDataBlock:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_name_cannot_end_it(self, name: str) -> None:
        told = product(a_listing(name=name, supplier_name=name, specification=name, unit_name=name), SITE)
        block = str(data_block(told))
        page = Page()
        page.feed(f"<head>{block}</head>")
        assert page.tags == ["head", "script"]
        assert orjson.loads(page.held) == told

    @given(st.text())
    def test_any_text_comes_back_as_it_was(self, name: str) -> None:
        try:
            written = str(data_block({"name": name}))
        except orjson.JSONEncodeError:
            assert re.search("[\ud800-\udfff]", name)
            return
        head, tail = '<script type="application/ld+json">', "</script>"
        assert (written[: len(head)], written[-len(tail) :]) == (head, tail)
        held = written[len(head) : -len(tail)]
        assert not re.search("[<>&\u2028\u2029]", held)
        assert orjson.loads(held) == {"name": name}

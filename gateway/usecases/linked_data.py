"""What anyone may read of goods and of who sells them is told to machines in the words of schema.org.

Everything here is made from the answers of the JSON API and from nothing else, so that a price, a figure or a state
cannot be one thing there and another here. Origin and storage are told in GS1's words too, places by GB/T 2260.

Source: https://schema.org (Product, Offer, UnitPriceSpecification, LocalBusiness, Certification),
https://ref.gs1.org/voc/, and the unit codes of UN/CEFACT Recommendation 20.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import Markup

from shared.contracts.words import SupplierKind
from shared.reference import county_name, divisions

Node = dict[str, Any]

MEDIA_TYPE = "application/ld+json"
CONTEXT: list[Any] = ["https://schema.org", {"gs1": "https://ref.gs1.org/voc/"}]
GRAM, PIECE, DAY, PERSON = "GRM", "C62", "DAY", "IE"
"""Codes of UN/CEFACT Recommendation 20."""
ACTIVE = "https://schema.org/CertificationActive"
SHOWN_MAX = 20
STORAGE = {"ambient": "常温", "cool": "阴凉", "chilled": "冷藏", "frozen": "冷冻"}
KINDS: dict[SupplierKind, str] = {
    SupplierKind.DISABLED_BASE: "残疾人就业帮扶基地",
    SupplierKind.DEMONSTRATION_HOUSEHOLD: "阳光致富带头人（示范户）",
    SupplierKind.COOPERATIVE: "农民专业合作社",
    SupplierKind.FAMILY_FARM: "家庭农场",
    SupplierKind.COMPANY: "企业",
    SupplierKind.INDUSTRIAL_PARK: "产业园",
    SupplierKind.COMMUNITY_WORKSHOP: "社区工厂（美丽工坊）",
}
FIGURES = {"employed": ("在岗残疾人", "人", PERSON), "households": ("带动户数", "户", "")}


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages and the files of this site stand."""

    url: str

    def listing(self, listing_id: str) -> str:
        return f"{self.url}/listings/{listing_id}"

    def supplier(self, supplier_id: str) -> str:
        return f"{self.url}/suppliers/{supplier_id}"

    def photo(self, listing_id: str, photo_id: str) -> str:
        return f"{self.url}/api/v1/listings/{listing_id}/photos/{photo_id}"


def product(found: Node, site: Site) -> Node:
    """Tell a listing that is on sale, as `GET /listings/{id}` answers it to anyone, as a Product with its Offer."""
    page = site.listing(found["listing_id"])
    told: Node = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": f"{page}#product",
        "url": page,
        "sku": found["listing_id"],
        "name": found["name"],
        "description": found["description"] or None,
        "category": found["category_name"],
        "image": [site.photo(found["listing_id"], photo_id) for photo_id in found["photo_ids"]],
        "weight": _quantity(found["piece_grams"], GRAM) if found["piece_grams"] else None,
        "countryOfOrigin": _china() if found["origin_county_code"] or found["origin_shares"] else None,
        "hasCertification": [
            _certification(one) | {"description": one["kind_name"], "certificationStatus": ACTIVE}
            for one in found["certificates"][:SHOWN_MAX]
        ],
        "gs1:provenanceStatement": _provenance(found) or None,
        "gs1:consumerStorageInstructions": STORAGE.get(found["storage"] or ""),
        "additionalProperty": list(_properties(found)),
        "offers": _offer(found, page, site),
    }
    return known(told)


def organisation(found: Node, site: Site, effect: Node | None = None) -> Node:
    """Tell an admitted supplier, as `GET /suppliers/{id}` answers anyone, with its confirmed effect where it is given.

    Its address is its county: where exactly it stands, and who answers there, the public is not told.
    """
    told: Node = {
        "@context": CONTEXT,
        **_seller(found["supplier_id"], found["name"], found["county_code"], site),
        "description": KINDS[SupplierKind(found["kind"])],
        "identifier": _property("supplier_id", "供应主体编号", found["supplier_id"]),
    }
    if effect is not None:
        told["hasCertification"] = [_certification(one) for one in effect["recognitions"][:SHOWN_MAX]]
        told["additionalProperty"] = [
            _property(kind, name, effect[kind]["count"], unitText=unit, unitCode=code or None)
            | {"description": f"截至{effect[kind]['as_of']}，经残联确认"}
            for kind, (name, unit, code) in FIGURES.items()
            if effect[kind]
        ]
    return known(told)


def data_block(node: Node) -> Markup:
    """Write a node as a block of data in a page; no name in it can end the block, and a browser runs none of it.

    A block of another type than script is data by the standard of HTML, so that no policy of scripts is widened for it.
    """
    written = orjson.dumps(node).decode()
    for letter in "<>&\u2028\u2029":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return Markup('<script type="{}">{}</script>').format(MEDIA_TYPE, Markup(written))  # noqa: S704 - as told above


def _offer(found: Node, page: str, site: Site) -> Node:
    measured = GRAM if found["measure"] == "weight" else PIECE
    return {
        "@type": "Offer",
        "@id": f"{page}#offer",
        "url": page,
        "price": _yuan(found["price_fen"]),
        "priceCurrency": "CNY",
        "availability": f"https://schema.org/{'InStock' if found['available'] else 'OutOfStock'}",
        "validFrom": found["published_at"],
        "eligibleQuantity": _from(found["minimum_quantity"], None, measured),
        "priceSpecification": list(_prices(found, measured)),
        "areaServed": [_area(code) for code in found["delivery_areas"]] or _china(),
        "deliveryLeadTime": None if found["lead_days"] is None else _quantity(found["lead_days"], DAY),
        "seller": _seller(found["supplier_id"], found["supplier_name"], found["supplier_county_code"], site),
    }


def _prices(found: Node, measured: str) -> Iterator[Node]:
    """Tell the price of a unit for each range of quantities: the first from the minimum on, then the tiers."""
    step = found["step_quantity"]
    tiers = [(found["minimum_quantity"], found["price_fen"])]
    tiers += [(tier["from_quantity"], tier["price_fen"]) for tier in found["price_tiers"]]
    for place, (first, price_fen) in enumerate(tiers):
        last = tiers[place + 1][0] - step if place + 1 < len(tiers) else None
        yield {
            "@type": "UnitPriceSpecification",
            "price": _yuan(price_fen),
            "priceCurrency": "CNY",
            "unitText": found["unit_name"],
            "referenceQuantity": _quantity(found["unit_quantity"], measured),
            "eligibleQuantity": _from(first, last, measured),
            "billingIncrement": step,
            "unitCode": measured,
        }


def _properties(found: Node) -> Iterator[Node]:
    if code := found["origin_county_code"]:
        yield _property("GB/T 2260", "产地", code, description=county_name(code))
    for share in found["origin_shares"]:
        text = f"{share['county_name']} {share['share_bp'] // 100}.{share['share_bp'] % 100:02d}%"
        yield _property("GB/T 2260", "主要原料产地", share["county_code"], description=text)
    if found["specification"]:
        yield _property("specification", "规格", found["specification"])
    if found["shelf_life_days"]:
        yield _property("shelf_life_days", "保质期", found["shelf_life_days"], unitCode=DAY)
    if found["harvest_months"]:
        yield _property("harvest_months", "采收月份", "、".join(f"{month}月" for month in found["harvest_months"]))
    yield _property("listing_version", "商品版本", found["listing_version"])


def _provenance(found: Node) -> str:
    if found["origin_county_code"]:
        return county_name(found["origin_county_code"])
    return "、".join(share["county_name"] for share in found["origin_shares"])


def _certification(one: Node) -> Node:
    return {
        "@type": "Certification",
        "name": one["title"],
        "certificationIdentification": one["number"],
        "issuedBy": {"@type": "Organization", "name": one["issuer"]},
        "validFrom": one["valid_from"],
        "expires": one["valid_to"],
    }


def _seller(supplier_id: str, name: str, county_code: str, site: Site) -> Node:
    page = site.supplier(supplier_id)
    province = divisions().get((f"{county_code[:2]}0000", "province"))
    region = province.name if province else None
    return {
        "@type": "LocalBusiness",
        "@id": f"{page}#organisation",
        "url": page,
        "name": name,
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressRegion": region,
            "addressLocality": county_name(county_code).removeprefix(region or ""),
        },
    }


def _area(code: str) -> Node:
    levels = ("province", "prefecture", "county")
    known = next((one for level in levels if (one := divisions().get((code, level)))), None)
    name = county_name(code) if known and known.level == "county" else known.name if known else code
    return {"@type": "AdministrativeArea", "name": name, "identifier": _property("GB/T 2260", "行政区划代码", code)}


def _china() -> Node:
    return {"@type": "Country", "name": "中国", "identifier": "CN"}


def _property(code: str, name: str, value: Any, **more: Any) -> Node:
    return {"@type": "PropertyValue", "propertyID": code, "name": name, "value": value, **more}


def _quantity(value: int, unit: str) -> Node:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": unit}


def _from(first: int, last: int | None, unit: str) -> Node:
    return {"@type": "QuantitativeValue", "minValue": first, "maxValue": last, "unitCode": unit}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def known(node: Node) -> Node:
    """Leave out what is not known: a machine reads a null as a statement."""
    return {name: _known_in(one) for name, one in node.items() if one is not None and one != []}


def _known_in(value: Any) -> Any:
    if isinstance(value, dict):
        return known(value)
    return [_known_in(one) for one in value] if isinstance(value, list) else value

"""For what is listed, beside what `supply_cases` asks: the tree of goods, prices, papers."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.plausible import a_price_sheet
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, a_file, of_one, sellers

PRICE: dict[str, Any] = {"price_fen": 660, "seen_version": 1}


def _new_paper(listing: UUID, document: UUID) -> Ask:
    return a_file({"listing_id": listing, "document_id": document}, "?purpose=origin&name=a.pdf")


def _sheet(town: Town, import_id: UUID, supplier: UUID) -> Ask:
    content = a_price_sheet(town.ids["listing on sale"])
    return Ask({"import_id": import_id}, f"?supplier={supplier}", content=content, media_type="text/csv")


def _paper(town: Town) -> Ask:
    return Ask({"listing_id": town.ids["listing on sale"], "document_id": town.ids["document"]})


def _nobodys(town: Town) -> dict[str, Any]:
    return {"listing_id": new_id(), "document_id": town.ids["document"]}


GOODS: dict[str, Case] = {
    "list_categories": Case(lambda town: Ask()),
    "change_price": Case(
        lambda town: Ask(
            {"listing_id": town.ids["listing on sale"], "change_id": town.ids.setdefault("price change", new_id())},
            body=PRICE,
        ),
        lambda town: Ask({"listing_id": new_id(), "change_id": new_id()}, body=PRICE),
        sellers,
    ),
    "list_price_changes": Case(lambda town: Ask(), None, sellers, lists=True),
    "see_prices": Case(
        lambda town: Ask({"listing_id": town.ids["listing on sale"]}, body={"listing_version": 1}),
        lambda town: Ask({"listing_id": new_id()}, body={"listing_version": 1}),
        sellers,
    ),
    "put_listing_paper": Case(
        lambda town: _new_paper(town.ids["listing draft"], town.ids.setdefault("new listing paper", new_id())),
        lambda town: _new_paper(new_id(), new_id()),
        sellers,
    ),
    "get_listing_paper": Case(_paper, lambda town: replace(_paper(town), ids=_nobodys(town)), sellers),
    "link_listing_paper": Case(_paper, lambda town: replace(_paper(town), ids=_nobodys(town)), sellers),
    "get_listing_sheet": Case(
        lambda town: Ask({"supplier_id": town.seller.id}, "?format=csv"),
        lambda town: Ask({"supplier_id": new_id()}, "?format=csv"),
        sellers,
    ),
    "get_listing_import_schema": Case(lambda town: Ask()),
    "get_listing_import_template": Case(lambda town: Ask(query="?format=csv")),
    "put_listing_import": Case(
        lambda town: _sheet(town, town.ids["new listing import"], town.seller.id),
        lambda town: _sheet(town, new_id(), new_id()),
        sellers,
    ),
    "get_listing_import": of_one(sellers, "import_id", "listing import"),
    "get_listing_import_report": of_one(sellers, "import_id", "listing import", query="?format=csv"),
    "accept_listing_import": of_one(sellers, "import_id", "listing import"),
    "repeat_listing": Case(
        lambda town: Ask(
            {"listing_id": town.ids.setdefault("listing repeated", new_id())},
            body={"supplier_id": str(town.seller.id), "of": str(town.ids["listing on sale"])},
        ),
        lambda town: Ask({"listing_id": new_id()}, body={"supplier_id": str(new_id())}),
        sellers,
    ),
}

"""For what is listed, beside what `supply_cases` asks: the tree of goods, prices, papers."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, a_file, sellers

PRICE: dict[str, Any] = {"price_fen": 660, "seen_version": 1}


def _new_paper(listing: UUID, document: UUID) -> Ask:
    return a_file({"listing_id": listing, "document_id": document}, "?purpose=origin&name=a.pdf")


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
    "repeat_listing": Case(
        lambda town: Ask(
            {"listing_id": town.ids.setdefault("listing repeated", new_id())},
            body={"supplier_id": str(town.seller.id), "of": str(town.ids["listing on sale"])},
        ),
        lambda town: Ask({"listing_id": new_id()}, body={"supplier_id": str(new_id())}),
        sellers,
    ),
}

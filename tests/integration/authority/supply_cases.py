"""For what a supplier files and lists: a request that would be taken, and whose matter it is."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from shared.clock import SystemClock
from shared.files.links import LinkSigner
from shared.ids import new_id
from tests.build.market import a_photo, some_terms
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, a_file, of_one, sellers

OF_A_KIND = "?kind=other&name=a.pdf"


def _applicants(town: Town) -> Whose:
    return replace(sellers(town), supplier=UUID(str(town.ids["supplier applied"])))


def _photo(listing: UUID, photo: UUID) -> Ask:
    return Ask({"listing_id": listing, "photo_id": photo}, content=a_photo(), media_type="image/jpeg")


def _linked(town: Town) -> Ask:
    """Ask for a document by a link that was made this moment."""
    document = town.ids["document"]
    signer = LinkSigner(town.ids["link key"], SystemClock())
    link = signer.link("supplier-document", UUID(str(town.ids["supplier"])), UUID(str(document)), new_id())
    return Ask({"file_id": document}, f"?{urlencode(link.model_dump(mode='json'))}")


SUPPLY: dict[str, Case] = {
    "put_supplier": Case(
        lambda town: Ask({"supplier_id": town.ids["supplier applied"]}, body=town.ids["application"]), None, _applicants
    ),
    "get_supplier": of_one(sellers, "supplier_id", "supplier"),
    "list_suppliers": Case(lambda town: Ask()),
    "put_supplier_document": Case(
        lambda town: a_file({"supplier_id": town.ids["supplier"], "document_id": town.ids["document"]}, OF_A_KIND),
        lambda town: a_file({"supplier_id": new_id(), "document_id": new_id()}, OF_A_KIND),
        sellers,
    ),
    "get_supplier_document": Case(
        lambda town: Ask({"supplier_id": town.ids["supplier"], "document_id": town.ids["document"]}),
        lambda town: Ask({"supplier_id": new_id(), "document_id": town.ids["document"]}),
        sellers,
    ),
    "link_supplier_document": Case(
        lambda town: Ask({"supplier_id": town.ids["supplier"], "document_id": town.ids["document"]}),
        lambda town: Ask({"supplier_id": new_id(), "document_id": town.ids["document"]}),
        sellers,
    ),
    "get_linked_file": Case(_linked, lambda town: replace(_linked(town), ids={"file_id": new_id()})),
    "review_supplier": of_one(
        sellers, "supplier_id", "supplier applied", body={"outcome": "recommend", "reason": "属实"}
    ),
    "put_listing": Case(
        lambda town: Ask({"listing_id": town.ids["listing draft"]}, body=some_terms(town.seller.id, "draft的芋头")),
        lambda town: Ask({"listing_id": new_id()}, body=some_terms(new_id())),
        sellers,
    ),
    "get_listing": of_one(sellers, "listing_id", "listing on sale"),
    "search_listings": Case(lambda town: Ask(query="?q=生姜")),
    "put_listing_photo": Case(
        lambda town: _photo(town.ids["listing draft"], town.ids["photo"]),
        lambda town: _photo(new_id(), new_id()),
        sellers,
    ),
    "get_listing_photo": Case(
        lambda town: Ask({"listing_id": town.ids["listing on sale"], "photo_id": town.ids["photo"]}),
        lambda town: Ask({"listing_id": town.ids["listing on sale"], "photo_id": new_id()}),
        sellers,
    ),
    "submit_listing": of_one(sellers, "listing_id", "listing draft"),
    "withdraw_listing": of_one(sellers, "listing_id", "listing on sale", body={"reason": "售罄"}),
    "review_listing": of_one(sellers, "listing_id", "listing submitted", body={"outcome": "publish", "reason": ""}),
}

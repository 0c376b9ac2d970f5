"""For what is listed, beside what `supply_cases` asks: the tree of goods, prices, papers."""

from typing import Any

from shared.ids import new_id
from tests.integration.authority.cases import Ask, Case, sellers

PRICE: dict[str, Any] = {"price_fen": 660, "seen_version": 1}

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
    "repeat_listing": Case(
        lambda town: Ask(
            {"listing_id": town.ids.setdefault("listing repeated", new_id())},
            body={"supplier_id": str(town.seller.id), "of": str(town.ids["listing on sale"])},
        ),
        lambda town: Ask({"listing_id": new_id()}, body={"supplier_id": str(new_id())}),
        sellers,
    ),
}

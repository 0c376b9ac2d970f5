"""For the shop window: what anyone reads of goods on sale and of who sells them."""

from tests.integration.authority.cases import Ask, Case

WINDOW: dict[str, Case] = {
    "get_product": Case(lambda town: Ask({"listing_id": town.ids["listing on sale"]})),
    "get_organisation": Case(lambda town: Ask({"supplier_id": town.seller.id})),
    "get_data_catalogue": Case(lambda town: Ask()),
    "list_sitemap_parts": Case(lambda town: Ask()),
    "get_sitemap_part": Case(lambda town: Ask({"part": "suppliers-1-of-1"})),
    "get_supply_data_schema": Case(lambda town: Ask()),
    "get_supply_data": Case(lambda town: Ask({"dataset": "figures"}, query="?format=csv&limit=5")),
}

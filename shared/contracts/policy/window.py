"""Who may look into the shop window (展示窗口): everybody, and every machine that reads for somebody."""

from shared.contracts.grants import CATALOG, GATEWAY, PUBLIC, Operation

ROWS: dict[str, Operation] = {
    "get_product": Operation("GET", "/listings/{listing_id}/product", GATEWAY, PUBLIC),
    "get_organisation": Operation("GET", "/suppliers/{supplier_id}/organisation", GATEWAY, PUBLIC),
    "get_data_catalogue": Operation("GET", "/open-data/catalogue", GATEWAY, PUBLIC),
    "list_sitemap_parts": Operation("GET", "/sitemap-parts", CATALOG, PUBLIC),
    "get_sitemap_part": Operation("GET", "/sitemap-parts/{part}", CATALOG, PUBLIC),
    "get_supply_data_schema": Operation("GET", "/supply-data/schema", CATALOG, PUBLIC),
    "get_supply_data": Operation("GET", "/supply-data/{dataset}", CATALOG, PUBLIC),
}

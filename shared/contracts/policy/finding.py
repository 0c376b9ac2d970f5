"""Who may look for goods: everybody, signed in or not."""

from shared.contracts.grants import CATALOG, PUBLIC, Operation

ROWS: dict[str, Operation] = {
    "search_listings": Operation("GET", "/listings", CATALOG, PUBLIC),
    "facet_listings": Operation("GET", "/listing-facets", CATALOG, PUBLIC),
}

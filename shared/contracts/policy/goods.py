"""Who may ask what of listings (商品): their terms, their photos and their review."""

from shared.contracts.grants import AUDITORS, CATALOG, OFFICERS, PUBLIC, SHELF, Operation

PAPER_READERS = (*SHELF, *OFFICERS, *AUDITORS)

ROWS: dict[str, Operation] = {
    "put_listing": Operation("PUT", "/listings/{listing_id}", CATALOG, SHELF),
    "list_categories": Operation("GET", "/categories", CATALOG, PUBLIC),
    "get_listing": Operation("GET", "/listings/{listing_id}", CATALOG, PUBLIC),
    "put_listing_photo": Operation("PUT", "/listings/{listing_id}/photos/{photo_id}", CATALOG, SHELF),
    "get_listing_photo": Operation("GET", "/listings/{listing_id}/photos/{photo_id}", CATALOG, PUBLIC),
    "change_price": Operation("PUT", "/listings/{listing_id}/prices/{change_id}", CATALOG, SHELF),
    "list_price_changes": Operation("GET", "/price-changes", CATALOG, (*OFFICERS, *AUDITORS)),
    "see_prices": Operation("PUT", "/listings/{listing_id}/seen-prices", CATALOG, OFFICERS, not_own=True),
    "repeat_listing": Operation("PUT", "/listings/{listing_id}/repeat", CATALOG, SHELF),
    "get_listing_sheet": Operation("GET", "/suppliers/{supplier_id}/listing-sheet", CATALOG, SHELF),
    "get_listing_import_schema": Operation("GET", "/listing-imports/schema", CATALOG, PUBLIC),
    "get_listing_import_template": Operation("GET", "/listing-imports/template", CATALOG, PUBLIC),
    "put_listing_import": Operation("PUT", "/listing-imports/{import_id}", CATALOG, SHELF),
    "get_listing_import": Operation("GET", "/listing-imports/{import_id}", CATALOG, SHELF),
    "get_listing_import_report": Operation("GET", "/listing-imports/{import_id}/report", CATALOG, SHELF),
    "accept_listing_import": Operation("POST", "/listing-imports/{import_id}/acceptance", CATALOG, SHELF),
    "put_listing_paper": Operation("PUT", "/listings/{listing_id}/papers/{document_id}", CATALOG, SHELF),
    "get_listing_paper": Operation("GET", "/listings/{listing_id}/papers/{document_id}", CATALOG, PAPER_READERS),
    "link_listing_paper": Operation(
        "POST", "/listings/{listing_id}/papers/{document_id}/links", CATALOG, PAPER_READERS
    ),
    "submit_listing": Operation("POST", "/listings/{listing_id}/submission", CATALOG, SHELF),
    "withdraw_listing": Operation("POST", "/listings/{listing_id}/withdrawal", CATALOG, SHELF),
    "review_listing": Operation("POST", "/listings/{listing_id}/reviews", CATALOG, OFFICERS, not_own=True),
}

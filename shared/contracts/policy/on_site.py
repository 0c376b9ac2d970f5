"""Who may ask what of sales at a fair (展销会现场销售): a seller's people tell them, a canteen's buyers answer."""

from shared.contracts.grants import ORDER, OWN_CANTEEN, PEOPLE, READERS, Operation

_SALE = "/on-site-sales/{on_site_sale_id}"

ROWS: dict[str, Operation] = {
    "put_on_site_sale": Operation("PUT", _SALE, ORDER, PEOPLE),
    "get_on_site_sale": Operation("GET", _SALE, ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "list_on_site_sales": Operation("GET", "/on-site-sales", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "put_on_site_photo": Operation("PUT", f"{_SALE}/scale-photos/{{photo_id}}", ORDER, PEOPLE),
    "get_on_site_photo": Operation(
        "GET", f"{_SALE}/scale-photos/{{photo_id}}", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)
    ),
    "confirm_on_site_sale": Operation("POST", f"{_SALE}/confirmation", ORDER, OWN_CANTEEN),
    "deny_on_site_sale": Operation("POST", f"{_SALE}/denial", ORDER, OWN_CANTEEN),
    "withdraw_on_site_sale": Operation("POST", f"{_SALE}/withdrawal", ORDER, PEOPLE),
}

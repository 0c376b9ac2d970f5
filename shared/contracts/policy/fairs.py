"""Who may ask what of events of selling (展销会): a unit's officers hold them, suppliers take part, anyone reads."""

from shared.contracts.grants import CATALOG, OFFICERS, PUBLIC, SHELF, Grant, Operation, Reach, Role

ORGANISERS = (Grant(Role.OFFICER, Reach.OWN_UNIT),)
_FAIR = "/fairs/{fair_id}"
_ENTRY = f"{_FAIR}/suppliers/{{supplier_id}}"
_SALE = f"{_FAIR}/sales/{{sale_id}}"

ROWS: dict[str, Operation] = {
    "put_fair": Operation("PUT", _FAIR, CATALOG, ORGANISERS),
    "get_fair": Operation("GET", _FAIR, CATALOG, PUBLIC),
    "list_fairs": Operation("GET", "/fairs", CATALOG, PUBLIC),
    "step_fair": Operation("POST", f"{_FAIR}/steps", CATALOG, ORGANISERS),
    "put_fair_supplier": Operation("PUT", _ENTRY, CATALOG, SHELF),
    "review_fair_supplier": Operation("POST", f"{_ENTRY}/reviews", CATALOG, OFFICERS, not_own=True),
    "put_showcase": Operation("PUT", f"{_ENTRY}/showcase", CATALOG, SHELF),
    "list_showcase": Operation("GET", f"{_FAIR}/showcase", CATALOG, PUBLIC),
    "put_fair_sale": Operation("PUT", _SALE, CATALOG, SHELF),
    "review_fair_sale": Operation("POST", f"{_SALE}/reviews", CATALOG, OFFICERS, not_own=True),
    "get_fair_results": Operation("GET", f"{_FAIR}/results", CATALOG, PUBLIC),
    "list_fair_duties": Operation("GET", "/fair-duties", CATALOG, PUBLIC),
}

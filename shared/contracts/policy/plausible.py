"""Who may ask what of plausibility: capacity beside sales, flags, and prices beside their bands (产能、疑点、价格)."""

from shared.contracts.grants import (
    AUDITORS,
    CATALOG,
    HELPER,
    OFFICERS,
    OWNER,
    PEOPLE,
    PUBLIC,
    SEERS,
    SHELF,
    Grant,
    Operation,
    Reach,
    Role,
)

FLAG_SEERS = (*PEOPLE, *OFFICERS, *AUDITORS)
ABOVE = (Grant(Role.OFFICER, Reach.ABOVE),)

ROWS: dict[str, Operation] = {
    "put_plot": Operation("PUT", "/suppliers/{supplier_id}/plots/{plot_id}", CATALOG, SHELF),
    "get_plot": Operation("GET", "/suppliers/{supplier_id}/plots/{plot_id}", CATALOG, SEERS),
    "put_capacity": Operation("PUT", "/suppliers/{supplier_id}/capacities/{capacity_id}", CATALOG, SHELF),
    "get_capacity": Operation("GET", "/suppliers/{supplier_id}/capacities/{capacity_id}", CATALOG, SEERS),
    "review_capacity": Operation(
        "POST", "/suppliers/{supplier_id}/capacities/{capacity_id}/reviews", CATALOG, OFFICERS, not_own=True
    ),
    "list_capacities": Operation("GET", "/capacities", CATALOG, (*OFFICERS, *AUDITORS)),
    "see_capacity": Operation("GET", "/suppliers/{supplier_id}/capacity", CATALOG, SEERS),
    "put_outside_sale": Operation(
        "PUT", "/suppliers/{supplier_id}/outside-sales/{sale_id}", CATALOG, (*SHELF, *OFFICERS)
    ),
    "list_flags": Operation("GET", "/flags", CATALOG, FLAG_SEERS),
    "get_flag": Operation("GET", "/flags/{flag_id}", CATALOG, FLAG_SEERS),
    "put_flag_answer": Operation("PUT", "/flags/{flag_id}/answers/{answer_id}", CATALOG, (*OWNER, *HELPER)),
    "decide_flag": Operation("POST", "/flags/{flag_id}/decisions", CATALOG, (*ABOVE, *AUDITORS), not_own=True),
    "appeal_flag": Operation("POST", "/flags/{flag_id}/appeal", CATALOG, OWNER),
    "see_price_bands": Operation("GET", "/price-bands", CATALOG, PUBLIC),
    "get_price_import_schema": Operation("GET", "/price-imports/schema", CATALOG, PUBLIC),
    "get_price_import_template": Operation("GET", "/price-imports/template", CATALOG, PUBLIC),
    "list_price_imports": Operation("GET", "/price-imports", CATALOG, (*OFFICERS, *AUDITORS)),
    "put_price_import": Operation("PUT", "/price-imports/{import_id}", CATALOG, OFFICERS),
    "get_price_import": Operation("GET", "/price-imports/{import_id}", CATALOG, (*OFFICERS, *AUDITORS)),
    "accept_price_import": Operation("POST", "/price-imports/{import_id}/acceptance", CATALOG, OFFICERS, not_own=True),
    "refuse_price_import": Operation("POST", "/price-imports/{import_id}/refusal", CATALOG, OFFICERS),
}

"""Who may ask what of plausibility: capacity beside sales, flags, and prices beside their bands (产能、疑点、价格)."""

from shared.contracts.grants import AUDITORS, CATALOG, OFFICERS, SEERS, SHELF, Operation

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
}

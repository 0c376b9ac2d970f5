"""How what was corrected, and what a label was, can be bent past every check, what undoes it, and which lines fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_ORDER = "order_id = (SELECT order_id FROM order_lines WHERE accepted_quantity > 0 ORDER BY 1 LIMIT 1)"

CORRECTED_BREACHES = {
    "a correction that its facts do not say": (
        "procurement_quota",
        'UPDATE entry SET facts = facts || \'{"evidence": "rejected", "planted": 1}\' WHERE (unit_id, seq) ='
        " (SELECT unit_id, seq FROM entry WHERE kind = 'correction' AND facts ->> 'evidence' = 'verified'"
        " ORDER BY unit_id, seq LIMIT 1)",
        "UPDATE entry SET facts = (facts || '{\"evidence\": \"verified\"}') - 'planted' WHERE facts ? 'planted'",
        {"what was corrected stands as its facts say, by the lists of when its origin was judged"},
    ),
    "a label that the ledger took for held": (
        "order",
        f"UPDATE orders SET recognised = false WHERE {_ORDER}",
        f"UPDATE orders SET recognised = true WHERE {_ORDER}",
        {"a label was held when it was ordered, as the order tells"},
    ),
}

"""How events of selling can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_RESULTS = "orders at an event are of its days and suppliers, and its results are their sum"
_WALK_IN = "walk-in sales are of the event's days and suppliers, and confirmed by another"
_TAGGED = "(SELECT s.fair_id FROM sales s JOIN fair_sales w USING (fair_id) ORDER BY s.fair_id LIMIT 1)"
_SALE = "(SELECT sale_id FROM fair_sales ORDER BY sale_id LIMIT 1)"
_NOBODY = "'00000000-0000-7000-8000-000000000006'"

FAIR_BREACHES = {
    "a sale that is told at another event": (
        "catalog",
        f"CREATE TABLE told AS SELECT step_id, line_id, fair_id FROM sales WHERE fair_id = {_TAGGED};"
        f" UPDATE sales SET fair_id = {_NOBODY} WHERE fair_id = {_TAGGED}",
        "UPDATE sales s SET fair_id = t.fair_id FROM told t WHERE (s.step_id, s.line_id) = (t.step_id, t.line_id);"
        " DROP TABLE told",
        {_RESULTS},
    ),
    "orders at an event that never opened": (
        "catalog",
        f"UPDATE fairs SET state = 'announced' WHERE fair_id = {_TAGGED}",
        f"UPDATE fairs SET state = 'reported' WHERE fair_id = {_TAGGED}",
        {_RESULTS, _WALK_IN},
    ),
    "orders of who was refused": (
        "catalog",
        f"UPDATE fair_suppliers SET state = 'refused' WHERE fair_id = {_TAGGED}",
        f"UPDATE fair_suppliers SET state = 'admitted' WHERE fair_id = {_TAGGED}",
        {_RESULTS, _WALK_IN},
    ),
    "an event that orders know otherwise": (
        "order",
        "UPDATE fairs SET version = version - 1",
        "UPDATE fairs SET version = version + 1",
        {_RESULTS},
    ),
    "a walk-in sale confirmed by who entered it": (
        "catalog",
        f"CREATE TABLE entered AS SELECT sale_id, entered_by FROM fair_sales WHERE sale_id = {_SALE};"
        f" UPDATE fair_sales SET entered_by = reviewed_by WHERE sale_id = {_SALE}",
        "UPDATE fair_sales s SET entered_by = e.entered_by FROM entered e WHERE s.sale_id = e.sale_id;"
        " DROP TABLE entered",
        {_WALK_IN},
    ),
}

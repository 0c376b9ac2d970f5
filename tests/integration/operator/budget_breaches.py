"""How a budget can be bent past every check, what undoes it, and which line must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_HARD = "budget_id = (SELECT budget_id FROM budgets WHERE stop = 'hard' ORDER BY 1 LIMIT 1)"
_PLACED = "(SELECT requisition_id FROM budget_checks WHERE step = 'placed' ORDER BY 1 LIMIT 1)"
_LOWERED = "SET amount_fen = 1, put_by_name = put_by_name || '|' || amount_fen"
_RAISED = "SET amount_fen = split_part(put_by_name, '|', 2)::bigint, put_by_name = split_part(put_by_name, '|', 1)"
_OWN = {"each was held against its month's budget with its most"}

BUDGET_BREACHES = {
    "more placed than a hard budget allows": (
        "order",
        f"UPDATE budgets {_LOWERED} WHERE {_HARD}; UPDATE budget_versions {_LOWERED} WHERE {_HARD}",
        f"UPDATE budgets {_RAISED} WHERE {_HARD}; UPDATE budget_versions {_RAISED} WHERE {_HARD}",
        {"what was placed under a hard budget keeps within it"},
    ),
    "a requisition held against its budget with less than its most": (
        "order",
        f"UPDATE budget_checks SET most_fen = most_fen - 1 WHERE step = 'placed' AND requisition_id = {_PLACED}",
        f"UPDATE budget_checks SET most_fen = most_fen + 1 WHERE step = 'placed' AND requisition_id = {_PLACED}",
        _OWN,
    ),
    "a requisition held against another month's budget": (
        "order",
        f"UPDATE budget_checks SET month = month - interval '1 month' WHERE requisition_id = {_PLACED}",
        f"UPDATE budget_checks SET month = month + interval '1 month' WHERE requisition_id = {_PLACED}",
        _OWN,
    ),
    "a budget that nobody put": (
        "order",
        f"UPDATE budgets SET amount_fen = amount_fen + 1 WHERE {_HARD}",
        f"UPDATE budgets SET amount_fen = amount_fen - 1 WHERE {_HARD}",
        {"a budget stands as its newest version, and keeps all"},
    ),
}

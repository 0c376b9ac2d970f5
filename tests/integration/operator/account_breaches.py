"""How an account can be bent past every check, what undoes it, and which line must fail."""

_STATEMENT = "'00000000-0000-7000-8000-000000000008'"

ACCOUNT_BREACHES = {
    "a statement of account without its lines": (
        "order",
        f"INSERT INTO account_statements SELECT {_STATEMENT}, 'none', canteen_id, unit_id, supplier_id, '', fund,"  # noqa: S608
        " '2020-01-01', now(), 0, 100, 0, 0, 0, 0, 100, NULL, 'issued' FROM orders LIMIT 1",
        f"DELETE FROM account_statements WHERE statement_id = {_STATEMENT}",  # noqa: S608
        {"a statement of account is its lines', and begins where the last one ended"},
    ),
}

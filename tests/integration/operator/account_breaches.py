"""How money can be bent past every check, what undoes it, and which line must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_ID = "'00000000-0000-7000-8000-000000000008'"
_ACCOUNT = "a statement of account is its lines', and begins where the last one ended"
_LATE = "what moved in a closed month is on its statement, or late on a later one"
_PAID = "(SELECT min(payment_id::text)::uuid FROM payments WHERE state = 'paid' AND method = 'bank_transfer')"
_INVOICE = (
    "INSERT INTO invoices (invoice_id, paper, supplier_id, supplier_name, canteen_id, number, code, kind, net_fen,"
    " tax_fen, gross_fen, tax_rate_bp, issued_on, put_by, put_by_name, put_at) SELECT"
    f" {_ID}, 'planted', supplier_id, '', canteen_id, '1', '', 'normal', {{}}, {{}}, 100, 0, '2020-01-01', supplier_id,"
    " '', now() FROM orders LIMIT 1;"
)
_LINE_OF_IT = f"INSERT INTO invoice_lines SELECT {_ID}, order_id, line_id, 100 FROM order_lines LIMIT 1"


def _statement(month: str, opening: int, accepted: int) -> str:
    """Write a statement of a month with its one line."""
    figures = f"{opening}, {accepted}, 0, 0, 0, 0, {opening + accepted}"
    return (
        f"INSERT INTO account_statements SELECT {_ID}, 'none', canteen_id, unit_id, supplier_id, '', fund,"
        f" '{month}', now(), {figures}, NULL, 'issued' FROM orders LIMIT 1;"
        f" INSERT INTO account_lines SELECT {_ID}, order_id, '{month}', '{month}', {figures} FROM orders LIMIT 1;"
        " INSERT INTO account_months (month, statements, done) VALUES"
        " ('2020-01-01', 0, true), ('2020-02-01', 0, true)"
    )


_NO_STATEMENT = (
    f"DELETE FROM account_lines WHERE statement_id = {_ID}; DELETE FROM account_statements WHERE statement_id = {_ID};"
    " DELETE FROM account_months WHERE month < '2021-01-01'"
)

_ALL_LATE = "; ".join(
    f"UPDATE {table} SET late_fen = accepted_fen, accepted_fen = 0 WHERE statement_id = {_ID}"
    for table in ("account_statements", "account_lines")
)

ACCOUNT_BREACHES = {
    "a statement of account without its lines": (
        "order",
        f"INSERT INTO account_statements SELECT {_ID}, 'none', canteen_id, unit_id, supplier_id, '', fund,"
        " '2020-01-01', now(), 0, 100, 0, 0, 0, 0, 100, NULL, 'issued' FROM orders LIMIT 1",
        f"DELETE FROM account_statements WHERE statement_id = {_ID}",
        {_ACCOUNT},
    ),
    "a statement that begins with what none ended with": (
        "order",
        _statement("2020-02-01", 100, -100),
        _NO_STATEMENT,
        {_ACCOUNT},
    ),
    "what was owed at an end is not carried on": (
        "order",
        _statement("2020-01-01", 0, 100),
        _NO_STATEMENT,
        {_ACCOUNT, _LATE},
    ),
    "months that left out all that moved": (
        "order",
        "INSERT INTO account_months (month, statements, done) VALUES ('2020-01-01', 0, true), ('2100-01-01', 0, true)",
        "DELETE FROM account_months WHERE month IN ('2020-01-01', '2100-01-01')",
        {_LATE},
    ),
    "a late sum that no late line explains": (
        "order",
        f"{_statement('2020-02-01', 0, 100)}; {_ALL_LATE}",
        _NO_STATEMENT,
        {_ACCOUNT},
    ),
    "a late line of what no month left out": (
        "order",
        f"{_statement('2020-02-01', 0, 100)}; {_ALL_LATE}; INSERT INTO account_late_lines SELECT {_ID}, order_id,"
        f" '2020-01-01', 0, 100, 0, 0, 0, 0, 100 FROM account_lines WHERE statement_id = {_ID}",
        f"DELETE FROM account_late_lines; {_NO_STATEMENT}",
        {_LATE},
    ),
    "more paid back than was paid": (
        "order",
        "ALTER TABLE payments DROP CONSTRAINT payments_refunded_check;"
        f" INSERT INTO refunds (refund_id, payment_id, state, amount_fen, reason, due_at, touched_at)"
        f" SELECT {_ID}, payment_id, 'due', paid_fen + 1, '', now(), now() FROM payments WHERE payment_id = {_PAID};"
        f" UPDATE payments SET refunded_fen = paid_fen + 1 WHERE payment_id = {_PAID}",
        f"UPDATE payments SET refunded_fen = 0 WHERE payment_id = {_PAID}; DELETE FROM refunds WHERE refund_id = {_ID};"
        " ALTER TABLE payments ADD CONSTRAINT payments_refunded_check CHECK (refunded_fen BETWEEN 0 AND paid_fen)",
        {"no payment is paid back more than it brought"},
    ),
    "a transfer that is more than its parts": (
        "order",
        "INSERT INTO account_payments (payment_id, statement_id, state, amount_fen, registered_by, registered_at)"
        f" VALUES ({_ID}, {_ID}, 'registered', 10, {_ID}, now())",
        f"DELETE FROM account_payments WHERE payment_id = {_ID}",
        {"a transfer over a statement is its parts, and stands as they do"},
    ),
    "a transfer taken back whose part still stands": (
        "order",
        "INSERT INTO account_payments (payment_id, statement_id, state, amount_fen, registered_by, registered_at)"
        f" SELECT {_ID}, {_ID}, 'withdrawn', amount_fen, {_ID}, now() FROM payments WHERE payment_id = {_PAID};"
        " INSERT INTO account_payment_parts (part_id, payment_id, order_id, amount_fen)"
        f" SELECT payment_id, {_ID}, order_id, amount_fen FROM payments WHERE payment_id = {_PAID};"
        f" INSERT INTO account_lines SELECT {_ID}, order_id, '2020-01-01', '2020-01-01', 0, 0, 0, 0, 0, 0, 0"
        f" FROM payments WHERE payment_id = {_PAID}",
        f"DELETE FROM account_payment_parts WHERE payment_id = {_ID};"
        f" DELETE FROM account_payments WHERE payment_id = {_ID}; DELETE FROM account_lines WHERE statement_id = {_ID}",
        {"a transfer over a statement is its parts, and stands as they do"},
    ),
    "a transfer of more than was accepted": (
        "order",
        "INSERT INTO payments (payment_id, order_id, method, state, amount_fen, registered_at, registered_by,"
        f" touched_at) SELECT {_ID}, order_id, 'bank_transfer', 'registered', 1, now(), {_ID}, now()"
        f" FROM orders WHERE paid_fen > 0 AND paid_fen = (SELECT sum(accepted_fen) FROM order_lines l"
        " WHERE l.order_id = orders.order_id) LIMIT 1",
        f"DELETE FROM payments WHERE payment_id = {_ID}",
        {"no order is promised more by transfer than was accepted of it"},
    ),
    "an invoice that is for nothing": (
        "order",
        _INVOICE.format(100, 0),
        f"DELETE FROM invoices WHERE invoice_id = {_ID}",
        {"an invoice is its lines, net and tax together"},
    ),
    "an invoice whose tax is missing": (
        "order",
        f"ALTER TABLE invoices DROP CONSTRAINT invoices_amounts_check; {_INVOICE.format(90, 5)} {_LINE_OF_IT}",
        f"DELETE FROM invoice_lines WHERE invoice_id = {_ID}; DELETE FROM invoices WHERE invoice_id = {_ID};"
        " ALTER TABLE invoices ADD CONSTRAINT invoices_amounts_check"
        " CHECK (net_fen + tax_fen = gross_fen AND gross_fen <> 0)",
        {"an invoice is its lines, net and tax together"},
    ),
}

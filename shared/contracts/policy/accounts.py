"""Who may ask what of accounts (往来对账): statements, what is held against them, terms, what is paid late."""

from shared.contracts.grants import FINANCE, ORDER, OWN_CANTEEN, OWNER, PEOPLE, PUBLIC, READERS, Operation

SIDES = (*OWNER, *OWN_CANTEEN, *FINANCE)
"""Who speaks for either side of an account."""
PAYERS = (*OWN_CANTEEN, *FINANCE)
SEERS = (*OWN_CANTEEN, *PEOPLE, *READERS)

ROWS: dict[str, Operation] = {
    "list_account_statements": Operation("GET", "/account-statements", ORDER, SEERS),
    "get_account_statement": Operation("GET", "/account-statements/{statement_id}", ORDER, SEERS),
    "confirm_account_statement": Operation("POST", "/account-statements/{statement_id}/confirmation", ORDER, SIDES),
    "object_to_account_statement": Operation("POST", "/account-statements/{statement_id}/objections", ORDER, SIDES),
    "close_account_objection": Operation(
        "POST", "/account-statements/{statement_id}/objections/{objection_id}/closing", ORDER, SIDES
    ),
    "put_account_payment": Operation("PUT", "/account-statements/{statement_id}/payments/{payment_id}", ORDER, PAYERS),
    "put_account_voucher": Operation(
        "PUT", "/account-statements/{statement_id}/payments/{payment_id}/voucher", ORDER, PAYERS
    ),
    "get_account_voucher": Operation(
        "GET", "/account-statements/{statement_id}/payments/{payment_id}/voucher", ORDER, SEERS
    ),
    "confirm_account_payment": Operation(
        "POST", "/account-statements/{statement_id}/payments/{payment_id}/confirmation", ORDER, OWNER
    ),
    "deny_account_payment": Operation(
        "POST", "/account-statements/{statement_id}/payments/{payment_id}/denial", ORDER, OWNER
    ),
    "withdraw_account_payment": Operation(
        "POST", "/account-statements/{statement_id}/payments/{payment_id}/withdrawal", ORDER, PAYERS
    ),
    "put_invoice": Operation("PUT", "/invoices/{invoice_id}", ORDER, OWNER),
    "get_invoice": Operation("GET", "/invoices/{invoice_id}", ORDER, SEERS),
    "list_invoices": Operation("GET", "/invoices", ORDER, SEERS),
    "put_invoice_file": Operation("PUT", "/invoices/{invoice_id}/file", ORDER, OWNER),
    "get_invoice_file": Operation("GET", "/invoices/{invoice_id}/file", ORDER, SEERS),
    "list_invoice_differences": Operation("GET", "/invoice-differences", ORDER, SEERS),
    "resolve_invoice_difference": Operation("POST", "/orders/{order_id}/invoice-resolutions", ORDER, FINANCE),
    "put_payment_terms": Operation("PUT", "/units/{unit_id}/payment-terms/{terms_id}", ORDER, FINANCE),
    "get_payment_terms": Operation("GET", "/units/{unit_id}/payment-terms", ORDER, PUBLIC),
    "list_overdue_payments": Operation("GET", "/overdue-payments", ORDER, SEERS),
    "get_sales": Operation("GET", "/suppliers/{supplier_id}/sales", ORDER, PEOPLE),
    "list_days_to_pay": Operation("GET", "/days-to-pay", ORDER, PUBLIC),
}

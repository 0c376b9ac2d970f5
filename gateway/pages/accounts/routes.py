"""Where both sides of an account go."""

from starlette.routing import BaseRoute

from gateway.pages.accounts import account, account_list, agreeing, paying
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/accounts", account_list.show_accounts),
    show("/accounts/{statement_id:uuid}", account.show_account),
    show("/accounts/{statement_id:uuid}/lines.csv", account.export_lines),
    take("/accounts/{statement_id:uuid}/confirmation", agreeing.confirm),
    take("/accounts/{statement_id:uuid}/objections", agreeing.hold_against),
    take("/accounts/{statement_id:uuid}/objections/{objection_id:uuid}/closing", agreeing.settle),
    take("/accounts/{statement_id:uuid}/payments", paying.register),
    take("/accounts/{statement_id:uuid}/payments/{payment_id:uuid}/voucher", paying.upload_voucher),
    take("/accounts/{statement_id:uuid}/payments/{payment_id:uuid}/confirmation", paying.confirm_payment),
    take("/accounts/{statement_id:uuid}/payments/{payment_id:uuid}/denial", paying.deny_payment),
    take("/accounts/{statement_id:uuid}/payments/{payment_id:uuid}/withdrawal", paying.withdraw_payment),
]

"""All of order's tables are known to whoever asks here: the migrations, and tests that look at everything."""

from services.order.store import (
    account_tables,
    approval_tables,
    budget_tables,
    case_tables,
    invoice_tables,
    member_tables,
    name_tables,
    on_site_tables,
    payee_tables,
    payment_tables,
    reconciliation_tables,
    return_tables,
    season_tables,
    standing_tables,
    stock_import_tables,
    tables,
    weighing_tables,
)
from services.order.store.columns import metadata

__all__ = [
    "account_tables",
    "approval_tables",
    "budget_tables",
    "case_tables",
    "invoice_tables",
    "member_tables",
    "metadata",
    "name_tables",
    "on_site_tables",
    "payee_tables",
    "payment_tables",
    "reconciliation_tables",
    "return_tables",
    "season_tables",
    "standing_tables",
    "stock_import_tables",
    "tables",
    "weighing_tables",
]

"""Alembic's entry for this database."""

from services.procurement_quota.store import (  # noqa: F401 - of the same metadata
    change_tables,
    declaration_tables,
    draft_tables,
    filing_tables,
    flag_tables,
    fold_tables,
    import_tables,
    meal_tables,
    opening_tables,
    ordered_tables,
    purchase_tables,
    register_tables,
    reinstatement_tables,
    report_tables,
    reservation_tables,
    sample_tables,
    transfer_tables,
    tree_tables,
    union_tables,
)
from services.procurement_quota.store.tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

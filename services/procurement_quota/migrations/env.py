"""Alembic's entry for this database."""

from services.procurement_quota.store import draft_tables, import_tables, purchase_tables  # noqa: F401 - of the same metadata
from services.procurement_quota.store.tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

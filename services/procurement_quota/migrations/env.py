"""Alembic's entry for this database."""

from services.procurement_quota.store.tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

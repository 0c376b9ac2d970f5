"""Alembic's way into catalog's database."""

from services.catalog.store.all_tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

"""The order service's database is migrated from `store/all_tables.py` and by nothing else."""

from services.order.store.all_tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

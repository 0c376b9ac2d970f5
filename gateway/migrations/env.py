"""The gateway's database is built and changed here alone."""

from gateway.store.all_tables import metadata
from shared.db.migrate import run_env

run_env(metadata)

"""All of the gateway's tables are known to whoever asks here: the migrations, and tests that look at everything."""

from gateway.store import notice_tables
from gateway.store.tables import metadata

__all__ = ["metadata", "notice_tables"]

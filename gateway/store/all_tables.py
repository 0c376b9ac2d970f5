"""All of the gateway's tables are known to whoever asks here: the migrations, and tests that look at everything."""

from gateway.store import calendar_tables, hook_tables, mail_tables, notice_tables
from gateway.store.tables import metadata

__all__ = ["calendar_tables", "hook_tables", "mail_tables", "metadata", "notice_tables"]

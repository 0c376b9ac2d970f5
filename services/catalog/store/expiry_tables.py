"""What was said of papers that end: each notice once."""

import sqlalchemy as sa

from services.catalog.domain.expiry import NOTICE_DAYS
from services.catalog.domain.filings import FilingSubject
from services.catalog.store.tables import MOMENT, metadata, one_of

_DAYS = ", ".join(str(days) for days in sorted(NOTICE_DAYS))

expiry_notices = sa.Table(
    "expiry_notices",
    metadata,
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("filing_id", sa.Uuid, primary_key=True),
    sa.Column("valid_to", sa.Date, primary_key=True),
    sa.Column("days", sa.SmallInteger, primary_key=True, comment="which notice: days before the last one"),
    sa.Column("said_at", MOMENT, nullable=False),
    one_of("subject", FilingSubject),
    sa.CheckConstraint(f"days IN ({_DAYS})", name="days"),
    comment="What was said of a paper that ends; only added to.",
)

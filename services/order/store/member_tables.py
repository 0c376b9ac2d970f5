"""What each person may do for a supplier is kept as it was last heard: of a helper (帮办人), until which day."""

import sqlalchemy as sa

from services.order.store.columns import metadata

members = sa.Table(
    "supplier_members",
    metadata,
    sa.Column("supplier_id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("role", sa.Text, comment="null: nothing any more"),
    sa.Column("until", sa.Date, comment="the last day, of a helper"),
    comment="copy: people of suppliers (supplier.member_changed)",
)

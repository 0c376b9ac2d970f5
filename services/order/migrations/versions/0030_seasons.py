"""Goods of a season are promised for its days alone; those of before for any day.

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"


def upgrade() -> None:
    days = "the days for which it may be promised; null: any"
    op.add_column("stock", sa.Column("season", postgresql.DATEMULTIRANGE(), comment=days))
    op.create_table(
        "season_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("season", postgresql.DATEMULTIRANGE(), comment="from now on; null: any day"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="season_changes_pkey"),
        sa.ForeignKeyConstraint(["listing_id"], ["stock.listing_id"], name="season_changes_listing_id_fkey"),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("season_changes_acted_as_check")),
        comment="every change of a season by its supplier, and why; only ever added to",
    )
    op.create_index("season_changes_listing_id_idx", "season_changes", ["listing_id"])
    op.execute(f'GRANT SELECT, INSERT ON season_changes TO "{app_role()}"')
    op.execute("GRANT SELECT ON season_changes TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("season_changes")
    op.drop_column("stock", "season")

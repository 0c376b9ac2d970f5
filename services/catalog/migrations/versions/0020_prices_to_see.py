"""Prices that sellers changed by themselves wait until an officer has seen them; those of before wait too.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OF_BEFORE = """
INSERT INTO prices_to_see SELECT change_id, listing_id, version, changed_at FROM price_changes c
WHERE outcome = 'published' AND NOT EXISTS (SELECT FROM listing_versions v
  WHERE v.listing_id = c.listing_id AND v.version > c.version AND v.published_by = 'officer')
"""


def upgrade() -> None:
    op.create_table(
        "prices_to_see",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the version that came on sale by the change"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["price_changes.change_id"], name="prices_to_see_change_id_fkey"),
        sa.PrimaryKeyConstraint("change_id", name="prices_to_see_pkey"),
        comment="Changes of prices that held at once and wait to be seen; what was seen is taken out.",
    )
    op.create_index("prices_to_see_queue_idx", "prices_to_see", ["changed_at", "change_id"])
    op.create_index("prices_to_see_listing_idx", "prices_to_see", ["listing_id", "version"])
    op.create_table(
        "price_looks",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=False),
        sa.Column("seer_name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id", "version"],
            ["listing_versions.listing_id", "listing_versions.version"],
            name="price_looks_listing_id_fkey",
        ),
        sa.PrimaryKeyConstraint("listing_id", "version", name="price_looks_pkey"),
        comment="Which version an officer saw after it came on sale by itself; only added to.",
    )
    op.execute(f'GRANT SELECT, INSERT, DELETE ON prices_to_see TO "{app_role()}"')
    op.execute(f'GRANT SELECT, INSERT ON price_looks TO "{app_role()}"')
    op.execute("GRANT SELECT ON prices_to_see, price_looks TO zhucai_operator")
    op.execute(OF_BEFORE)


def downgrade() -> None:
    op.drop_table("price_looks")
    op.drop_table("prices_to_see")

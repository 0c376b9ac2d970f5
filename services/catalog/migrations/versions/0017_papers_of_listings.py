"""Listings have papers that prove their price and origin, and processed goods may be of no one county.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("listing_versions", "on_sale")


def upgrade() -> None:
    _hold("^([0-9]{6})?$")
    op.create_table(
        "listing_papers",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('price_proof', 'origin', 'explanation')", name="listing_papers_purpose_check"),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name="listing_papers_size_bytes_check"),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name="listing_papers_listing_id_fkey"),
        sa.PrimaryKeyConstraint("listing_id", "document_id", name="listing_papers_pkey"),
        comment="What proves a listing's price or origin; no buyer sees it. Only added to.",
    )
    op.execute(f'GRANT SELECT, INSERT ON listing_papers TO "{app_role()}"')
    op.execute("GRANT SELECT ON listing_papers TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("listing_papers")
    for table in TABLES:
        op.execute(f"UPDATE {table} SET origin_county_code = '000000' WHERE origin_county_code = ''")
    _hold("^[0-9]{6}$")


def _hold(pattern: str) -> None:
    for table in TABLES:
        name = f"{table}_origin_county_code_check"
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"origin_county_code ~ '{pattern}'")

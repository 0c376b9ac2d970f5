"""A version of a listing tells what it is of the list of items, its tiers, how it keeps, where it goes, whose it was.

Versions of before have none of it, which is what they said.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "listing_versions"
EMPTY = sa.text("'{}'")
NONE = sa.text("'[]'")


def upgrade() -> None:
    for column in (
        sa.Column(
            "item_code", sa.Text(), server_default="", nullable=False, comment="of shared/reference; empty: not told"
        ),
        sa.Column("specification", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "price_tiers", postgresql.JSONB(), server_default=NONE, nullable=False, comment="see domain/terms.py"
        ),
        sa.Column("shelf_life_days", sa.SmallInteger()),
        sa.Column("storage", sa.Text()),
        sa.Column(
            "delivery_areas",
            postgresql.ARRAY(sa.Text()),
            server_default=EMPTY,
            nullable=False,
            comment="empty: everywhere",
        ),
        sa.Column("lead_days", sa.SmallInteger(), comment="from an order to its delivery"),
        sa.Column("main_ingredient", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "origin_shares", postgresql.JSONB(), server_default=NONE, nullable=False, comment="of the main ingredient"
        ),
        sa.Column("certificate_ids", postgresql.ARRAY(sa.Uuid()), server_default=EMPTY, nullable=False),
        sa.Column(
            "explanation",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="of the price; buyers do not see it",
        ),
    ):
        op.add_column(TABLE, column)
    op.create_check_constraint(f"{TABLE}_storage_check", TABLE, "storage IN ('ambient', 'cool', 'chilled', 'frozen')")
    op.create_check_constraint(f"{TABLE}_shelf_life_days_check", TABLE, "shelf_life_days > 0")
    op.create_check_constraint(f"{TABLE}_lead_days_check", TABLE, "lead_days >= 0")


def downgrade() -> None:
    for column in (
        "explanation",
        "certificate_ids",
        "origin_shares",
        "main_ingredient",
        "lead_days",
        "delivery_areas",
        "storage",
        "shelf_life_days",
        "price_tiers",
        "specification",
        "item_code",
    ):
        op.drop_column(TABLE, column)

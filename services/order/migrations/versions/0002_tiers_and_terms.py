"""A listing's price falls with the quantity, and the terms of each published version are kept.

Of versions heard of before, the newest is kept, as it stands in the copy.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TERMS = (
    "name",
    "category",
    "measure",
    "unit_name",
    "unit_quantity",
    "piece_grams",
    "price_fen",
    "minimum_quantity",
    "step_quantity",
    "origin_county_code",
)


def upgrade() -> None:
    op.add_column(
        "listings",
        sa.Column(
            "price_tiers",
            postgresql.ARRAY(sa.BigInteger()),
            comment="pairs (from quantity, price of a unit), rising; null: none",
        ),
    )
    op.create_check_constraint(
        "listings_price_tiers_check", "listings", "array_ndims(price_tiers) = 2 AND array_length(price_tiers, 2) = 2"
    )
    op.create_table(
        "listing_terms",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", "version", name="listing_terms_pkey"),
        comment="copy: what each published version asked for; only ever added to",
    )
    told = ", ".join(f"'{name}', {name}" for name in TERMS)
    op.execute(
        "INSERT INTO listing_terms (listing_id, version, terms) SELECT listing_id, version,"
        f" jsonb_build_object({told}, 'price_tiers', '[]'::jsonb) FROM listings"
    )
    op.execute(f'GRANT SELECT, INSERT ON listing_terms TO "{app_role()}"')
    op.execute("GRANT SELECT ON listing_terms TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("listing_terms")
    op.drop_constraint("listings_price_tiers_check", "listings", type_="check")
    op.drop_column("listings", "price_tiers")

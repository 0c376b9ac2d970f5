"""Events of selling are kept: who holds them, who takes part and shows what, and what walk-in buyers bought.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("fairs", "fair_suppliers", "fair_listings", "fair_sales")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "fairs",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("stream_url", sa.Text()),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was cancelled"),
        sa.CheckConstraint("version > 0", name=op.f("fairs_version_check")),
        sa.CheckConstraint(
            "state IN ('draft', 'announced', 'open', 'closed', 'reported', 'cancelled')", name=op.f("fairs_state_check")
        ),
        sa.CheckConstraint("kind IN ('exhibition', 'livestream', 'relief')", name=op.f("fairs_kind_check")),
        sa.CheckConstraint("county_code ~ '^[0-9]{6}$'", name=op.f("fairs_county_code_check")),
        sa.CheckConstraint("begins_on <= ends_on AND ends_on - begins_on < 92", name=op.f("fairs_days_check")),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("fairs_pkey")),
        comment="Events of selling; what was reported stays.",
    )
    op.create_index("fairs_begins_idx", "fairs", ["begins_on", "fair_id"])
    op.create_index("fairs_unit_idx", "fairs", ["unit_path", "begins_on"])
    op.create_table(
        "fair_suppliers",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewer_name", sa.Text()),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'admitted', 'refused', 'left')", name=op.f("fair_suppliers_state_check")
        ),
        sa.CheckConstraint("revision > 0", name=op.f("fair_suppliers_revision_check")),
        sa.CheckConstraint(
            "(state IN ('admitted', 'refused')) <= (reviewed_by IS NOT NULL)",
            name=op.f("fair_suppliers_reviewed_check"),
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs.fair_id"], name=op.f("fair_suppliers_fair_id_fkey")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("fair_suppliers_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("fair_id", "supplier_id", name=op.f("fair_suppliers_pkey")),
        comment="Who asked to take part in an event, and what became of it.",
    )
    op.create_index("fair_suppliers_supplier_idx", "fair_suppliers", ["supplier_id", "fair_id"])
    op.create_table(
        "fair_listings",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("fair_listings_listing_id_fkey")),
        sa.ForeignKeyConstraint(
            ["fair_id", "supplier_id"],
            ["fair_suppliers.fair_id", "fair_suppliers.supplier_id"],
            name=op.f("fair_listings_fair_id_supplier_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("fair_id", "listing_id", name=op.f("fair_listings_pkey")),
        comment="What is shown at an event.",
    )
    op.create_index("fair_listings_supplier_idx", "fair_listings", ["fair_id", "supplier_id"])
    op.create_table(
        "fair_sales",
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("grams", sa.BigInteger()),
        sa.Column("pieces", sa.BigInteger()),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('entered', 'confirmed', 'returned')", name=op.f("fair_sales_state_check")),
        sa.CheckConstraint("revision > 0", name=op.f("fair_sales_revision_check")),
        sa.CheckConstraint("amount_fen > 0 AND num_nonnulls(grams, pieces) = 1", name=op.f("fair_sales_sold_check")),
        sa.CheckConstraint("coalesce(grams, pieces) > 0", name=op.f("fair_sales_quantity_check")),
        sa.CheckConstraint(
            "(state = 'confirmed') <= (reviewed_by IS NOT NULL)", name=op.f("fair_sales_reviewed_check")
        ),
        sa.ForeignKeyConstraint(
            ["fair_id", "supplier_id"],
            ["fair_suppliers.fair_id", "fair_suppliers.supplier_id"],
            name=op.f("fair_sales_fair_id_supplier_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("fair_sales_pkey")),
        comment="What walk-in buyers bought, never a canteen's order; confirmed by another than who entered it.",
    )
    op.create_index("fair_sales_fair_idx", "fair_sales", ["fair_id", "supplier_id"])
    for table in TABLES:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON "{table}" TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
    op.execute(f'GRANT DELETE ON fair_listings TO "{app_role()}"')


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)

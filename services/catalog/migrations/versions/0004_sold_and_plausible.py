"""What was sold stands beside what a base can plausibly bring, from which parcels.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WRITTEN = ("plots", "capacities", "capacity_uses")
APPEND_ONLY = ("sales", "outside_sales")
UUIDS = postgresql.ARRAY(sa.Uuid())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _plots()
    _capacities()
    _sales()
    _outside_sales()
    role = app_role()
    for table in (*WRITTEN, *APPEND_ONLY):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    for table in WRITTEN:
        op.execute(f'GRANT UPDATE, DELETE ON {table} TO "{role}"')


def _plots() -> None:
    op.create_table(
        "plots",
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("certificate_number", sa.Text(), nullable=False, comment="as written"),
        sa.Column("certificate_key", sa.Text(), nullable=False, comment="as compared: no spaces, marks or case"),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
        sa.Column("declared_from", sa.Date(), nullable=False),
        sa.Column("declared_to", sa.Date(), comment="the first day on which it is no longer declared"),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plot_id", name=op.f("plots_pkey")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("plots_supplier_id_fkey")),
        sa.CheckConstraint("kind IN ('field', 'orchard', 'pond', 'barn', 'shed')", name=op.f("plots_kind_check")),
        sa.CheckConstraint("county_code ~ '^[0-9]{6}$'", name=op.f("plots_county_code_check")),
        sa.CheckConstraint("area_m2 > 0", name=op.f("plots_area_m2_check")),
        sa.CheckConstraint("declared_to IS NULL OR declared_to >= declared_from", name=op.f("plots_declared_to_check")),
        comment="Parcels; one that is declared has one declarant.",
    )
    op.create_index("plots_supplier_idx", "plots", ["supplier_id", "put_at"])
    op.create_index("plots_certificate_idx", "plots", ["certificate_key", "declared_from"])
    op.create_index(
        "plots_certificate_declared_key",
        "plots",
        ["certificate_key"],
        unique=True,
        postgresql_where=sa.text("declared_to IS NULL"),
    )


def _capacities() -> None:
    op.create_table(
        "capacities",
        sa.Column("capacity_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("extent", sa.BigInteger(), nullable=False, comment="square metres, or heads"),
        sa.Column("yield_grams", sa.BigInteger(), nullable=False, comment="a year, of a square metre or a head"),
        sa.Column("harvest_months", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("keeps_months", sa.SmallInteger(), nullable=False),
        sa.Column("yearly_grams", sa.BigInteger(), nullable=False),
        sa.Column("document_ids", UUIDS, nullable=False),
        sa.Column("replaces", sa.Uuid()),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewer_name", sa.Text()),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("capacity_id", name=op.f("capacities_pkey")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("capacities_supplier_id_fkey")),
        sa.ForeignKeyConstraint(["replaces"], ["capacities.capacity_id"], name=op.f("capacities_replaces_fkey")),
        sa.CheckConstraint(
            "state IN ('filed', 'returned', 'confirmed', 'replaced')", name=op.f("capacities_state_check")
        ),
        sa.CheckConstraint("measure IN ('area', 'heads')", name=op.f("capacities_measure_check")),
        sa.CheckConstraint("version > 0", name=op.f("capacities_version_check")),
        sa.CheckConstraint(
            "extent > 0 AND yield_grams > 0 AND yearly_grams = extent * yield_grams",
            name=op.f("capacities_yearly_grams_check"),
        ),
        sa.CheckConstraint(
            "keeps_months BETWEEN 0 AND 12 AND cardinality(harvest_months) > 0", name=op.f("capacities_months_check")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'returned')) <= (reviewed_by IS NOT NULL)", name=op.f("capacities_reviewed_check")
        ),
        comment="What a supplier says that it can bring of an item in a year, and what an officer found of it.",
    )
    op.create_index("capacities_supplier_idx", "capacities", ["supplier_id", "year", "item_code"])
    op.create_index(
        "capacities_confirmed_key",
        "capacities",
        ["supplier_id", "item_code", "year"],
        unique=True,
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index("capacities_state_idx", "capacities", ["state", "filed_at", "capacity_id"])
    op.create_table(
        "capacity_uses",
        sa.Column("capacity_id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("extent", sa.BigInteger(), nullable=False, comment="square metres, or heads"),
        sa.PrimaryKeyConstraint("capacity_id", "plot_id", name=op.f("capacity_uses_pkey")),
        sa.ForeignKeyConstraint(
            ["capacity_id"], ["capacities.capacity_id"], name=op.f("capacity_uses_capacity_id_fkey")
        ),
        sa.ForeignKeyConstraint(["plot_id"], ["plots.plot_id"], name=op.f("capacity_uses_plot_id_fkey")),
        sa.CheckConstraint("extent > 0", name=op.f("capacity_uses_extent_check")),
        comment="Which part of a capacity stands on which parcel.",
    )
    op.create_index("capacity_uses_plot_idx", "capacity_uses", ["plot_id"])


def _sales() -> None:
    op.create_table(
        "sales",
        sa.Column(
            "step_id", sa.Uuid(), nullable=False, comment="the acceptance, return or credit that it was heard of"
        ),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_id", sa.Uuid(), nullable=False, comment="of which it is a step"),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("listing_version", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False, comment="empty where the listing named none"),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column(
            "accepted_on", sa.Date(), nullable=False, comment="of a return or credit, of the acceptance it reverses"
        ),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False, comment="of accepted_on"),
        sa.Column("month", sa.SmallInteger(), nullable=False, comment="of accepted_on, 1 to 12"),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "grams", sa.BigInteger(), nullable=False, comment="0 where a piece's weight is unknown, and of a credit"
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("per_kg_fen", sa.BigInteger(), comment="the price agreed; none where a piece's weight is unknown"),
        sa.Column("fair_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("step_id", "line_id", name=op.f("sales_pkey")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("sales_month_check")),
        sa.CheckConstraint(
            "year = extract(year FROM accepted_on) AND month = extract(month FROM accepted_on)",
            name=op.f("sales_day_check"),
        ),
        sa.CheckConstraint("step_id <> acceptance_id OR accepted_on = booked_on", name=op.f("sales_acceptance_check")),
        comment="What canteens accepted and kept, line by line; a return or a credit is a step down. Only added to.",
    )
    op.create_index("sales_supplier_idx", "sales", ["supplier_id", "year", "item_code", "month"])
    op.create_index("sales_lot_idx", "sales", ["acceptance_id", "line_id"])


def _outside_sales() -> None:
    op.create_table(
        "outside_sales",
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="negative where it reverses"),
        sa.Column("sold_from", sa.Date(), nullable=False),
        sa.Column("sold_to", sa.Date(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("document_ids", UUIDS, nullable=False),
        sa.Column("reverses", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("outside_sales_pkey")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("outside_sales_supplier_id_fkey")
        ),
        sa.ForeignKeyConstraint(["reverses"], ["outside_sales.sale_id"], name=op.f("outside_sales_reverses_fkey")),
        sa.UniqueConstraint("reverses", name=op.f("outside_sales_reverses_key")),
        sa.CheckConstraint("channel IN ('platform_832', 'fair', 'other')", name=op.f("outside_sales_channel_check")),
        sa.CheckConstraint("(reverses IS NULL) = (grams > 0) AND grams <> 0", name=op.f("outside_sales_grams_check")),
        sa.CheckConstraint(
            "sold_from <= sold_to AND year = extract(year FROM sold_from) AND year = extract(year FROM sold_to)"
            " AND month = extract(month FROM sold_from) AND month = extract(month FROM sold_to)",
            name=op.f("outside_sales_month_check"),
        ),
        comment="What a supplier sold beside this platform, a month at most a row. Only added to.",
    )
    op.create_index("outside_sales_supplier_idx", "outside_sales", ["supplier_id", "year", "item_code"])


def downgrade() -> None:
    for table in ("outside_sales", "sales", "capacity_uses", "capacities", "plots"):
        op.drop_table(table)

"""Invoices are entered for lines of orders, and how each difference was resolved is kept.

Revision: 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invoices",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False, comment="its numbers, by which it is one"),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True, comment="the invoice that a red-letter one takes back"),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("file_media_type", sa.Text(), nullable=True),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'red') = (gross_fen < 0) AND (kind = 'red') = (reverses_id IS NOT NULL)",
            name=op.f("invoices_red_check"),
        ),
        sa.CheckConstraint("kind IN ('special', 'normal', 'farm', 'red')", name=op.f("invoices_kind_check")),
        sa.CheckConstraint("net_fen + tax_fen = gross_fen AND gross_fen <> 0", name=op.f("invoices_amounts_check")),
        sa.CheckConstraint("tax_rate_bp BETWEEN 0 AND 10000", name=op.f("invoices_tax_rate_bp_check")),
        sa.ForeignKeyConstraint(["reverses_id"], ["invoices.invoice_id"], name=op.f("invoices_reverses_id_fkey")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("invoices_pkey")),
        sa.UniqueConstraint("paper", name=op.f("invoices_paper_key")),
    )
    op.create_index("invoices_canteen_idx", "invoices", ["canteen_id", sa.literal_column("put_at DESC")], unique=False)
    op.create_index(op.f("invoices_reverses_id_idx"), "invoices", ["reverses_id"], unique=False)
    op.create_index(
        "invoices_supplier_idx", "invoices", ["supplier_id", sa.literal_column("put_at DESC")], unique=False
    )
    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("gross_fen <> 0", name=op.f("invoice_lines_gross_fen_check")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.invoice_id"], name=op.f("invoice_lines_invoice_id_fkey")),
        sa.ForeignKeyConstraint(
            ["order_id", "line_id"],
            ["order_lines.order_id", "order_lines.line_id"],
            name=op.f("invoice_lines_order_id_line_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("invoice_id", "order_id", "line_id", name=op.f("invoice_lines_pkey")),
        comment="what of an invoice is for which line of which order; only ever added to",
    )
    op.create_index(op.f("invoice_lines_order_id_line_id_idx"), "invoice_lines", ["order_id", "line_id"], unique=False)
    op.create_table(
        "invoice_resolutions",
        sa.Column("resolution_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=False),
        sa.Column("resolved_by_name", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('over', 'under', 'not_accepted', 'over_ordered')", name=op.f("invoice_resolutions_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "line_id"],
            ["order_lines.order_id", "order_lines.line_id"],
            name=op.f("invoice_resolutions_order_id_line_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("resolution_id", name=op.f("invoice_resolutions_pkey")),
        comment="a difference as it stood, and what finance said of it; another one is open anew; only ever added to",
    )
    op.create_index(
        op.f("invoice_resolutions_order_id_line_id_idx"), "invoice_resolutions", ["order_id", "line_id"], unique=False
    )
    role = app_role()
    for table in ("invoices", "invoice_lines", "invoice_resolutions"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    op.execute(f'GRANT UPDATE ON invoices TO "{role}"')


def downgrade() -> None:
    for table in ("invoice_resolutions", "invoice_lines", "invoices"):
        op.drop_table(table)

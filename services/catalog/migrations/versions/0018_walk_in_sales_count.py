"""What walk-in buyers bought is added up by supplier and year, beside what canteens bought.

Revision: 0018, after 0017.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("fair_sales_supplier_idx", "fair_sales", ["supplier_id", "sold_on"])


def downgrade() -> None:
    op.drop_index("fair_sales_supplier_idx", table_name="fair_sales")

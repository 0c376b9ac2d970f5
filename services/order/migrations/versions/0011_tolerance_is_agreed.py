"""How far the weight of a line may be off is agreed with its price; of lines of before it was not told.

Revision: 0011, after 0010. That no row of before says otherwise is proven in 0012, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OF_A_BASKET = "how far each line may be off, in basis points; null: not told"
OF_A_LINE = "how far its weight may be off, as agreed; null: not told"


def upgrade() -> None:
    op.add_column("baskets", sa.Column("tolerances", postgresql.ARRAY(sa.Integer()), comment=OF_A_BASKET))
    op.add_column("order_lines", sa.Column("tolerance_bp", sa.Integer(), comment=OF_A_LINE))
    op.create_check_constraint(
        op.f("baskets_tolerances_check"),
        "baskets",
        "cardinality(tolerances) = cardinality(listing_ids) AND 0 <= ALL (tolerances) AND 3000 >= ALL (tolerances)",
        postgresql_not_valid=True,
    )
    op.create_check_constraint(
        op.f("order_lines_tolerance_bp_check"),
        "order_lines",
        "tolerance_bp BETWEEN 0 AND 3000",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.drop_column("order_lines", "tolerance_bp")
    op.drop_column("baskets", "tolerances")

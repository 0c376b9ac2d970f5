"""A review keeps from which unit it was made and of which unit's supplier, so that admission from above can be proved.

Reviews of before keep none; whoever they admitted stays admitted.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "supplier_reviews",
        sa.Column(
            "reviewer_path",
            sa.Text(),
            nullable=True,
            comment="of the unit decided from; of reviews before it was kept, none",
        ),
    )
    op.add_column(
        "supplier_reviews",
        sa.Column("unit_path", sa.Text(), nullable=True, comment="the supplier's, when it was decided"),
    )
    op.create_check_constraint(
        op.f("supplier_reviews_paths_check"), "supplier_reviews", "(reviewer_path IS NULL) = (unit_path IS NULL)"
    )
    op.create_check_constraint(
        op.f("supplier_reviews_from_above_check"),
        "supplier_reviews",
        "starts_with(unit_path, reviewer_path) AND (outcome NOT IN ('admit', 'revoke')"
        " OR unit_path <> reviewer_path OR reviewer_path ~ '^/[^/]+/$')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("supplier_reviews_from_above_check"), "supplier_reviews")
    op.drop_constraint(op.f("supplier_reviews_paths_check"), "supplier_reviews")
    op.drop_column("supplier_reviews", "unit_path")
    op.drop_column("supplier_reviews", "reviewer_path")

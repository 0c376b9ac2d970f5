"""Appeals against reviews of suppliers have their table.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_appeals",
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("review_version", sa.Integer(), nullable=False, comment="supplier_version of the review"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="of the review"),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewer_path", sa.Text(), nullable=False, comment="from where it was reviewed"),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_by_name", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decider_name", sa.Text(), nullable=True),
        sa.Column("decider_path", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('filed', 'upheld', 'dismissed', 'withdrawn')", name=op.f("supplier_appeals_state_check")
        ),
        sa.CheckConstraint("outcome IN ('return', 'suspend', 'revoke')", name=op.f("supplier_appeals_outcome_check")),
        sa.CheckConstraint(
            "num_nulls(reason, decided_by, decider_name, decider_path, decided_at)"
            " = CASE WHEN state IN ('upheld', 'dismissed') THEN 0 ELSE 5 END",
            name=op.f("supplier_appeals_decided_check"),
        ),
        sa.CheckConstraint(
            "decided_by <> reviewed_by AND decided_by <> filed_by", name=op.f("supplier_appeals_by_another_check")
        ),
        sa.CheckConstraint(
            "starts_with(reviewer_path, decider_path)"
            " AND (reviewer_path <> decider_path OR decider_path ~ '^/[^/]+/$')",
            name=op.f("supplier_appeals_from_above_check"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id", "review_version"],
            ["supplier_reviews.supplier_id", "supplier_reviews.supplier_version"],
            name="supplier_appeals_review_fkey",
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("supplier_appeals_pkey")),
        comment="What a supplier says against a review, and what a level above decided.",
    )
    op.create_index(
        "supplier_appeals_review_key",
        "supplier_appeals",
        ["supplier_id", "review_version"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_index("supplier_appeals_supplier_idx", "supplier_appeals", ["supplier_id", "filed_at"])
    op.create_index("supplier_appeals_state_idx", "supplier_appeals", ["state", "filed_at", "appeal_id"])
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON supplier_appeals TO "{app_role()}"')
    op.execute("GRANT SELECT ON supplier_appeals TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("supplier_appeals")

"""A reservation may be a draft, an amendment has its reason, and the level above says what it thinks of each version.

Revision: 0010, after 0009. Under every rule that there is, a reservation is due on the 31st day.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rule",
        sa.Column("reservation_days", sa.Integer(), server_default="31", nullable=False, comment="until it is due"),
    )
    op.create_check_constraint(op.f("rule_reservation_days_check"), "rule", "reservation_days BETWEEN 1 AND 366")
    op.add_column(
        "reservation",
        sa.Column(
            "draft",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="written and not submitted yet",
        ),
    )
    op.add_column(
        "reservation",
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="of an amendment"),
    )
    op.add_column(
        "reservation",
        sa.Column(
            "explanation", sa.Text(), server_default="", nullable=False, comment="why it is lower than last year"
        ),
    )
    op.create_table(
        "reservation_review",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('accept', 'return')", name=op.f("reservation_review_outcome_check")),
        sa.CheckConstraint("outcome <> 'return' OR reason <> ''", name=op.f("reservation_review_reason_check")),
        sa.ForeignKeyConstraint(
            ["reservation_id", "version"],
            ["reservation.id", "reservation.version"],
            name=op.f("reservation_review_reservation_id_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("reservation_id", "version", name=op.f("reservation_review_pkey")),
        comment="What the level above said of a version: accepted, or returned with a reason.",
    )
    op.execute(
        "CREATE TRIGGER reservation_review_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON reservation_review "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON reservation_review TO "{app_role()}"')
    op.execute("GRANT SELECT ON reservation_review TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("reservation_review")
    for column in ("explanation", "reason", "draft"):
        op.drop_column("reservation", column)
    op.drop_constraint(op.f("rule_reservation_days_check"), "rule")
    op.drop_column("rule", "reservation_days")

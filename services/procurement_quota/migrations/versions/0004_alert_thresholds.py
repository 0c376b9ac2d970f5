"""A unit's thresholds of alerts have their table.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_threshold",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("behind_bp", sa.Integer(), nullable=True),
        sa.Column("short_bp", sa.Integer(), nullable=True),
        sa.Column("missing_months", sa.Integer(), nullable=True),
        sa.Column("december_bp", sa.Integer(), nullable=True),
        sa.Column("unpaid_bp", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("missing_months BETWEEN 1 AND 12", name=op.f("alert_threshold_missing_months_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("alert_threshold_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", "version", name=op.f("alert_threshold_pkey")),
        comment="From where on something is an alert (预警阈值) to a unit, version by version; NULL turns one off.",
    )
    op.execute(
        "CREATE TRIGGER alert_threshold_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_threshold "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON alert_threshold TO "{app_role()}"')
    op.execute("GRANT SELECT ON alert_threshold TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("alert_threshold")

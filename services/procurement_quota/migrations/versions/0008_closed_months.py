"""Closed months have their table.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import app_role

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "month_closing",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed", JSONB(), nullable=False, comment="the figures as filed, by rule; frozen"),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("month_closing_month_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("month_closing_canteen_id_fkey")),
        sa.ForeignKeyConstraint(
            ["unit_id", "seq"], ["entry.unit_id", "entry.seq"], name=op.f("month_closing_unit_id_seq_fkey")
        ),
        sa.PrimaryKeyConstraint("canteen_id", "year", "month", name=op.f("month_closing_pkey")),
        comment="A canteen's closed month (月结), with the figures as they were filed.",
    )
    op.execute(
        "CREATE TRIGGER month_closing_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON month_closing "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON month_closing TO "{app_role()}"')
    op.execute("GRANT SELECT ON month_closing TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("month_closing")

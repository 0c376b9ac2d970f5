"""Heads are filed a unit and a year, and a rule says whether its statistics show union goods, apart.

Revision: 0011, after 0010. By its document the national rule always did, so its versions have it with the column.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rule",
        sa.Column(
            "union_apart",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="shows union goods apart",
        ),
    )
    op.execute("ALTER TABLE rule ALTER COLUMN union_apart DROP DEFAULT")
    op.execute(
        "ALTER TABLE rule ALTER COLUMN union_apart TYPE boolean USING (union_apart OR code = 'national-2021-canteen')"
    )
    op.execute("ALTER TABLE rule ALTER COLUMN union_apart SET DEFAULT false")
    op.create_table(
        "headcount",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="where the figure is from"),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("heads > 0", name=op.f("headcount_heads_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("headcount_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", "year", "version", name=op.f("headcount_pkey")),
        comment="How many people a unit's union festival goods are for in a year (人数), version by version.",
    )
    op.execute(
        "CREATE TRIGGER headcount_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON headcount "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON headcount TO "{app_role()}"')
    op.execute("GRANT SELECT ON headcount TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("headcount")
    op.drop_column("rule", "union_apart")

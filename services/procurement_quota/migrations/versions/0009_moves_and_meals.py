"""Units move by a document, and canteens file the meals that they serve.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the unit, once moved"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_unit_id", sa.Uuid(), nullable=False),
        sa.Column("from_path", sa.Text(), nullable=False),
        sa.Column("to_path", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="how many moved: itself and those below it"),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('move', 'merge')", name=op.f("unit_move_kind_check")),
        sa.CheckConstraint("units > 0", name=op.f("unit_move_units_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("unit_move_unit_id_fkey")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("unit_move_to_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_move_pkey")),
        sa.UniqueConstraint("unit_id", "version", name=op.f("unit_move_unit_id_version_key")),
        comment="A unit that went below another (划转), or was merged into it (合并), with the document that says so.",
    )
    op.create_table(
        "meals_served",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meals", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("meals_served_month_check")),
        sa.CheckConstraint("meals >= 0", name=op.f("meals_served_meals_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("meals_served_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("canteen_id", "year", "month", "version", name=op.f("meals_served_pkey")),
        comment="How many meals a canteen served in a month (供餐人次), version by version.",
    )
    for table in ("unit_move", "meals_served"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{app_role()}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("meals_served")
    op.drop_table("unit_move")

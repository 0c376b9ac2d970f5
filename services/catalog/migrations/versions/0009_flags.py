"""What does not fit about a supplier's goods is flagged, with its lots and all that happened to it.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "flags",
        sa.Column("flag_id", sa.Uuid(), nullable=False, comment="derived from kind, supplier, item and year"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False, comment="what was found, in numbers"),
        sa.Column("cleared_grams", sa.BigInteger(), comment="what had been found when it was cleared"),
        sa.Column("upheld_by", sa.Uuid()),
        sa.Column("upheld_on", sa.Date()),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("flags_pkey")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("flags_supplier_id_fkey")),
        sa.UniqueConstraint(
            "supplier_id", "kind", "item_code", "year", name=op.f("flags_supplier_id_kind_item_code_year_key")
        ),
        sa.CheckConstraint("version > 0", name=op.f("flags_version_check")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'cleared', 'upheld', 'appealed', 'final')", name=op.f("flags_state_check")
        ),
        sa.CheckConstraint("kind IN ('capacity', 'price')", name=op.f("flags_kind_check")),
        sa.CheckConstraint(
            "(state IN ('upheld', 'appealed', 'final')) <= (upheld_by IS NOT NULL AND upheld_on IS NOT NULL)",
            name=op.f("flags_upheld_check"),
        ),
        comment="What does not fit about a supplier's goods of an item in a year.",
    )
    op.create_index("flags_state_idx", "flags", ["state", "raised_at", "flag_id"])
    op.create_index("flags_raised_idx", "flags", ["raised_at", "flag_id"])
    op.create_table(
        "flag_lots",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", "acceptance_id", "line_id", name=op.f("flag_lots_pkey")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.flag_id"], name=op.f("flag_lots_flag_id_fkey")),
        comment="Which lines of which acceptances a flag is about, as it now stands.",
    )
    op.create_index("flag_lots_lot_idx", "flag_lots", ["acceptance_id", "line_id"])
    op.create_table(
        "flag_steps",
        sa.Column("step_id", sa.Uuid(), nullable=False, comment="of an answer, the one that its client chose"),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("flag_version", sa.Integer(), nullable=False, comment="the one that it made"),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False, comment="as it then stood"),
        sa.Column("by_id", sa.Uuid(), comment="none where what was sold raised it"),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("flag_steps_pkey")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.flag_id"], name=op.f("flag_steps_flag_id_fkey")),
        sa.UniqueConstraint("flag_id", "flag_version", name=op.f("flag_steps_flag_id_flag_version_key")),
        sa.CheckConstraint(
            "step IN ('raise', 'grow', 'answer', 'clear', 'uphold', 'appeal', 'confirm')",
            name=op.f("flag_steps_step_check"),
        ),
        sa.CheckConstraint("(by_id IS NULL) = (step IN ('raise', 'grow'))", name=op.f("flag_steps_by_id_check")),
        comment="What happened to a flag; only added to.",
    )
    role = app_role()
    for table in ("flags", "flag_lots", "flag_steps"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    op.execute(f'GRANT UPDATE ON flags TO "{role}"')
    op.execute(f'GRANT DELETE ON flag_lots TO "{role}"')


def downgrade() -> None:
    for table in ("flag_steps", "flag_lots", "flags"):
        op.drop_table(table)

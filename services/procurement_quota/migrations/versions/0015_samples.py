"""The auditor's samples have their tables.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APPEND_ONLY = ("sample_draw", "sample_result", "sample", "sample_line")


def upgrade() -> None:
    op.create_table(
        "sample_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="drawn from it and all below it"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="lines"),
        sa.Column("draw", sa.Text(), nullable=False, comment="the public draw by name, for example a lottery's issue"),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False, comment="where its result is published"),
        sa.Column("value_form", sa.Text(), nullable=False, comment="how its value is written; 0 stands for a digit"),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 1000", name=op.f("sample_draw_size_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("sample_draw_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sample_draw_pkey")),
        comment="A sample (抽样) announced before the public draw from which its seed comes is held.",
    )
    op.create_index("sample_draw_unit_id_year_idx", "sample_draw", ["unit_id", "year"])
    op.create_table(
        "sample_result",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("not_held", sa.Text(), nullable=True, comment="why, where the public draw was never held"),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(value IS NULL) = (not_held IS NOT NULL)", name=op.f("sample_result_value_check")),
        sa.CheckConstraint("version > 0", name=op.f("sample_result_version_check")),
        sa.ForeignKeyConstraint(["draw_id"], ["sample_draw.id"], name=op.f("sample_result_draw_id_fkey")),
        sa.PrimaryKeyConstraint("draw_id", "version", name=op.f("sample_result_pkey")),
        comment="What came of a public draw, version by version.",
    )
    op.create_table(
        "sample",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("result_version", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("root", sa.Text(), nullable=True, comment="of the close entries"),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("frame_lines", sa.Integer(), nullable=True),
        sa.Column("frame_fen", sa.BigInteger(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True, comment="what a stranger draws it from again, as published"),
        sa.Column(
            "outside",
            postgresql.JSONB(),
            nullable=True,
            comment="canteens with purchases that were not closed in time: a finding",
        ),
        sa.CheckConstraint("outcome IN ('drawn', 'void')", name=op.f("sample_outcome_check")),
        sa.CheckConstraint(
            "(outcome = 'drawn') = (num_nulls(root, seed, frame_lines, frame_fen, file, outside) = 0)",
            name=op.f("sample_drawn_check"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["sample_draw.id"], name=op.f("sample_draw_id_fkey")),
        sa.ForeignKeyConstraint(
            ["draw_id", "result_version"],
            ["sample_result.draw_id", "sample_result.version"],
            name=op.f("sample_draw_id_result_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("sample_pkey")),
        comment="A draw whose result a second person confirmed, and what was drawn.",
    )
    op.create_table(
        "sample_line",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="kept as filed"),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("sample_line_amount_fen_check")),
        sa.CheckConstraint("place > 0", name=op.f("sample_line_place_check")),
        sa.ForeignKeyConstraint(["draw_id"], ["sample.draw_id"], name=op.f("sample_line_draw_id_fkey")),
        sa.ForeignKeyConstraint(
            ["unit_id", "seq"], ["entry.unit_id", "entry.seq"], name=op.f("sample_line_unit_id_seq_fkey")
        ),
        sa.PrimaryKeyConstraint("draw_id", "place", name=op.f("sample_line_pkey")),
        comment="A purchase that was drawn, by its first entry.",
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{app_role()}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)

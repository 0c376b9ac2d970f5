"""Restatements and declarations have their tables.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrate import app_role

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("restatement", "declaration", "declaration_step")


def upgrade() -> None:
    op.create_table(
        "restatement",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed", JSONB(), nullable=False, comment="the figures as restated, by rule; frozen"),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("restatement_number_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("restatement_canteen_id_fkey")),
        sa.ForeignKeyConstraint(
            ["canteen_id", "year"],
            ["closing.canteen_id", "closing.year"],
            name=op.f("restatement_canteen_id_year_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "seq"], ["entry.unit_id", "entry.seq"], name=op.f("restatement_unit_id_seq_fkey")
        ),
        sa.PrimaryKeyConstraint("canteen_id", "year", "number", name=op.f("restatement_pkey")),
        comment="A closed year's figures filed again (重述), numbered; the earlier ones stay.",
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("restatement", sa.Integer(), nullable=False, comment="0 is as filed"),
        sa.Column("restates", sa.Uuid(), nullable=True, comment="the published one that it restates"),
        sa.Column("code", sa.Text(), nullable=False, comment="the verification code, from the payload"),
        sa.Column("payload", sa.Text(), nullable=False, comment="canonical JSON; what is signed"),
        sa.Column("extract", sa.Text(), nullable=False, comment="the entries behind the figures, one a line"),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("declaration_number_check")),
        sa.CheckConstraint("restatement >= 0", name=op.f("declaration_restatement_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("declaration_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["restates"], ["declaration.id"], name=op.f("declaration_restates_fkey")),
        sa.ForeignKeyConstraint(
            ["canteen_id", "year"],
            ["closing.canteen_id", "closing.year"],
            name=op.f("declaration_canteen_id_year_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("declaration_pkey")),
        sa.UniqueConstraint("code", name=op.f("declaration_code_key")),
        sa.UniqueConstraint("canteen_id", "year", "number", name=op.f("declaration_canteen_id_year_number_key")),
        comment="A canteen's yearly declaration (年度申报), as finance prepared it.",
    )
    op.create_table(
        "declaration_step",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="canonical JSON: who did what to which payload"),
        sa.Column("signature", sa.LargeBinary(), nullable=False, comment="Ed25519 over the statement"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step IN ('sign', 'return', 'countersign')", name=op.f("declaration_step_step_check")),
        sa.CheckConstraint("place > 0", name=op.f("declaration_step_place_check")),
        sa.CheckConstraint(
            "octet_length(signature) = 64 AND octet_length(public_key) = 32",
            name=op.f("declaration_step_signature_check"),
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("declaration_step_declaration_id_fkey")
        ),
        sa.PrimaryKeyConstraint("declaration_id", "place", name=op.f("declaration_step_pkey")),
        comment="Who signed, returned or countersigned a declaration, in order, each signed with the platform's key.",
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)

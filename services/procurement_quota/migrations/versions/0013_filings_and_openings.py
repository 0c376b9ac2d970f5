"""How a canteen is run is filed and ruled on, and a canteen that joins brings its opening balance.

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

KINDS = "'purchase', 'return', 'credit', 'off_platform', 'correction', 'close', 'reversal', 'transfer'"
APPEND_ONLY = ("canteen_filing", "filing_ruling", "filing_evidence", "opening_balance")


def _kinds(kinds: str) -> None:
    op.drop_constraint("entry_kind_check", "entry")
    op.create_check_constraint(op.f("entry_kind_check"), "entry", f"kind IN ({kinds})")


def upgrade() -> None:
    _kinds(f"{KINDS}, 'opening'")
    op.create_table(
        "canteen_filing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False, comment="of a canteen that it opens, too"),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "holders", postgresql.JSONB(), nullable=False, comment="of a shared canteen, with meals served and weights"
        ),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name=op.f("canteen_filing_kind_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("canteen_filing_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("canteen_filing_pkey")),
        comment="A change of how a canteen is run (食堂形式变更申报), as its unit files it.",
    )
    op.create_index("canteen_filing_canteen_id_idx", "canteen_filing", ["canteen_id"])
    op.create_index("canteen_filing_unit_id_idx", "canteen_filing", ["unit_id"])
    op.create_table(
        "filing_ruling",
        sa.Column("filing_id", sa.Uuid(), nullable=False, comment="a change of form, or an opening balance"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unit_path", sa.Text(), nullable=False, comment="of who ruled"),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("papers", postgresql.ARRAY(sa.Text()), nullable=False, comment="sha256 of what was filed by then"),
        sa.Column("ruled_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('approve', 'return')", name=op.f("filing_ruling_outcome_check")),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("filing_ruling_pkey")),
        comment="What a level above says to a filing (审批), once.",
    )
    op.create_table(
        "filing_evidence",
        sa.Column("filing_id", sa.Uuid(), nullable=False, comment="a change of form, or an opening balance"),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name=op.f("filing_evidence_size_bytes_check")),
        sa.PrimaryKeyConstraint("filing_id", "document_id", name=op.f("filing_evidence_pkey")),
        comment="The papers of a filing; their bytes lie in S3.",
    )
    op.create_table(
        "opening_balance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("bought_until", sa.Date(), nullable=False, comment="from 1 January of its year"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="of all lines"),
        sa.Column("lines", postgresql.JSONB(), nullable=False, comment="by category and claimed origin, in fen"),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("opening_balance_fund_check")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("opening_balance_amount_fen_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("opening_balance_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("opening_balance_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("opening_balance_pkey")),
        comment="What a canteen had bought in its year before it joined (期初余额).",
    )
    op.create_index("opening_balance_canteen_id_idx", "opening_balance", ["canteen_id"])
    op.create_index("opening_balance_unit_id_idx", "opening_balance", ["unit_id"])
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
    _kinds(KINDS)

"""Issued reports have their table.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_report",
        sa.Column("code", sa.Text(), nullable=False, comment="the verification code (核验码), from the signature"),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="in whose name, about all below it"),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("happened_by", sa.Date(), nullable=False),
        sa.Column("known_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False, comment="of the chain positions that it was computed from"),
        sa.Column("document", sa.Text(), nullable=False, comment="the report as canonical JSON"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document, in hex"),
        sa.Column("signature", sa.LargeBinary(), nullable=False, comment="Ed25519 over the digest's statement"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "octet_length(signature) = 64 AND octet_length(public_key) = 32",
            name=op.f("issued_report_signature_check"),
        ),
        sa.CheckConstraint("length(digest) = 64 AND length(root) = 64", name=op.f("issued_report_digest_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("issued_report_unit_id_fkey")),
        sa.PrimaryKeyConstraint("code", name=op.f("issued_report_pkey")),
        sa.UniqueConstraint("digest", name=op.f("issued_report_digest_key")),
        comment="A report (通报) as a unit issued it: what was printed, as of when, from which chain positions.",
    )
    op.create_index(op.f("issued_report_unit_id_recorded_at_idx"), "issued_report", ["unit_id", "recorded_at"])
    op.execute(
        "CREATE TRIGGER issued_report_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON issued_report "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON issued_report TO "{app_role()}"')
    op.execute("GRANT SELECT ON issued_report TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("issued_report")

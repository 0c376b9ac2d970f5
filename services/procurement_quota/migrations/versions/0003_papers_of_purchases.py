"""Purchases made elsewhere may have a receipt, papers, red-letter invoices, and a claim anew.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import grant_app

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("purchase_reversal", "origin_claim", "purchase_evidence")
EARLIER = (
    "jurisdiction",
    "canteen_form",
    "canteen_share",
    "designation_list",
    "designation",
    "rule",
    "rule_in_force",
    "revocation",
    "payment",
    "entry",
    "off_platform_purchase",
    "verification",
    "attestation",
    "reservation",
    "closing",
)
KINDS = "'purchase', 'return', 'credit', 'off_platform', 'correction', 'close'"


def _kinds(kinds: str, reversals: str) -> None:
    op.drop_constraint("entry_kind_check", "entry")
    op.create_check_constraint(op.f("entry_kind_check"), "entry", f"kind IN ({kinds})")
    op.drop_constraint("entry_amount_of_reversal_check", "entry")
    op.create_check_constraint(
        op.f("entry_amount_of_reversal_check"), "entry", f"kind NOT IN ({reversals}) OR amount_fen <= 0"
    )


def upgrade() -> None:
    _kinds(f"{KINDS}, 'reversal'", "'return', 'credit', 'reversal'")
    op.add_column("off_platform_purchase", sa.Column("receipt_number", sa.Text(), comment="where there is no invoice"))
    op.add_column(
        "off_platform_purchase",
        sa.Column("payee_id", sa.Text(), comment="of the receipt: an ID card's number or a credit code"),
    )
    op.alter_column("off_platform_purchase", "invoice_number", nullable=True)
    op.create_check_constraint(
        op.f("off_platform_purchase_paper_check"),
        "off_platform_purchase",
        "(invoice_number IS NULL) = (receipt_number IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("off_platform_purchase_payee_check"),
        "off_platform_purchase",
        "(receipt_number IS NULL) = (payee_id IS NULL)",
    )
    op.create_index(
        "off_platform_purchase_payee_id_idx",
        "off_platform_purchase",
        ["payee_id"],
        postgresql_where=sa.text("payee_id IS NOT NULL"),
    )
    op.create_index(
        "off_platform_purchase_order_number_idx",
        "off_platform_purchase",
        ["order_number"],
        postgresql_where=sa.text("order_number IS NOT NULL"),
    )
    op.add_column("verification", sa.Column("round", sa.Integer(), server_default="1", nullable=False))
    op.drop_constraint("verification_pkey", "verification")
    op.create_primary_key("verification_pkey", "verification", ["purchase_id", "round"])
    op.create_table(
        "purchase_reversal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="what is taken back, positive"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("invoice_number", sa.Text(), comment="of the red-letter invoice"),
        sa.Column("invoice_code", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reversed_by", sa.Uuid(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('red_letter', 'undo')", name=op.f("purchase_reversal_kind_check")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("purchase_reversal_amount_fen_check")),
        sa.CheckConstraint(
            "(kind = 'red_letter') = (invoice_number IS NOT NULL)", name=op.f("purchase_reversal_invoice_of_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["off_platform_purchase.id"], name=op.f("purchase_reversal_purchase_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("purchase_reversal_pkey")),
        comment="What takes a purchase made elsewhere back, in part or whole: a red-letter invoice, an import undone.",
    )
    op.create_index(
        "purchase_reversal_undo_key",
        "purchase_reversal",
        ["purchase_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'undo'"),
    )
    op.create_index("purchase_reversal_purchase_id_idx", "purchase_reversal", ["purchase_id"])
    op.create_index("purchase_reversal_invoice_number_idx", "purchase_reversal", ["invoice_number"])
    op.create_table(
        "origin_claim",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="the purchase itself is the first claim"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("round > 1", name=op.f("origin_claim_round_check")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["off_platform_purchase.id"], name=op.f("origin_claim_purchase_id_fkey")
        ),
        sa.PrimaryKeyConstraint("purchase_id", "round", name=op.f("origin_claim_pkey")),
        comment="An origin that was not accepted, claimed anew with new evidence.",
    )
    op.create_table(
        "purchase_evidence",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name=op.f("purchase_evidence_size_bytes_check")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["off_platform_purchase.id"], name=op.f("purchase_evidence_purchase_id_fkey")
        ),
        sa.PrimaryKeyConstraint("purchase_id", "document_id", name=op.f("purchase_evidence_pkey")),
        comment="The papers of a purchase made elsewhere; their bytes lie in S3.",
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
    grant_app(op, append_only=(*EARLIER, *APPEND_ONLY))


def downgrade() -> None:
    op.drop_table("purchase_evidence")
    op.drop_table("origin_claim")
    op.drop_table("purchase_reversal")
    op.drop_constraint("verification_pkey", "verification")
    op.drop_column("verification", "round")
    op.create_primary_key("verification_pkey", "verification", ["purchase_id"])
    op.drop_index("off_platform_purchase_order_number_idx", table_name="off_platform_purchase")
    op.drop_index("off_platform_purchase_payee_id_idx", table_name="off_platform_purchase")
    op.drop_constraint("off_platform_purchase_payee_check", "off_platform_purchase")
    op.drop_constraint("off_platform_purchase_paper_check", "off_platform_purchase")
    op.alter_column("off_platform_purchase", "invoice_number", nullable=False)
    op.drop_column("off_platform_purchase", "payee_id")
    op.drop_column("off_platform_purchase", "receipt_number")
    _kinds(KINDS, "'return', 'credit'")

"""What follows a purchase made elsewhere is kept beside it: reversals, claims anew, evidence. All of it only grows."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata
from shared.papers.columns import paper_columns

purchase_reversal = sa.Table(
    "purchase_reversal",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("purchase_id", sa.Uuid, sa.ForeignKey("off_platform_purchase.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False, comment="what is taken back, positive"),
    sa.Column("happened_on", sa.Date, nullable=False),
    sa.Column("invoice_number", sa.Text, comment="of the red-letter invoice"),
    sa.Column("invoice_code", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reversed_by", sa.Uuid, nullable=False),
    sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('red_letter', 'undo')", name="kind"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(kind = 'red_letter') = (invoice_number IS NOT NULL)", name="invoice_of_kind"),
    comment="What takes a purchase made elsewhere back, in part or whole: a red-letter invoice, an import undone.",
)
sa.Index(
    "purchase_reversal_undo_key",
    purchase_reversal.c.purchase_id,
    unique=True,
    postgresql_where=purchase_reversal.c.kind == "undo",
)
sa.Index("purchase_reversal_purchase_id_idx", purchase_reversal.c.purchase_id)
sa.Index("purchase_reversal_invoice_number_idx", purchase_reversal.c.invoice_number)

origin_claim = sa.Table(
    "origin_claim",
    metadata,
    sa.Column("purchase_id", sa.Uuid, sa.ForeignKey("off_platform_purchase.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, comment="the purchase itself is the first claim"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("claimed_by", sa.Uuid, nullable=False),
    sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("round > 1", name="round"),
    comment="An origin that was not accepted, claimed anew with new evidence.",
)

purchase_evidence = sa.Table(
    "purchase_evidence",
    metadata,
    sa.Column("purchase_id", sa.Uuid, sa.ForeignKey("off_platform_purchase.id"), primary_key=True),
    *paper_columns(),
    comment="The papers of a purchase made elsewhere; their bytes lie in S3.",
)

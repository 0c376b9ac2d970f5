"""Invoices are kept as they were entered, with what of them is for which line, and how each difference was resolved."""

import sqlalchemy as sa

from services.order.domain.invoices import DifferenceKind, InvoiceKind
from services.order.store.columns import a_moment, a_text, a_whole, an_id, metadata, words

invoices = sa.Table(
    "invoices",
    metadata,
    an_id("invoice_id", primary_key=True),
    sa.Column("paper", sa.Text, nullable=False, unique=True, comment="its numbers, by which it is one"),
    an_id("supplier_id"),
    a_text("supplier_name"),
    an_id("canteen_id"),
    a_text("number"),
    a_text("code"),
    a_text("kind"),
    a_whole("net_fen"),
    a_whole("tax_fen"),
    a_whole("gross_fen"),
    sa.Column("tax_rate_bp", sa.Integer, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("reverses_id", sa.Uuid, comment="the invoice that a red-letter one takes back"),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    sa.Column("file_sha256", sa.Text),
    sa.Column("file_media_type", sa.Text),
    sa.Column("file_bytes", sa.BigInteger),
    sa.ForeignKeyConstraint(["reverses_id"], ["invoices.invoice_id"]),
    words("kind", InvoiceKind),
    sa.CheckConstraint("net_fen + tax_fen = gross_fen AND gross_fen <> 0", name="amounts"),
    sa.CheckConstraint("(kind = 'red') = (gross_fen < 0) AND (kind = 'red') = (reverses_id IS NOT NULL)", name="red"),
    sa.CheckConstraint("tax_rate_bp BETWEEN 0 AND 10000", name="tax_rate_bp"),
)
sa.Index("invoices_canteen_idx", invoices.c.canteen_id, invoices.c.put_at.desc())
sa.Index("invoices_supplier_idx", invoices.c.supplier_id, invoices.c.put_at.desc())
sa.Index(None, invoices.c.reverses_id)

invoice_lines = sa.Table(
    "invoice_lines",
    metadata,
    an_id("invoice_id", primary_key=True),
    an_id("order_id", primary_key=True),
    an_id("line_id", primary_key=True),
    a_whole("gross_fen"),
    sa.ForeignKeyConstraint(["invoice_id"], ["invoices.invoice_id"]),
    sa.ForeignKeyConstraint(["order_id", "line_id"], ["order_lines.order_id", "order_lines.line_id"]),
    sa.CheckConstraint("gross_fen <> 0", name="gross_fen"),
    comment="what of an invoice is for which line of which order; only ever added to",
)
sa.Index(None, invoice_lines.c.order_id, invoice_lines.c.line_id)

invoice_resolutions = sa.Table(
    "invoice_resolutions",
    metadata,
    an_id("resolution_id", primary_key=True),
    an_id("order_id"),
    an_id("line_id"),
    a_text("kind"),
    a_whole("fen"),
    a_text("note"),
    an_id("resolved_by"),
    a_text("resolved_by_name"),
    a_moment("resolved_at"),
    words("kind", DifferenceKind),
    sa.ForeignKeyConstraint(["order_id", "line_id"], ["order_lines.order_id", "order_lines.line_id"]),
    comment="a difference as it stood, and what finance said of it; another one is open anew; only ever added to",
)
sa.Index(None, invoice_resolutions.c.order_id, invoice_resolutions.c.line_id)

APPEND_ONLY = ("invoice_lines", "invoice_resolutions")

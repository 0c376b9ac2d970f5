"""To which account of a supplier's the card vendor passes its money on is kept as it was put, and never changed."""

import sqlalchemy as sa

from services.order.store.columns import a_moment, a_text, an_id, metadata

payee_accounts = sa.Table(
    "payee_accounts",
    metadata,
    an_id("payee_id", primary_key=True),
    an_id("supplier_id"),
    sa.Column("stripe_account", sa.Text, comment="the vendor's name of it; null: none any more"),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    a_moment("effective_at"),
    sa.CheckConstraint("effective_at >= put_at", name="effective"),
    comment="accounts that are paid, each from effective_at on, unless another was put meanwhile; only ever added to",
)
sa.Index(None, payee_accounts.c.supplier_id, payee_accounts.c.put_at)

APPEND_ONLY = ("payee_accounts",)

"""What an order's money is kept as: payments, which card or wallet they go by, and what goes back.

CHECK constraints hold the bounds that the code keeps: nothing is charged beyond its hold, nor refunded beyond what was
paid.
"""

import sqlalchemy as sa

from services.order.domain.states import PAYMENT, REFUND, STATES_OF_METHOD
from services.order.store.columns import ZERO, a_moment, a_text, a_whole, an_id, metadata, words
from shared.contracts.words import PaymentMethod
from shared.states import sql_words

payments = sa.Table(
    "payments",
    metadata,
    an_id("payment_id", primary_key=True),
    an_id("order_id"),
    a_text("method"),
    a_text("state"),
    a_whole("amount_fen"),
    a_moment("registered_at"),
    an_id("registered_by"),
    a_moment("touched_at"),
    a_whole("paid_fen", server_default=ZERO),
    sa.Column("paid_on", sa.Date),
    a_text("reason", server_default=""),
    sa.Column("voucher_sha256", sa.Text),
    sa.Column("voucher_media_type", sa.Text),
    sa.Column("voucher_bytes", sa.BigInteger),
    sa.Column("voucher_at", sa.DateTime(timezone=True)),
    sa.Column("card_token", sa.Text, comment="the vendor's name of the card; never its number"),
    sa.Column("intent_id", sa.Text, unique=True),
    a_whole("authorised_fen", server_default=ZERO),
    a_whole("refunded_fen", server_default=ZERO),
    sa.Column("asked_until", sa.DateTime(timezone=True), comment="until when one of us alone asks the vendor about it"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    words("method", PaymentMethod),
    sa.CheckConstraint(PAYMENT.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen > 0 AND paid_fen >= 0 AND authorised_fen >= 0", name="amounts"),
    sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid"),
    sa.CheckConstraint(
        " OR ".join(f"method = '{how.value}' AND state IN ({sql_words(of)})" for how, of in STATES_OF_METHOD.items()),
        name="method_state",
    ),
    sa.CheckConstraint("(method = 'card') = (card_token IS NOT NULL)", name="card"),
    sa.CheckConstraint("method <> 'card' OR paid_fen <= authorised_fen", name="captured"),
    sa.CheckConstraint("refunded_fen BETWEEN 0 AND paid_fen", name="refunded"),
)
sa.Index(None, payments.c.order_id)
sa.Index(
    "payments_one_live_card_idx",
    payments.c.order_id,
    unique=True,
    postgresql_where=sa.text("method = 'card' AND state NOT IN ('failed', 'voided')"),
)
sa.Index(
    "payments_vendor_due_idx",
    payments.c.touched_at,
    postgresql_where=sa.text("state IN ('capturing', 'voiding')"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    an_id("refund_id", primary_key=True),
    an_id("payment_id"),
    a_text("state"),
    a_whole("amount_fen"),
    a_text("reason"),
    a_moment("due_at"),
    a_moment("touched_at"),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"]),
    sa.CheckConstraint(REFUND.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    comment="money that goes back to a card; named by the return or credit that caused it",
)
sa.Index(None, refunds.c.payment_id)
sa.Index("refunds_due_idx", refunds.c.touched_at, postgresql_where=sa.text("state = 'due'"))

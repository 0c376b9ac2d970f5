"""What an order's money is kept as: payments, which card or wallet they go by, and what goes back.

CHECK constraints hold the bounds that the code keeps: nothing is charged beyond its hold, nor refunded beyond what was
paid.
"""

import sqlalchemy as sa

from services.order.domain.refund_looks import LOOK_AFTER
from services.order.domain.states import DISPUTE, PAYMENT, REFUND, SPARE, STATES_OF_METHOD
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
    a_whole("disputed_fen", server_default=ZERO, comment="what banks took back of it by disputes that were lost"),
    sa.Column("asked_until", sa.DateTime(timezone=True), comment="until when one of us alone asks the vendor about it"),
    sa.Column("customer_id", sa.Text, comment="whom the vendor keeps the card for"),
    sa.Column("method_id", sa.Text, comment="the vendor's name of the card as it is kept"),
    sa.Column("capture_before", sa.DateTime(timezone=True), comment="when the hold lapses"),
    sa.Column("renew_at", sa.DateTime(timezone=True), comment="when to hold it anew, or to look whether it lapsed"),
    sa.Column("supplements_id", sa.Uuid, comment="the payment whose hold was too small for this much"),
    sa.Column("destination", sa.Text, comment="whose account the vendor passes it on to; null: stays with ours"),
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
    sa.CheckConstraint("disputed_fen = 0 OR disputed_fen BETWEEN 0 AND paid_fen - refunded_fen", name="disputed"),
    sa.CheckConstraint("(customer_id IS NULL) = (method_id IS NULL)", name="kept"),
    sa.CheckConstraint("supplements_id IS NULL OR method = 'card'", name="supplements"),
)
sa.Index(None, payments.c.order_id)
sa.Index(
    "payments_one_held_card_idx",
    payments.c.order_id,
    unique=True,
    postgresql_where=sa.text("method = 'card' AND supplements_id IS NULL AND state NOT IN ('failed', 'voided')"),
)
sa.Index(
    "payments_supplements_idx",
    payments.c.supplements_id,
    unique=True,
    postgresql_where=payments.c.supplements_id.is_not(None),
)
sa.Index("payments_renew_idx", payments.c.renew_at, postgresql_where=sa.text("state = 'authorised'"))
sa.Index(
    "payments_taken_at_once_idx",
    payments.c.touched_at,
    postgresql_where=sa.text("state = 'authorising' AND (method <> 'card' OR supplements_id IS NOT NULL)"),
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
    a_whole("attempt", server_default=ZERO, comment="which try of paying it back this is, from 0"),
    sa.Column("sent_at", sa.DateTime(timezone=True), comment="when it was transferred instead; null: by the vendor"),
    a_text("sent_note", server_default="", comment="what the supplier said of its transfer"),
    a_whole("looks", server_default=ZERO, comment="how often the vendor was asked whether a done one failed since"),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"]),
    sa.CheckConstraint(REFUND.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    sa.CheckConstraint(
        "CASE state WHEN 'sent' THEN sent_at IS NOT NULL WHEN 'done' THEN true ELSE sent_at IS NULL END", name="sent"
    ),
    comment="money that goes back to a card; named by the return or credit that caused it",
)
sa.Index(None, refunds.c.payment_id)
sa.Index("refunds_due_idx", refunds.c.touched_at, postgresql_where=sa.text("state = 'due'"))
sa.Index(
    "refunds_looks_idx",
    refunds.c.done_at,
    postgresql_where=sa.text(f"state = 'done' AND sent_at IS NULL AND looks < {len(LOOK_AFTER)}"),
)

refund_failures = sa.Table(
    "refund_failures",
    metadata,
    an_id("refund_id", primary_key=True),
    a_whole("attempt", primary_key=True),
    an_id("payment_id"),
    a_whole("amount_fen"),
    sa.Column("done_at", sa.DateTime(timezone=True), comment="when it was booked as done; null: it never was"),
    a_moment("failed_at"),
    a_text("reason"),
    sa.ForeignKeyConstraint(["refund_id"], ["refunds.refund_id"]),
    sa.CheckConstraint("attempt >= 0 AND amount_fen > 0", name="amounts"),
    sa.CheckConstraint("done_at <= failed_at", name="order"),
    comment="tries of paying back that came to nothing, some after they were booked; only ever added to",
)
sa.Index(None, refund_failures.c.payment_id)

disputes = sa.Table(
    "disputes",
    metadata,
    sa.Column("dispute_id", sa.Text, primary_key=True, comment="the vendor's name of it"),
    an_id("payment_id"),
    a_text("state"),
    a_whole("amount_fen"),
    a_text("reason"),
    sa.Column("evidence_due_at", sa.DateTime(timezone=True), comment="until when the vendor takes evidence"),
    a_moment("opened_at"),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"]),
    sa.CheckConstraint(DISPUTE.sql_check("state"), name="state"),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    comment="payments that a card's holder wants back by the bank, as the vendor tells them",
)
sa.Index(None, disputes.c.payment_id)

dispute_moves = sa.Table(
    "dispute_moves",
    metadata,
    an_id("move_id", primary_key=True),
    sa.Column("dispute_id", sa.Text, nullable=False),
    an_id("payment_id"),
    a_whole("number", comment="which move of its dispute this is, from 0"),
    a_whole("amount_fen", comment="what the bank took back; negative: what it gave again"),
    a_moment("at"),
    sa.UniqueConstraint("dispute_id", "number", name="dispute_moves_number_key"),
    sa.ForeignKeyConstraint(["dispute_id"], ["disputes.dispute_id"]),
    sa.CheckConstraint("number >= 0 AND amount_fen <> 0", name="amounts"),
    comment="money that moved by disputes which were lost, or won after all; only ever added to",
)
sa.Index(None, dispute_moves.c.payment_id)

APPEND_ONLY = ("refund_failures", "dispute_moves")

spare_intents = sa.Table(
    "spare_intents",
    metadata,
    sa.Column("intent_id", sa.Text, primary_key=True),
    an_id("payment_id"),
    a_text("state"),
    a_moment("made_at"),
    a_moment("touched_at"),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"]),
    sa.CheckConstraint(SPARE.sql_check("state"), name="state"),
    comment="intents that were made to take the place of a payment's own, or were replaced by another",
)
sa.Index(None, spare_intents.c.payment_id)
sa.Index(
    "spare_intents_one_candidate_idx",
    spare_intents.c.payment_id,
    unique=True,
    postgresql_where=sa.text("state = 'candidate'"),
)
sa.Index(
    "spare_intents_due_idx",
    spare_intents.c.touched_at,
    postgresql_where=sa.text("state IN ('candidate', 'leaving')"),
)

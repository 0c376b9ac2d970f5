"""The addresses that people are written to, and the letters that are on their way, stand in tables of their own."""

import sqlalchemy as sa

from gateway.domain.states import MAIL
from gateway.store.tables import metadata, moment, one_of

MAIL_SAYS = ("notice", "code")
ADDRESS_LENGTH_MAX = 254

mail_addresses = sa.Table(
    "mail_addresses",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("address", sa.Text, comment="confirmed: a person read there what we wrote"),
    moment("confirmed_at", nullable=True),
    sa.Column("asked_address", sa.Text, comment="waits for its code; the code is derived, and kept nowhere"),
    moment("asked_at", nullable=True),
    sa.CheckConstraint(f"length(address) <= {ADDRESS_LENGTH_MAX}", name="address_length"),
    sa.CheckConstraint(f"length(asked_address) <= {ADDRESS_LENGTH_MAX}", name="asked_address_length"),
    sa.CheckConstraint("(address IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
    sa.CheckConstraint("(asked_address IS NULL) = (asked_at IS NULL)", name="asked"),
    comment="Where people are written to, once they have shown that it is theirs.",
)

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("mail_id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("notice_id", sa.Uuid, unique=True, comment="what it tells; none for a code"),
    sa.Column("says", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claim", sa.Uuid, comment="whose hands it is in"),
    sa.Column("answer", sa.Text, comment="what the server said last"),
    moment("made_at"),
    moment("next_at"),
    moment("claimed_at", nullable=True),
    moment("ended_at", nullable=True),
    sa.CheckConstraint(one_of("says", MAIL_SAYS), name="says"),
    sa.CheckConstraint("(says = 'notice') = (notice_id IS NOT NULL)", name="notice"),
    sa.CheckConstraint(MAIL.sql_check("state"), name="state"),
    sa.CheckConstraint("(state IN ('sent', 'unknown', 'refused')) = (ended_at IS NOT NULL)", name="ended"),
    sa.CheckConstraint("(state IN ('claimed', 'sending')) = (claim IS NOT NULL)", name="claim"),
    sa.CheckConstraint("tries >= 0", name="tries"),
    comment="Letters, each handed over at most once.",
)
sa.Index("mails_next_at_idx", mails.c.next_at, postgresql_where=mails.c.state == "waiting")
sa.Index("mails_claimed_at_idx", mails.c.claimed_at, postgresql_where=mails.c.claim.is_not(None))
sa.Index("mails_account_idx", mails.c.account_id, mails.c.made_at)
sa.Index("mails_made_at_idx", mails.c.made_at)

"""What each person was told stands in rows of their own, until they have read it."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.store.tables import metadata, moment, one_of
from shared.contracts.words import NoticeKind

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("notice_id", sa.Uuid, primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False, comment="the order, requisition, return or case"),
    sa.Column("facts", JSONB, nullable=False, comment="by name, as text"),
    moment("at"),
    moment("due_at", nullable=True),
    moment("read_at", nullable=True),
    sa.Column(
        "shown",
        sa.Boolean,
        nullable=False,
        server_default=sa.true(),
        comment="false where a person wants this kind by mail alone",
    ),
    sa.UniqueConstraint("event_id", "account_id"),
    sa.CheckConstraint(one_of("kind", tuple(kind.value for kind in NoticeKind)), name="kind"),
    comment="What people were told of orders: one row a person, from notice.raised.",
)
sa.Index("notices_account_idx", notices.c.account_id, notices.c.at.desc(), notices.c.notice_id.desc())
sa.Index("notices_unread_idx", notices.c.account_id, postgresql_where=notices.c.read_at.is_(None))
sa.Index("notices_at_idx", notices.c.at)

notice_settings = sa.Table(
    "notice_settings",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("inbox", sa.Boolean, nullable=False, comment="whether it is kept to be read here"),
    sa.Column(
        "mail",
        sa.Boolean,
        nullable=False,
        server_default=sa.true(),
        comment="whether it is also written to the confirmed address",
    ),
    moment("set_at"),
    sa.CheckConstraint(one_of("kind", tuple(kind.value for kind in NoticeKind)), name="kind"),
    comment="What people chose of how they are told; a kind without a row is told in every way.",
)

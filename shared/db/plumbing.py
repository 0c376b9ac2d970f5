"""The tables that every database carries beside its own: outbox, inbox, parked.

They have their own metadata, so that services share no `Base`; each service's Alembic env targets both
(`target_metadata=[service, Plumbing.metadata]`).
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class Plumbing:
    """The metadata of what is not the service's trade."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )


outbox = sa.Table(
    "outbox",
    Plumbing.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False, comment="the whole envelope, as it goes over the wire"),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    comment="What was said, if and only if its transaction committed; the record for replay, kept 90 days.",
)
sa.Index("outbox_unsent_idx", outbox.c.id, postgresql_where=outbox.c.sent_at.is_(None))

inbox = sa.Table(
    "inbox",
    Plumbing.metadata,
    sa.Column("door", sa.Text, primary_key=True, comment="a consumer, an HTTP operation and its asker, or a vendor"),
    sa.Column("key", sa.Text, primary_key=True, comment="an event id, an Idempotency-Key, a vendor's event id"),
    sa.Column("fingerprint", sa.Text, comment="SHA-256 of the request, so that a key cannot be reused for another"),
    sa.Column("answer", JSONB, comment="what was answered, for the repeat"),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    comment="What was acted on, once; outlives the outbox.",
)

parked = sa.Table(
    "parked",
    Plumbing.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.UniqueConstraint("consumer", "event_id"),
    comment="Events that could not be acted on, in order by key, waiting for a person.",
)
sa.Index("parked_consumer_key_idx", parked.c.consumer, parked.c.key)

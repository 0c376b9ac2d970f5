"""Where an organisation's program listens, and what is on its way to it, stand in tables of their own."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.domain.states import ENDPOINT, HOOK
from gateway.store.tables import ORGANISATION_KINDS, metadata, moment, one_of

endpoints = sa.Table(
    "webhook_endpoints",
    metadata,
    sa.Column("endpoint_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("organisation_kind", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kinds", ARRAY(sa.Text), nullable=False, comment="of which notices it is told"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("secret_version", sa.Integer, nullable=False, comment="the secret is derived, and kept nowhere"),
    sa.Column("made_by", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    moment("made_at"),
    moment("failing_since", nullable=True),
    moment("disabled_at", nullable=True),
    sa.CheckConstraint(one_of("organisation_kind", ORGANISATION_KINDS), name="organisation_kind"),
    sa.CheckConstraint(ENDPOINT.sql_check("state"), name="state"),
    sa.CheckConstraint("(state = 'disabled') = (disabled_at IS NOT NULL)", name="disabled"),
    sa.CheckConstraint("secret_version >= 1", name="secret_version"),
    sa.CheckConstraint("length(url) <= 500", name="url_length"),
    sa.CheckConstraint("cardinality(kinds) BETWEEN 1 AND 100", name="kinds"),
    comment="Addresses at which programs of organisations are told.",
)
sa.Index("webhook_endpoints_organisation_idx", endpoints.c.organisation_id)

deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("delivery_id", sa.Uuid, primary_key=True),
    sa.Column("endpoint_id", sa.Uuid, sa.ForeignKey("webhook_endpoints.endpoint_id"), nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("body", sa.Text, nullable=False, comment="as it is signed and sent, at each try the same"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claim", sa.Uuid, comment="whose hands it is in"),
    sa.Column("status", sa.Integer, comment="of the last answer"),
    sa.Column("problem", sa.Text, comment="why no answer came, the last time"),
    moment("made_at"),
    moment("next_at"),
    moment("claimed_at", nullable=True),
    moment("ended_at", nullable=True),
    sa.UniqueConstraint("endpoint_id", "event_id"),
    sa.CheckConstraint(HOOK.sql_check("state"), name="state"),
    sa.CheckConstraint("(state IN ('delivered', 'given_up')) = (ended_at IS NOT NULL)", name="ended"),
    sa.CheckConstraint("(state = 'claimed') = (claim IS NOT NULL)", name="claim"),
    sa.CheckConstraint("tries >= 0", name="tries"),
    comment="Messages to programs of organisations, each until it is taken or given up.",
)
sa.Index("webhook_deliveries_next_at_idx", deliveries.c.next_at, postgresql_where=deliveries.c.state == "waiting")
sa.Index("webhook_deliveries_open_idx", deliveries.c.endpoint_id, postgresql_where=deliveries.c.ended_at.is_(None))
sa.Index("webhook_deliveries_list_idx", deliveries.c.endpoint_id, deliveries.c.made_at, deliveries.c.delivery_id)
sa.Index("webhook_deliveries_made_at_idx", deliveries.c.made_at)

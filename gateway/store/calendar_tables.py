"""A calendar's link is its row: who may read the deliveries of which organisation by it, until it is taken back."""

import sqlalchemy as sa

from gateway.store.tables import metadata, moment, one_of

CALENDAR_KINDS = ("supplier", "canteen")

calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("calendar_id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("organisation_kind", sa.Text, nullable=False),
    moment("made_at"),
    moment("revoked_at", nullable=True),
    sa.CheckConstraint(one_of("organisation_kind", CALENDAR_KINDS), name="organisation_kind"),
    comment="Links to calendars of deliveries; the secret of a link is derived, and kept nowhere.",
)
sa.Index("calendars_account_idx", calendars.c.account_id)

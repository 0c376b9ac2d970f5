"""What is done to a requisition that waits is written down: who, in which role, for which unit, and why."""

import sqlalchemy as sa

from services.order.store.columns import a_moment, a_text, acted_as, an_id, metadata, words
from services.order.store.tables import requisitions
from shared.contracts.authority import Role

requisition_steps = sa.Table(
    "requisition_steps",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    an_id("requisition_id"),
    a_moment("at"),
    a_text("step"),
    sa.Column("account_id", sa.Uuid, comment="null: the clock"),
    a_text("account_name", server_default=""),
    acted_as(),
    sa.Column("unit_id", sa.Uuid, comment="the unit in which they decided, or that it was handed up to"),
    a_text("reason", server_default=""),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["requisition_id"], [requisitions.c.requisition_id]),
    comment="what happened to a requisition after it was asked for; only ever added to",
)
sa.Index(None, requisition_steps.c.requisition_id)

APPEND_ONLY = ("requisition_steps",)

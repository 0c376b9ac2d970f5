"""Who approves what, who stands in for whom, and what was done to a requisition: who, in which role, and why."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.order.domain.states import APPROVAL_POLICY
from services.order.store.columns import a_moment, a_text, acted_as, an_id, metadata, words
from services.order.store.tables import requisitions
from shared.contracts.authority import Role
from shared.contracts.words import Fund

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
    sa.Column("for_account_id", sa.Uuid, comment="in whose stead; null: their own"),
    sa.Column("for_account_name", sa.Text),
    words("acted_as", Role),
    sa.CheckConstraint("for_account_id <> account_id", name="for_account_id"),
    sa.ForeignKeyConstraint(["requisition_id"], [requisitions.c.requisition_id]),
    comment="what happened to a requisition after it was asked for; only ever added to",
)
sa.Index(None, requisition_steps.c.requisition_id)

approval_policies = sa.Table(
    "approval_policies",
    metadata,
    an_id("policy_id", primary_key=True),
    an_id("unit_id"),
    a_text("fund"),
    a_text("state"),
    sa.Column("tiers", JSONB, nullable=False, comment="from which amount on which steps are gone through"),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    sa.Column("decided_by", sa.Uuid),
    sa.Column("decided_by_name", sa.Text),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    a_text("reason", server_default=""),
    words("fund", Fund),
    sa.CheckConstraint(APPROVAL_POLICY.sql_check("state"), name="state"),
    sa.CheckConstraint("decided_by <> put_by", name="not_own"),
    sa.CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="decided"),
    comment="who approves what in a unit and below it, each version as it was put; one is in force",
)
sa.Index("approval_policies_unit_idx", approval_policies.c.unit_id, approval_policies.c.put_at.desc())
sa.Index(
    "approval_policies_adopted_idx",
    approval_policies.c.unit_id,
    approval_policies.c.fund,
    unique=True,
    postgresql_where=sa.text("state = 'adopted'"),
)

delegations = sa.Table(
    "delegations",
    metadata,
    an_id("delegation_id", primary_key=True),
    an_id("unit_id"),
    a_text("unit_path"),
    a_text("role"),
    an_id("account_id"),
    a_text("account_name"),
    an_id("to_account_id"),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    a_text("reason"),
    a_moment("given_at"),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Uuid),
    words("role", Role),
    sa.CheckConstraint("account_id <> to_account_id", name="another"),
    sa.CheckConstraint("first_day <= last_day", name="days"),
    comment="who decides in whose stead, in one role at one unit, from day to day",
)
sa.Index("delegations_to_idx", delegations.c.to_account_id, delegations.c.last_day)
sa.Index("delegations_from_idx", delegations.c.account_id, delegations.c.last_day)
sa.Index("delegations_unit_idx", delegations.c.unit_id, delegations.c.last_day)

APPEND_ONLY = ("requisition_steps",)

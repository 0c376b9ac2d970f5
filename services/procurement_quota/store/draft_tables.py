"""Drafts of rules and lists, and what was decided on them, are kept as they came; both tables only grow.

A draft's state follows from its newest version and what was decided on that; it is stored nowhere.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.procurement_quota.store.tables import metadata

draft_version = sa.Table(
    "draft_version",
    metadata,
    sa.Column("draft_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False, comment="of the rule or of the list"),
    sa.Column("owner_path", sa.Text, nullable=False, comment="the federation whose matter it is"),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("drafted_by", sa.Uuid, nullable=False),
    sa.Column("drafter_name", sa.Text, nullable=False),
    sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('rule', 'designation')", name="kind"),
    sa.CheckConstraint("version >= 1", name="version"),
    comment="A draft (草案) of a rule or of a change of a county list, version by version.",
)
sa.Index(
    "draft_version_kind_owner_path_idx", draft_version.c.kind, draft_version.c.owner_path, draft_version.c.draft_id
)

draft_decision = sa.Table(
    "draft_decision",
    metadata,
    sa.Column("draft_id", sa.Uuid, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, comment="what was decided on"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("valid_from", sa.Date, comment="of a rule that was put in force: from when it binds"),
    sa.Column("written_version", sa.Integer, comment="which version of the rule or list it became"),
    sa.Column("drafters", ARRAY(sa.Uuid), nullable=False, comment="everybody who drafted any of its versions"),
    sa.Column("decided_by", sa.Uuid, nullable=False),
    sa.Column("decider_name", sa.Text, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["draft_id", "version"], ["draft_version.draft_id", "draft_version.version"]),
    sa.CheckConstraint("outcome IN ('enforce', 'return', 'withdraw')", name="outcome"),
    sa.CheckConstraint("(outcome = 'withdraw') = (decided_by = ANY (drafters))", name="second_officer"),
    sa.CheckConstraint("(outcome = 'enforce') = (written_version IS NOT NULL)", name="written_version"),
    comment="What was decided on a draft (复核); who drafted never puts it in force.",
)
sa.Index(
    "draft_decision_end_key",
    draft_decision.c.draft_id,
    unique=True,
    postgresql_where=draft_decision.c.outcome != "return",
)

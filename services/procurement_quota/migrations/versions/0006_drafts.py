"""Drafts of rules and county lists, and what was decided on them, have their tables.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_version",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="of the rule or of the list"),
        sa.Column("owner_path", sa.Text(), nullable=False, comment="the federation whose matter it is"),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafter_name", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('rule', 'designation')", name=op.f("draft_version_kind_check")),
        sa.CheckConstraint("version >= 1", name=op.f("draft_version_version_check")),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("draft_version_pkey")),
        comment="A draft (草案) of a rule or of a change of a county list, version by version.",
    )
    op.create_index("draft_version_kind_owner_path_idx", "draft_version", ["kind", "owner_path", "draft_id"])
    op.create_table(
        "draft_decision",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="what was decided on"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), comment="of a rule that was put in force: from when it binds"),
        sa.Column("written_version", sa.Integer(), comment="which version of the rule or list it became"),
        sa.Column(
            "drafters",
            postgresql.ARRAY(sa.Uuid()),
            nullable=False,
            comment="everybody who drafted any of its versions",
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decider_name", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('enforce', 'return', 'withdraw')", name=op.f("draft_decision_outcome_check")),
        sa.CheckConstraint(
            "(outcome = 'withdraw') = (decided_by = ANY (drafters))", name=op.f("draft_decision_second_officer_check")
        ),
        sa.CheckConstraint(
            "(outcome = 'enforce') = (written_version IS NOT NULL)", name=op.f("draft_decision_written_version_check")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "version"],
            ["draft_version.draft_id", "draft_version.version"],
            name=op.f("draft_decision_draft_id_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("draft_id", "place", name=op.f("draft_decision_pkey")),
        comment="What was decided on a draft (复核); who drafted never puts it in force.",
    )
    op.create_index(
        "draft_decision_end_key",
        "draft_decision",
        ["draft_id"],
        unique=True,
        postgresql_where=sa.text("outcome <> 'return'"),
    )
    for table in ("draft_version", "draft_decision"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{app_role()}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("draft_decision")
    op.drop_table("draft_version")

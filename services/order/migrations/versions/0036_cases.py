"""Anybody brings up what is wrong, and it stays on record until it is answered and closed with an outcome.

Revision: 0036, after 0035.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
OUTCOME = "outcome IN ('upheld', 'partly_upheld', 'not_upheld', 'settled')"


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("party_canteen_id", sa.Uuid(), comment="the canteen that it concerns, by its subject"),
        sa.Column("party_supplier_id", sa.Uuid(), comment="the supplier that it concerns, by its subject"),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("raised_by", sa.Uuid(), comment="null: without an account"),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("reply_due_at", MOMENT, nullable=False),
        sa.Column("due_told_at", MOMENT, comment="when whoever is late was told so"),
        sa.Column("answered_at", MOMENT, comment="first"),
        sa.Column("outcome", sa.Text()),
        sa.Column("reopened", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('complaint', 'dispute', 'conflict_of_interest', 'other')", name=op.f("cases_kind_check")
        ),
        sa.CheckConstraint("subject IN ('order', 'canteen', 'supplier', 'none')", name=op.f("cases_subject_check")),
        sa.CheckConstraint(OUTCOME, name=op.f("cases_outcome_check")),
        sa.CheckConstraint(
            "state IN ('received', 'handed_on', 'accepted', 'answered', 'closed')", name=op.f("cases_state_check")
        ),
        sa.CheckConstraint("(subject = 'none') = (subject_id IS NULL)", name=op.f("cases_subject_id_check")),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("cases_closed_check")),
        sa.CheckConstraint("outcome IS NULL OR answered_at IS NOT NULL", name=op.f("cases_answered_check")),
        sa.PrimaryKeyConstraint("case_id", name="cases_pkey"),
        sa.UniqueConstraint("code_sha256", name="cases_code_sha256_key"),
        comment="what anybody brought up, of whatever they did or did not buy",
    )
    newest = [sa.text("raised_at DESC"), sa.text("case_id DESC")]
    op.create_index("cases_unit_idx", "cases", ["unit_id", *newest])
    op.create_index("cases_raised_at_idx", "cases", newest)
    late = sa.text("state <> 'closed' AND due_told_at IS NULL")
    op.create_index("cases_due_idx", "cases", ["reply_due_at"], postgresql_where=late)
    op.create_table(
        "case_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), comment="null: whoever raised it, without an account"),
        sa.Column("account_name", sa.Text(), server_default="", nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("case_steps_acted_as_check")),
        sa.CheckConstraint(OUTCOME, name=op.f("case_steps_outcome_check")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="case_steps_case_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="case_steps_pkey"),
        comment="what happened to a case, and in whose hands it is from then on; only ever added to",
    )
    op.create_index("case_steps_case_id_idx", "case_steps", ["case_id"])
    for table, may in (("cases", "SELECT, INSERT, UPDATE"), ("case_steps", "SELECT, INSERT")):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT {may} ON {table} TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("case_steps")
    op.drop_table("cases")

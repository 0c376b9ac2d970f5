"""Units rule who approves what, deciders name who stands in for them, and a requisition goes through its stages.

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STAGES = "who is to approve it, in this order; null: one approver of its unit"
STAGE = "which of the stages it waits for, from 0"
YESES = "how many have approved it in that stage"
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
NONE_YET = sa.text("0")


def upgrade() -> None:
    op.add_column("requisitions", sa.Column("stages", postgresql.JSONB(), comment=STAGES))
    stage = sa.Column("stage", sa.BigInteger(), server_default=NONE_YET, nullable=False, comment=STAGE)
    op.add_column("requisitions", stage)
    yeses = sa.Column("yeses", sa.BigInteger(), server_default=NONE_YET, nullable=False, comment=YESES)
    op.add_column("requisitions", yeses)
    in_stead = sa.Column("for_account_id", sa.Uuid(), comment="in whose stead; null: their own")
    op.add_column("requisition_steps", in_stead)
    op.add_column("requisition_steps", sa.Column("for_account_name", sa.Text()))
    op.create_check_constraint(
        op.f("requisition_steps_for_account_id_check"),
        "requisition_steps",
        "for_account_id <> account_id",
        postgresql_not_valid=True,
    )
    _policies()
    _delegations()
    for table in ("approval_policies", "delegations"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")


def _policies() -> None:
    op.create_table(
        "approval_policies",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "tiers",
            postgresql.JSONB(),
            nullable=False,
            comment="from which amount on which steps are gone through",
        ),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_by_name", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name="approval_policies_fund_check"),
        sa.CheckConstraint(
            "state IN ('proposed', 'adopted', 'refused', 'superseded')", name="approval_policies_state_check"
        ),
        sa.CheckConstraint("decided_by <> put_by", name="approval_policies_not_own_check"),
        sa.CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="approval_policies_decided_check"),
        sa.PrimaryKeyConstraint("policy_id", name="approval_policies_pkey"),
        comment="who approves what in a unit and below it, each version as it was put; one is in force",
    )
    op.create_index("approval_policies_unit_idx", "approval_policies", ["unit_id", sa.text("put_at DESC")])
    op.create_index(
        "approval_policies_adopted_idx",
        "approval_policies",
        ["unit_id", "fund"],
        unique=True,
        postgresql_where=sa.text("state = 'adopted'"),
    )


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_path", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("to_account_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Uuid()),
        sa.CheckConstraint(f"role IN ({ROLES})", name="delegations_role_check"),
        sa.CheckConstraint("account_id <> to_account_id", name="delegations_another_check"),
        sa.CheckConstraint("first_day <= last_day", name="delegations_days_check"),
        sa.PrimaryKeyConstraint("delegation_id", name="delegations_pkey"),
        comment="who decides in whose stead, in one role at one unit, from day to day",
    )
    op.create_index("delegations_to_idx", "delegations", ["to_account_id", "last_day"])
    op.create_index("delegations_from_idx", "delegations", ["account_id", "last_day"])
    op.create_index("delegations_unit_idx", "delegations", ["unit_id", "last_day"])


def downgrade() -> None:
    op.drop_table("delegations")
    op.drop_table("approval_policies")
    for column in ("for_account_name", "for_account_id"):
        op.drop_column("requisition_steps", column)
    for column in ("yeses", "stage", "stages"):
        op.drop_column("requisitions", column)

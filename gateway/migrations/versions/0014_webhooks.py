"""Programs of organisations are told of their notices; of one kind more, whose old rows are proven later.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BEFORE = (
    "'requisition_waits', 'requisition_escalated', 'requisition_decided', 'requisition_expired', 'budget_soft',"
    " 'standing_drafted', 'on_site_waits', 'on_site_answered', 'order_placed', 'order_changed_by_supplier',"
    " 'substitute_offered', 'order_lapsed', 'order_shipped', 'delivery_overdue', 'weight_to_agree',"
    " 'second_person_wanted', 'return_asked', 'return_answered', 'case_moved', 'case_due', 'statement_issued',"
    " 'payment_submitted', 'payment_denied', 'payment_overdue', 'hold_failed', 'reconciliation_differs',"
    " 'invoice_differs', 'paper_expires'"
)
KINDS = f"{BEFORE}, 'webhook_disabled'"


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False, comment="of which notices it is told"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False, comment="the secret is derived, and kept nowhere"),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "organisation_kind IN ('supplier', 'canteen', 'unit')",
            name=op.f("webhook_endpoints_organisation_kind_check"),
        ),
        sa.CheckConstraint("state IN ('active', 'disabled', 'removed')", name=op.f("webhook_endpoints_state_check")),
        sa.CheckConstraint(
            "(state = 'disabled') = (disabled_at IS NOT NULL)", name=op.f("webhook_endpoints_disabled_check")
        ),
        sa.CheckConstraint("secret_version >= 1", name=op.f("webhook_endpoints_secret_version_check")),
        sa.CheckConstraint("length(url) <= 500", name=op.f("webhook_endpoints_url_length_check")),
        sa.CheckConstraint("cardinality(kinds) BETWEEN 1 AND 100", name=op.f("webhook_endpoints_kinds_check")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("webhook_endpoints_made_by_fkey")),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("webhook_endpoints_pkey")),
        comment="Addresses at which programs of organisations are told.",
    )
    op.create_index("webhook_endpoints_organisation_idx", "webhook_endpoints", ["organisation_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="as it is signed and sent, at each try the same"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True, comment="whose hands it is in"),
        sa.Column("status", sa.Integer(), nullable=True, comment="of the last answer"),
        sa.Column("problem", sa.Text(), nullable=True, comment="why no answer came, the last time"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'delivered', 'given_up')", name=op.f("webhook_deliveries_state_check")
        ),
        sa.CheckConstraint(
            "(state IN ('delivered', 'given_up')) = (ended_at IS NOT NULL)",
            name=op.f("webhook_deliveries_ended_check"),
        ),
        sa.CheckConstraint("(state = 'claimed') = (claim IS NOT NULL)", name=op.f("webhook_deliveries_claim_check")),
        sa.CheckConstraint("tries >= 0", name=op.f("webhook_deliveries_tries_check")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["webhook_endpoints.endpoint_id"], name=op.f("webhook_deliveries_endpoint_id_fkey")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("webhook_deliveries_pkey")),
        sa.UniqueConstraint("endpoint_id", "event_id", name=op.f("webhook_deliveries_endpoint_id_event_id_key")),
        comment="Messages to programs of organisations, each until it is taken or given up.",
    )
    waiting, unended = sa.text("state = 'waiting'"), sa.text("ended_at IS NULL")
    op.create_index("webhook_deliveries_next_at_idx", "webhook_deliveries", ["next_at"], postgresql_where=waiting)
    op.create_index("webhook_deliveries_open_idx", "webhook_deliveries", ["endpoint_id"], postgresql_where=unended)
    op.create_index("webhook_deliveries_list_idx", "webhook_deliveries", ["endpoint_id", "made_at", "delivery_id"])
    op.create_index("webhook_deliveries_made_at_idx", "webhook_deliveries", ["made_at"])
    for table in ("webhook_endpoints", "webhook_deliveries"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
    _allow(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'webhook_disabled'")
    op.execute("DELETE FROM notice_settings WHERE kind = 'webhook_disabled'")
    _allow(BEFORE)
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")


def _allow(kinds: str) -> None:
    for table in ("notices", "notice_settings"):
        op.drop_constraint(f"{table}_kind_check", table)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_check CHECK (kind IN ({kinds})) NOT VALID")

"""Transfers of purchases that were booked to the wrong canteen have their tables.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "'purchase', 'return', 'credit', 'off_platform', 'correction', 'close', 'reversal'"


def _kinds(kinds: str) -> None:
    op.drop_constraint("entry_kind_check", "entry")
    op.create_check_constraint(op.f("entry_kind_check"), "entry", f"kind IN ({kinds})")


def upgrade() -> None:
    _kinds(f"{KINDS}, 'transfer'")
    op.create_table(
        "transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lots", sa.ARRAY(sa.Uuid()), nullable=False, comment="the acceptances of the order, or the purchase"),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("purchase_id", sa.Uuid(), nullable=True),
        sa.Column("from_canteen_id", sa.Uuid(), nullable=False),
        sa.Column("to_canteen_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False, comment="付款方, as the papers name it"),
        sa.Column("receiver", sa.Text(), nullable=False, comment="收货方"),
        sa.Column("delivery_address", sa.Text(), nullable=False, comment="收货地址"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(order_id IS NULL) = (purchase_id IS NOT NULL)", name=op.f("transfer_what_check")),
        sa.CheckConstraint("from_canteen_id <> to_canteen_id", name=op.f("transfer_canteens_check")),
        sa.CheckConstraint("cardinality(lots) > 0", name=op.f("transfer_lots_check")),
        sa.ForeignKeyConstraint(["purchase_id"], ["off_platform_purchase.id"], name=op.f("transfer_purchase_id_fkey")),
        sa.ForeignKeyConstraint(["from_canteen_id"], ["canteen.id"], name=op.f("transfer_from_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["to_canteen_id"], ["canteen.id"], name=op.f("transfer_to_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("transfer_pkey")),
        comment="A purchase that was booked to the wrong canteen (错记划转), as finance asked for it.",
    )
    op.create_index("transfer_order_id_idx", "transfer", ["order_id"], postgresql_where=sa.text("order_id IS NOT NULL"))
    op.create_index(
        "transfer_purchase_id_idx", "transfer", ["purchase_id"], postgresql_where=sa.text("purchase_id IS NOT NULL")
    )
    op.create_table(
        "transfer_decision",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('approve', 'refuse')", name=op.f("transfer_decision_outcome_check")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("transfer_decision_transfer_id_fkey")),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("transfer_decision_pkey")),
        comment="What a common superior of both units decided (上级审批).",
    )
    for table in ("transfer", "transfer_decision"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
    op.drop_index("payment_canteen_id_order_id_idx", table_name="payment")
    op.create_index("payment_order_id_idx", "payment", ["order_id"])


def downgrade() -> None:
    op.drop_index("payment_order_id_idx", table_name="payment")
    op.create_index("payment_canteen_id_order_id_idx", "payment", ["canteen_id", "order_id"])
    op.drop_table("transfer_decision")
    op.drop_table("transfer")
    _kinds(KINDS)

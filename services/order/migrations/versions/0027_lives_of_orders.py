"""A seller confirms line by line, what is packed is cancelled by both, and what falls due of an order is found.

Revision: 0027, after 0026. That no row of before says otherwise is proven in 0028, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

DUE = (
    ("orders_unanswered_idx", "placed_at", "placed"),
    ("orders_unaccepted_idx", "shipped_at", "shipped"),
    ("orders_unclosed_idx", "accepted_at", "settled"),
)


def upgrade() -> None:
    asked = "who asked, while it is packed, that it be cancelled, and why"
    confirmed = "what the seller confirmed; null: as it was ordered"
    op.add_column("orders", sa.Column("cancel_asked", postgresql.JSONB(), comment=asked))
    op.add_column("order_lines", sa.Column("confirmed_quantity", sa.BigInteger(), comment=confirmed))
    for table, name, text in (
        ("orders", "cancel_asked", "cancel_asked IS NULL OR state = 'packed'"),
        ("order_lines", "confirmed", "confirmed_quantity BETWEEN 0 AND quantity"),
    ):
        op.create_check_constraint(op.f(f"{table}_{name}_check"), table, text, postgresql_not_valid=True)
    for name, since, state in DUE:
        op.create_index(name, "orders", [since], postgresql_where=sa.text(f"state = '{state}'"))
    op.create_table(
        "order_reminders",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "kind", name="order_reminders_pkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="order_reminders_order_id_fkey"),
        comment="of what an order's people were told by the clock, so that each is told once; only ever added to",
    )
    op.execute("GRANT SELECT ON order_reminders TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON order_reminders TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("order_reminders")
    for name, _, _ in DUE:
        op.drop_index(name, "orders")
    op.drop_column("order_lines", "confirmed_quantity")
    op.drop_column("orders", "cancel_asked")

"""From when the seller of an order of before is to answer is told, and what was asked to be cancelled is found.

Revision: 0038, after 0037. Orders of before are told in 0039, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ASKED = "orders_cancel_asked_idx"


def upgrade() -> None:
    told = "from when its seller is to answer; null: placed_at"
    op.add_column("orders", sa.Column("answer_from", sa.DateTime(timezone=True), comment=told))
    op.create_index(ASKED, "orders", ["order_id"], postgresql_where=sa.text("cancel_asked IS NOT NULL"))


def downgrade() -> None:
    op.drop_index(ASKED, "orders")
    op.drop_column("orders", "answer_from")

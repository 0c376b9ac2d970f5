"""What is on its way is known by when this service heard of it, and left what was accepted to the ledger.

Revision: 0021, after 0020.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _added() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True, comment="when its placing was heard of"),
        sa.Column("accepted_on", sa.Date(), nullable=True, comment="from when it is in the ledger"),
        sa.Column("accepted_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_recorded_at", sa.DateTime(timezone=True), nullable=True, comment="when its end was heard of"),
    )


def upgrade() -> None:
    for column in _added():
        op.add_column("ordered", column)
    op.execute("UPDATE ordered SET recorded_at = placed_at, ended_recorded_at = ended_at")
    op.execute(
        "UPDATE ordered SET accepted_on = booked.accepted_on, accepted_recorded_at = booked.recorded_at FROM ("
        "SELECT order_id, min(happened_on) AS accepted_on, min(recorded_at) AS recorded_at FROM entry "
        "WHERE kind = 'purchase' AND order_id IS NOT NULL GROUP BY order_id) AS booked "
        "WHERE booked.order_id = ordered.order_id"
    )
    op.execute("UPDATE ordered SET ended_at = NULL, ended_recorded_at = NULL WHERE accepted_on IS NOT NULL")
    op.alter_column("ordered", "ended_at", comment="refused, declined or cancelled")
    _open("ended_at IS NULL AND accepted_on IS NULL")


def downgrade() -> None:
    op.execute("UPDATE ordered SET ended_at = accepted_recorded_at WHERE ended_at IS NULL")
    op.alter_column("ordered", "ended_at", comment="accepted, refused, declined or cancelled")
    _open("ended_at IS NULL")
    for column in reversed(_added()):
        op.drop_column("ordered", column.name)


def _open(condition: str) -> None:
    op.drop_index("ordered_open_idx", "ordered")
    op.create_index("ordered_open_idx", "ordered", ["canteen_id", "year"], postgresql_where=sa.text(condition))

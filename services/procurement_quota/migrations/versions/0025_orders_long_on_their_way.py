"""Orders that were long on their way are found by themselves, and the others by when they were placed.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SOON = (
    "coalesce({0} <= CAST(placed_at AT TIME ZONE 'UTC' AS date) + 40 AND {1} AT TIME ZONE 'UTC' "
    "<= (placed_at AT TIME ZONE 'UTC') + interval '40 days', false)"
)
ENDED_ON = "CAST(ended_at AT TIME ZONE 'UTC' AS date)"
LATE = (
    "(accepted_on IS NOT NULL OR ended_at IS NOT NULL) "
    f"AND NOT {SOON.format('accepted_on', 'accepted_recorded_at')} "
    f"AND NOT {SOON.format(ENDED_ON, 'ended_recorded_at')}"
)


def upgrade() -> None:
    op.create_index("ordered_late_idx", "ordered", ["canteen_id", "year"], postgresql_where=sa.text(LATE))
    op.create_index("ordered_placed_at_idx", "ordered", ["placed_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ordered_placed_at_idx", "ordered")
    op.drop_index("ordered_late_idx", "ordered")

"""The day of a weighing is said as it is counted: in the day's sum and in that of the day of its acceptance.

Revision: 0035, after 0034.
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NEW = "the business day on which it was weighed; it counts in that day''s sum and in that of accepted_on"


def upgrade() -> None:
    op.execute(f"COMMENT ON COLUMN weighings.day IS '{NEW}'")


def downgrade() -> None:
    op.execute("COMMENT ON COLUMN weighings.day IS 'the business day whose sum it counts in'")

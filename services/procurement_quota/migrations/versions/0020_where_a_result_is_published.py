"""Where a draw's result is published has a name that is no moment's.

Revision: 0020, after 0019.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("sample_draw", "published_at", new_column_name="result_source")


def downgrade() -> None:
    op.alter_column("sample_draw", "result_source", new_column_name="published_at")

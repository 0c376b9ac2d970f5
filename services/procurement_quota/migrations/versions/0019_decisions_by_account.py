"""What somebody verified is found by their account.

Revision: 0019, after 0018.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("verification_verified_by_verified_at_idx", "verification", ["verified_by", "verified_at"])


def downgrade() -> None:
    op.drop_index("verification_verified_by_verified_at_idx", table_name="verification")

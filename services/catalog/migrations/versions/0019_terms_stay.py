"""The program cannot change the terms of a version once they are written; only what is noted on it.

Revision: 0019, after 0018.
"""

from alembic import op

from shared.db.migrate import app_role

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MARKS = "photo_ids, published_at, published_by"


def upgrade() -> None:
    op.execute(f'REVOKE UPDATE, DELETE ON listing_versions FROM "{app_role()}"')
    op.execute(f'GRANT UPDATE ({MARKS}) ON listing_versions TO "{app_role()}"')


def downgrade() -> None:
    op.execute(f'REVOKE UPDATE ({MARKS}) ON listing_versions FROM "{app_role()}"')
    op.execute(f'GRANT UPDATE, DELETE ON listing_versions TO "{app_role()}"')

"""A telephone that was given is never forgotten: the program can end one and cannot take it away or change it.

Revision: 0005, after 0004.
"""

from alembic import op

from shared.db.migrate import app_role

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOLD = "Telephones that people give of themselves, and gave; {}."


def upgrade() -> None:
    op.create_table_comment("account_phones", TOLD.format("none is forgotten"))
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON account_phones FROM "{app_role()}"')
    op.execute(f'GRANT UPDATE (until) ON account_phones TO "{app_role()}"')


def downgrade() -> None:
    op.create_table_comment("account_phones", TOLD.format("the last ten of each"))
    op.execute(f'REVOKE UPDATE (until) ON account_phones FROM "{app_role()}"')
    op.execute(f'GRANT UPDATE, DELETE ON account_phones TO "{app_role()}"')

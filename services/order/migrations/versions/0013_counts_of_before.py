"""Of every count of stock that came by a sheet before it told so, the row is found.

Revision: 0013, after 0012. Whoever counts goes on while the rows are looked for. Where 0010 found them once, as it did
when it was new, nothing is left to do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OF_BEFORE = """
UPDATE stock_changes c SET import_id = found.import_id, import_row = found.row
FROM (
  SELECT DISTINCT ON (r.import_id, r.row) r.import_id, r.row, d.id FROM stock_import_rows r
  JOIN stock_imports i ON i.id = r.import_id
  JOIN stock_changes d ON d.listing_id = r.listing_id AND d.account_id = i.accepted_by AND d.at >= i.accepted_at
    AND d.before = CAST(r.given ->> 'on_hand' AS bigint) AND d.after = CAST(r.given ->> 'counted' AS bigint)
    AND d.reason = r.given ->> 'reason'
  WHERE r.state = 'done' ORDER BY r.import_id, r.row, d.id
) found
WHERE c.id = found.id AND c.import_id IS NULL
"""


def upgrade() -> None:
    op.execute(OF_BEFORE)
    by_sheet = sa.text("import_id IS NOT NULL")
    index = ("stock_changes_import_idx", "stock_changes", ["import_id", "import_row"])
    op.create_index(*index, unique=True, postgresql_where=by_sheet, if_not_exists=True)


def downgrade() -> None:
    op.drop_index("stock_changes_import_idx", "stock_changes")

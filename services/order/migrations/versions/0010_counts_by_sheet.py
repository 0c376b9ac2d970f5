"""Every count of stock that came by a sheet tells of which row it is; of those of before it is found.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
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
WHERE c.id = found.id
"""


def upgrade() -> None:
    op.add_column("stock_changes", sa.Column("import_id", sa.Uuid(), comment="the sheet that it came by, if any"))
    op.add_column("stock_changes", sa.Column("import_row", sa.Integer(), comment="and the row of it"))
    op.execute(OF_BEFORE)
    by_sheet = sa.text("import_id IS NOT NULL")
    index = ("stock_changes_import_idx", "stock_changes", ["import_id", "import_row"])
    op.create_index(*index, unique=True, postgresql_where=by_sheet)


def downgrade() -> None:
    op.drop_index("stock_changes_import_idx", "stock_changes")
    for column in ("import_row", "import_id"):
        op.drop_column("stock_changes", column)

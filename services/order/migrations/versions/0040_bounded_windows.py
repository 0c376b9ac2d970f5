"""A season's window may bound how much is promised for its days, and what is promised for them is counted.

Revision: 0040, after 0039.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BOUNDS = (
    "cardinality(windows) = cardinality(window_max) AND cardinality(windows) = cardinality(window_promised)"
    " AND 0 < ALL (window_max) AND 0 <= ALL (window_promised)"
)


def upgrade() -> None:
    spans, counts = postgresql.ARRAY(postgresql.DATERANGE()), postgresql.ARRAY(sa.BigInteger())
    rising = "the season's windows, rising, where one is bounded; null: none is"
    op.add_column("stock", sa.Column("windows", spans, comment=rising))
    op.add_column(
        "stock", sa.Column("window_max", counts, comment="how much each window may promise in all; null: any")
    )
    counted = "how much of each is held by orders or has left"
    op.add_column("stock", sa.Column("window_promised", counts, comment=counted))
    op.add_column(
        "season_changes",
        sa.Column("windows", spans, comment="its windows where one is bounded; null: none is"),
    )
    op.add_column(
        "season_changes", sa.Column("window_max", counts, comment="how much each may promise in all; null: any")
    )
    for name, holds in (
        ("stock_windows_check", BOUNDS),
        ("stock_windows_whole_check", "num_nonnulls(windows, window_max, window_promised) IN (0, 3)"),
    ):
        op.create_check_constraint(op.f(name), "stock", holds, postgresql_not_valid=True)


def downgrade() -> None:
    for name in ("stock_windows_whole_check", "stock_windows_check"):
        op.drop_constraint(op.f(name), "stock", type_="check")
    for column in ("window_max", "windows"):
        op.drop_column("season_changes", column)
    for column in ("window_promised", "window_max", "windows"):
        op.drop_column("stock", column)

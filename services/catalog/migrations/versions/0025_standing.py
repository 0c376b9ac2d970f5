"""Goods on sale are found by certificates, by their band and by how long their base is recognised.

Revision: 0025, after 0024. Rows of before come to it when they are folded again.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "on_sale", sa.Column("recognised_to", sa.Date(), comment="the last day of a dated recognition that holds")
    )
    op.add_column("on_sale", sa.Column("anew_on", sa.Date(), comment="the day on which it has to be made again"))
    op.create_index("on_sale_anew_idx", "on_sale", ["anew_on"], postgresql_where=sa.text("anew_on IS NOT NULL"))
    op.create_table(
        "sale_bands",
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("low", sa.BigInteger(), comment="fen per kilogram, as is high; both null where no band binds"),
        sa.Column("high", sa.BigInteger()),
        sa.Column("spread", sa.Boolean(), nullable=False, comment="whether every row of the item is held against it"),
        sa.CheckConstraint("(low IS NULL) = (high IS NULL) AND low <= high", name="sale_bands_low_check"),
        sa.PrimaryKeyConstraint("item_code", name="sale_bands_pkey"),
        comment="The band that rows of an item on sale are held against, for the filter by it.",
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON sale_bands TO "{app_role()}"')
    op.execute("GRANT SELECT ON sale_bands TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("sale_bands")
    op.drop_index("on_sale_anew_idx", table_name="on_sale")
    op.drop_column("on_sale", "anew_on")
    op.drop_column("on_sale", "recognised_to")

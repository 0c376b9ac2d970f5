"""The bands that what is on sale is held against in a search."""

import sqlalchemy as sa

from services.catalog.store.tables import metadata

sale_bands = sa.Table(
    "sale_bands",
    metadata,
    sa.Column("item_code", sa.Text, primary_key=True),
    sa.Column("low", sa.BigInteger, comment="fen per kilogram, as is high; both null where no band binds"),
    sa.Column("high", sa.BigInteger),
    sa.Column("spread", sa.Boolean, nullable=False, comment="whether every row of the item is held against it"),
    sa.CheckConstraint("(low IS NULL) = (high IS NULL) AND low <= high", name="low"),
    comment="The band that rows of an item on sale are held against, for the filter by it.",
)

"""Each change of the days for which goods may be promised is kept, with who made it and why."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, DATERANGE

from services.order.store.columns import a_moment, a_text, acted_as, an_id, metadata, words
from shared.contracts.authority import Role

season_changes = sa.Table(
    "season_changes",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    an_id("listing_id"),
    a_moment("at"),
    an_id("account_id"),
    acted_as(),
    sa.Column("season", DATEMULTIRANGE, comment="from now on; null: any day"),
    sa.Column("windows", ARRAY(DATERANGE), comment="its windows where one is bounded; null: none is"),
    sa.Column("window_max", ARRAY(sa.BigInteger), comment="how much each may promise in all; null: any"),
    a_text("reason"),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["listing_id"], ["stock.listing_id"]),
    comment="every change of a season by its supplier, and why; only ever added to",
)
sa.Index(None, season_changes.c.listing_id)

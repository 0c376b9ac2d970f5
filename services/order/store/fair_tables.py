"""A copy of the events of selling as they were last heard: their days, their kind, and whom they admitted."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.order.store.columns import a_text, a_whole, an_id, metadata, words
from shared.contracts.words import FairKind, FairState

fairs = sa.Table(
    "fairs",
    metadata,
    an_id("fair_id", primary_key=True),
    a_whole("version"),
    sa.Column("begins_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    a_text("state"),
    sa.Column("supplier_ids", ARRAY(sa.Uuid), nullable=False, comment="whom it admitted"),
    sa.Column("kind", sa.Text, comment="null: heard of before kinds were kept"),
    words("state", FairState),
    words("kind", FairKind),
    comment="copy: events of selling (fair.changed)",
)

"""On which stairs of prices a word or tag was ever on sale is kept, so that a search passes over the others."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT

from services.catalog.domain.steps import STAIRS_MAX
from services.catalog.store.tables import metadata

word_stairs = sa.Table(
    "word_stairs",
    metadata,
    sa.Column("word", sa.Text, primary_key=True, comment="a gram, a sound or a tag, behind the letter of its column"),
    sa.Column("stairs", BIT(STAIRS_MAX), nullable=False, comment="a bit a stair, see domain/steps.py"),
    comment="On which stairs of prices goods with a word were ever on sale; only added to.",
)

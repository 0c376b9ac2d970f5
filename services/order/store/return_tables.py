"""Every step of a return is kept with who took it, and every paper that proves something.

Both tables are only ever added to.
"""

from enum import StrEnum

import sqlalchemy as sa

from services.order.store.columns import a_moment, a_text, acted_as, an_id, metadata, words
from shared.contracts.authority import Role
from shared.papers.columns import paper_columns


class PaperOf(StrEnum):
    """What a paper proves something of."""

    RETURN = "return"
    CASE = "case"


return_steps = sa.Table(
    "return_steps",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    an_id("return_id"),
    a_moment("at"),
    a_text("step"),
    a_text("state"),
    sa.Column("account_id", sa.Uuid, comment="null: the system itself"),
    a_text("account_name", server_default=""),
    acted_as(),
    a_text("reason", server_default=""),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["return_id"], ["returns.return_id"]),
    comment="what happened to a return, step by step; only ever added to",
)
sa.Index(None, return_steps.c.return_id)

papers = sa.Table(
    "papers",
    metadata,
    a_text("kind"),
    an_id("of_id"),
    *paper_columns(),
    words("kind", PaperOf),
    comment="photos and papers of returns and cases, by their digest; only ever added to",
)
sa.Index(None, papers.c.kind, papers.c.of_id)

APPEND_ONLY = ("return_steps", "papers")

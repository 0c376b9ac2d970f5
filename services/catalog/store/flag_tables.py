"""Flags on suppliers' goods, what they are about, and what was said and decided of them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.catalog.domain.flags import FLAG, FlagStep
from services.catalog.store.tables import MOMENT, metadata, one_of
from shared.contracts.words import FlagKind

flags = sa.Table(
    "flags",
    metadata,
    sa.Column("flag_id", sa.Uuid, primary_key=True, comment="derived from kind, supplier, item and year"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("evidence", JSONB, nullable=False, comment="what was found, in numbers"),
    sa.Column("cleared_grams", sa.BigInteger, comment="what had been found when it was cleared"),
    sa.Column("upheld_by", sa.Uuid),
    sa.Column("upheld_on", sa.Date),
    sa.Column("raised_at", MOMENT, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint(FLAG.sql_check("state"), name="state"),
    one_of("kind", FlagKind),
    sa.CheckConstraint(
        "(state IN ('upheld', 'appealed', 'final')) <= (upheld_by IS NOT NULL AND upheld_on IS NOT NULL)",
        name="upheld",
    ),
    comment="What does not fit about a supplier's goods of an item in a year.",
)
sa.Index("flags_goods_idx", flags.c.supplier_id, flags.c.kind, flags.c.item_code, flags.c.year)
sa.Index("flags_state_idx", flags.c.state, flags.c.raised_at, flags.c.flag_id)
sa.Index("flags_raised_idx", flags.c.raised_at, flags.c.flag_id)

flag_lots = sa.Table(
    "flag_lots",
    metadata,
    sa.Column("flag_id", sa.Uuid, sa.ForeignKey("flags.flag_id"), primary_key=True),
    sa.Column("acceptance_id", sa.Uuid, primary_key=True),
    sa.Column("line_id", sa.Uuid, primary_key=True),
    sa.Index("flag_lots_lot_idx", "acceptance_id", "line_id"),
    comment="Which lines of which acceptances a flag is about, as it now stands.",
)

flag_steps = sa.Table(
    "flag_steps",
    metadata,
    sa.Column("step_id", sa.Uuid, primary_key=True, comment="of an answer, the one that its client chose"),
    sa.Column("flag_id", sa.Uuid, sa.ForeignKey("flags.flag_id"), nullable=False),
    sa.Column("flag_version", sa.Integer, nullable=False, comment="the one that it made"),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("document_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("evidence", JSONB, nullable=False, comment="as it then stood"),
    sa.Column("by_id", sa.Uuid, comment="none where what was sold raised it"),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.UniqueConstraint("flag_id", "flag_version"),
    one_of("step", FlagStep),
    sa.CheckConstraint("(by_id IS NULL) = (step IN ('raise', 'grow'))", name="by_id"),
    comment="What happened to a flag; only added to.",
)

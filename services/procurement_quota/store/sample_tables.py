"""What was announced, entered, confirmed and drawn of a sample is kept for good: all of it only grows."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.procurement_quota.store.tables import metadata

sample_draw = sa.Table(
    "sample_draw",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False, comment="drawn from it and all below it"),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("size", sa.Integer, nullable=False, comment="lines"),
    sa.Column("draw", sa.Text, nullable=False, comment="the public draw by name, for example a lottery's issue"),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("result_source", sa.Text, nullable=False, comment="where its result is published"),
    sa.Column("value_form", sa.Text, nullable=False, comment="how its value is written; 0 stands for a digit"),
    sa.Column("announced_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("size BETWEEN 1 AND 1000", name="size"),
    comment="A sample (抽样) announced before the public draw from which its seed comes is held.",
)
sa.Index("sample_draw_unit_id_year_idx", sample_draw.c.unit_id, sample_draw.c.year)

sample_result = sa.Table(
    "sample_result",
    metadata,
    sa.Column("draw_id", sa.Uuid, sa.ForeignKey("sample_draw.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Text),
    sa.Column("not_held", sa.Text, comment="why, where the public draw was never held"),
    sa.Column("entered_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(value IS NULL) = (not_held IS NOT NULL)", name="value"),
    sa.CheckConstraint("version > 0", name="version"),
    comment="What came of a public draw, version by version.",
)

sample = sa.Table(
    "sample",
    metadata,
    sa.Column("draw_id", sa.Uuid, sa.ForeignKey("sample_draw.id"), primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("result_version", sa.Integer, nullable=False),
    sa.Column("confirmed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("root", sa.Text, comment="of the close entries"),
    sa.Column("seed", sa.Text),
    sa.Column("frame_lines", sa.Integer),
    sa.Column("frame_fen", sa.BigInteger),
    sa.Column("file", sa.Text, comment="what a stranger draws it from again, as published"),
    sa.Column("outside", JSONB, comment="canteens with purchases that were not closed in time: a finding"),
    sa.ForeignKeyConstraint(["draw_id", "result_version"], ["sample_result.draw_id", "sample_result.version"]),
    sa.CheckConstraint("outcome IN ('drawn', 'void')", name="outcome"),
    sa.CheckConstraint(
        "(outcome = 'drawn') = (num_nulls(root, seed, frame_lines, frame_fen, file, outside) = 0)", name="drawn"
    ),
    comment="A draw whose result a second person confirmed, and what was drawn.",
)

sample_line = sa.Table(
    "sample_line",
    metadata,
    sa.Column("draw_id", sa.Uuid, sa.ForeignKey("sample.draw_id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False, comment="kept as filed"),
    sa.Column("certain", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(["unit_id", "seq"], ["entry.unit_id", "entry.seq"]),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("place > 0", name="place"),
    comment="A purchase that was drawn, by its first entry.",
)

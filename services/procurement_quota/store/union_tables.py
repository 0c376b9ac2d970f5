"""How many heads a unit's union money is for is filed a year, version by version; it only grows."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

headcount = sa.Table(
    "headcount",
    metadata,
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("heads", sa.Integer, nullable=False),
    sa.Column("source", sa.Text, nullable=False, comment="where the figure is from"),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("heads > 0", name="heads"),
    comment="How many people a unit's union festival goods are for in a year (人数), version by version.",
)

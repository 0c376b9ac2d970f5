"""Meals served are kept month by month, version by version."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

meals_served = sa.Table(
    "meals_served",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("month", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("meals", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    sa.CheckConstraint("meals >= 0", name="meals"),
    comment="How many meals a canteen served in a month (供餐人次), version by version.",
)

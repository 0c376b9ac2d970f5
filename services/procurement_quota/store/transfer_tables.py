"""A transfer that was asked for, and what a common superior decided, are kept for good."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

transfer = sa.Table(
    "transfer",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("lots", sa.ARRAY(sa.Uuid), nullable=False, comment="the acceptances of the order, or the purchase"),
    sa.Column("order_id", sa.Uuid),
    sa.Column("purchase_id", sa.Uuid, sa.ForeignKey("off_platform_purchase.id")),
    sa.Column("from_canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("to_canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("payer", sa.Text, nullable=False, comment="付款方, as the papers name it"),
    sa.Column("receiver", sa.Text, nullable=False, comment="收货方"),
    sa.Column("delivery_address", sa.Text, nullable=False, comment="收货地址"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(order_id IS NULL) = (purchase_id IS NOT NULL)", name="what"),
    sa.CheckConstraint("from_canteen_id <> to_canteen_id", name="canteens"),
    sa.CheckConstraint("cardinality(lots) > 0", name="lots"),
    comment="A purchase that was booked to the wrong canteen (错记划转), as finance asked for it.",
)
sa.Index("transfer_order_id_idx", transfer.c.order_id, postgresql_where=transfer.c.order_id.isnot(None))
sa.Index("transfer_purchase_id_idx", transfer.c.purchase_id, postgresql_where=transfer.c.purchase_id.isnot(None))

transfer_decision = sa.Table(
    "transfer_decision",
    metadata,
    sa.Column("transfer_id", sa.Uuid, sa.ForeignKey("transfer.id"), primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('approve', 'refuse')", name="outcome"),
    comment="What a common superior of both units decided (上级审批).",
)

"""Opening balances are kept as they were filed; the entries that they made are in the ledger."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.procurement_quota.store.tables import metadata

opening_balance = sa.Table(
    "opening_balance",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("bought_until", sa.Date, nullable=False, comment="from 1 January of its year"),
    sa.Column("amount_fen", sa.BigInteger, nullable=False, comment="of all lines"),
    sa.Column("lines", JSONB, nullable=False, comment="by category and claimed origin, in fen"),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("fund IN ('canteen', 'union')", name="fund"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    comment="What a canteen had bought in its year before it joined (期初余额).",
)
sa.Index("opening_balance_canteen_id_idx", opening_balance.c.canteen_id)
sa.Index("opening_balance_unit_id_idx", opening_balance.c.unit_id)

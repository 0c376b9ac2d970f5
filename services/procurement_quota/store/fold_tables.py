"""What was recorded is folded into narrow sums by day and by month, from which a figure as of past dates is read.

They are derived: `usecases/fold_ledger.py` writes them behind the ledger, up to where `chain_folded` says, and whoever
reads adds the entries after that.
"""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata, payment

SUMS = ("base_fen", "counted_fen", "amount_fen")
"""What is summed, everywhere in this order."""


def month_of(column: str) -> str:
    """Write in SQL the month of a date as YYYYMM."""
    return f"CAST(extract(year FROM {column}) * 100 + extract(month FROM {column}) AS integer)"


def _key() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int], sa.Column[object]]:
    return (
        sa.Column("rule_code", sa.Text, primary_key=True, comment="'' is what is owed on orders"),
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("canteen_id", sa.Uuid, primary_key=True),
    )


def _sums() -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.BigInteger, nullable=False) for name in SUMS)


figure_day = sa.Table(
    "figure_day",
    metadata,
    *_key(),
    sa.Column("recorded_on", sa.Date, primary_key=True, comment="in Shanghai"),
    sa.Column("happened_on", sa.Date, primary_key=True),
    *_sums(),
    comment="What entries of one day that were recorded on one day add to a figure.",
)
sa.Index(
    "figure_day_recorded_on_idx",
    *(figure_day.c[name] for name in ("rule_code", "fund", "year", "recorded_on", "happened_on", "canteen_id")),
    postgresql_include=list(SUMS),
)

figure_month = sa.Table(
    "figure_month",
    metadata,
    *_key(),
    sa.Column("recorded_month", sa.Integer, primary_key=True, autoincrement=False, comment="YYYYMM, in Shanghai"),
    sa.Column("posting_month", sa.Integer, primary_key=True, autoincrement=False, comment="YYYYMM of happened_on"),
    *_sums(),
    comment="The days of one month that were recorded in one month, summed.",
)

order_day = sa.Table(
    "order_day",
    metadata,
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, primary_key=True),
    sa.Column("fund", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("happened_on", sa.Date, primary_key=True),
    sa.Column("recorded_on", sa.Date, primary_key=True, comment="in Shanghai"),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    comment="What of an order was accepted, returned or credited on one day and recorded on one day, as far as folded.",
)

sa.Index("order_day_canteen_id_idx", order_day.c.canteen_id)

chain_day = sa.Table(
    "chain_day",
    metadata,
    sa.Column("unit_id", sa.Uuid, primary_key=True),
    sa.Column("recorded_on", sa.Date, primary_key=True, comment="in Shanghai"),
    sa.Column("seq", sa.BigInteger, nullable=False),
    comment="The last entry that a chain got on a day, as far as folded.",
)

chain_folded = sa.Table(
    "chain_folded",
    metadata,
    sa.Column("unit_id", sa.Uuid, primary_key=True, comment="the nil id for payments, which are in no chain"),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="of payments, how many"),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="of the latest of them"),
    comment="Up to which entry each chain is folded.",
)

payment_unfolded = sa.Table(
    "payment_unfolded",
    metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("order_id", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    comment="Payments that are not folded yet; a trigger of `payment` writes them.",
)
sa.Index("payment_unfolded_recorded_at_idx", payment_unfolded.c.recorded_at)
sa.Index("payment_recorded_at_idx", payment.c.recorded_at)

DERIVED = ("figure_day", "figure_month", "order_day", "chain_day", "chain_folded", "payment_unfolded")
"""What may be emptied together with the ledger of a bench, or folded anew from it."""

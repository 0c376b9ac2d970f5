"""What was recorded is folded into sums by day and month; the ledger as it stands is folded afterwards, step by step.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WRITTEN = ("figure_day", "figure_month", "order_day", "chain_day", "chain_folded", "payment_unfolded")


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("rule_code", sa.Text(), nullable=False, comment="'' is what is owed on orders"),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
    ]


def _fen(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "figure_day",
        *_key(),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="in Shanghai"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        *_fen("base_fen", "counted_fen", "amount_fen"),
        sa.PrimaryKeyConstraint(
            "rule_code", "fund", "year", "canteen_id", "recorded_on", "happened_on", name=op.f("figure_day_pkey")
        ),
        comment="What entries of one day that were recorded on one day add to a figure.",
    )
    op.create_index(
        "figure_day_happened_on_idx",
        "figure_day",
        ["rule_code", "fund", "year", "canteen_id", "happened_on", "recorded_on"],
    )
    op.create_table(
        "figure_month",
        *_key(),
        sa.Column("recorded_month", sa.Integer(), nullable=False, comment="YYYYMM, in Shanghai"),
        sa.Column("posting_month", sa.Integer(), nullable=False, comment="YYYYMM of happened_on"),
        *_fen("base_fen", "counted_fen", "amount_fen"),
        sa.PrimaryKeyConstraint(
            "rule_code", "fund", "year", "canteen_id", "recorded_month", "posting_month", name=op.f("figure_month_pkey")
        ),
        comment="The days of one month that were recorded in one month, summed.",
    )
    op.create_table(
        "order_day",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="in Shanghai"),
        *_fen("amount_fen"),
        sa.PrimaryKeyConstraint(
            "order_id", "canteen_id", "fund", "year", "happened_on", "recorded_on", name=op.f("order_day_pkey")
        ),
        comment="What of an order was accepted, returned or credited on one day and recorded on one day, "
        "as far as folded.",
    )
    op.create_table(
        "chain_day",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="in Shanghai"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "recorded_on", name=op.f("chain_day_pkey")),
        comment="The last entry that a chain got on a day, as far as folded.",
    )
    op.create_table(
        "chain_folded",
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="the nil id for payments, which are in no chain"),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="of payments, how many"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="of the latest of them"),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("chain_folded_pkey")),
        comment="Up to which entry each chain is folded.",
    )
    op.create_table(
        "payment_unfolded",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("payment_unfolded_pkey")),
        comment="Payments that are not folded yet; a trigger of `payment` writes them.",
    )
    op.create_index("payment_unfolded_recorded_at_idx", "payment_unfolded", ["recorded_at"])
    op.create_index("payment_recorded_at_idx", "payment", ["recorded_at"])
    for table in WRITTEN:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
    op.execute("""
        CREATE FUNCTION payment_is_to_be_folded() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO payment_unfolded (event_id, order_id, recorded_at)
          SELECT event_id, order_id, recorded_at FROM came;
          RETURN NULL;
        END $$""")
    op.execute(
        "CREATE TRIGGER payment_unfolded AFTER INSERT ON payment REFERENCING NEW TABLE AS came "
        "FOR EACH STATEMENT EXECUTE FUNCTION payment_is_to_be_folded()"
    )
    op.execute("ALTER TABLE payment ENABLE ALWAYS TRIGGER payment_unfolded")
    op.execute(
        "INSERT INTO payment_unfolded (event_id, order_id, recorded_at) "
        "SELECT event_id, order_id, recorded_at FROM payment"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER payment_unfolded ON payment")
    op.execute("DROP FUNCTION payment_is_to_be_folded()")
    op.drop_index("payment_recorded_at_idx", "payment")
    for table in reversed(WRITTEN):
        op.drop_table(table)

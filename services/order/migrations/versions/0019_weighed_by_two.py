"""What the scale showed is kept by line, and a weight that is a matter of two waits for the other's yes.

Revision: 0019, after 0018. That no row of before says otherwise is proven in 0020, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ADDED_TO = ("weighings", "weighing_answers", "scale_photos")
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
ACTED_AS = "the role that let them; null: the system itself, or not told"
ACCEPTED = (
    "accepted_quantity IS NULL"
    " OR (packed_quantity IS NOT NULL AND accepted_quantity >= 0 AND accepted_quantity + refused_quantity <="
    " greatest(packed_quantity, quantity +"
    " CASE measure WHEN 'weight' THEN quantity * 3000 / 10000 ELSE 0 END))"
)
SCALE = (
    "(gross_grams IS NULL) = (tare_grams IS NULL) AND (gross_grams IS NULL OR (measure = 'weight'"
    " AND tare_grams >= 0 AND accepted_quantity IS NOT NULL AND gross_grams - tare_grams = accepted_quantity))"
)
ACCEPTED_BEFORE = (
    "accepted_quantity IS NULL OR (packed_quantity IS NOT NULL AND accepted_quantity BETWEEN 0 AND packed_quantity)"
)


def upgrade() -> None:
    _orders()
    _lines()
    _weighings()
    _days()
    _photos()
    role = app_role()
    for table in (*ADDED_TO, "acceptance_days"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    op.execute(f'GRANT UPDATE ON acceptance_days TO "{role}"')


def _orders() -> None:
    waits = "the weighing that waits for another's yes"
    second = "the second person of the buyer's who stood by the weights"
    op.add_column("orders", sa.Column("weighing_id", sa.Uuid(), comment=waits))
    op.add_column("orders", sa.Column("weighed_at", MOMENT, comment="the moment on the scale; null: not told"))
    op.add_column("orders", sa.Column("second_by", sa.Uuid(), comment=second))
    op.add_column("orders", sa.Column("second_by_name", sa.Text()))
    for name, text in (
        ("weighed", "(state = 'weighed') = (weighing_id IS NOT NULL)"),
        ("two_persons", "second_by IS NULL OR second_by <> accepted_by"),
    ):
        op.create_check_constraint(op.f(f"orders_{name}_check"), "orders", text, postgresql_not_valid=True)


def _lines() -> None:
    shown = "what the scale showed, packaging included; null: not told"
    zero, door = sa.text("0"), "refused at the door"
    op.add_column(
        "order_lines",
        sa.Column("refused_quantity", sa.BigInteger(), nullable=False, server_default=zero, comment=door),
    )
    op.add_column("order_lines", sa.Column("gross_grams", sa.BigInteger(), comment=shown))
    op.add_column("order_lines", sa.Column("tare_grams", sa.BigInteger(), comment="of which packaging"))
    op.add_column(
        "order_lines",
        sa.Column(
            "lot_number", sa.Text(), nullable=False, server_default="", comment="the seller's lot; empty: not told"
        ),
    )
    op.drop_constraint("order_lines_accepted_check", "order_lines")
    for name, text in (("accepted", ACCEPTED), ("refused", "refused_quantity >= 0"), ("scale", SCALE)):
        op.create_check_constraint(op.f(f"order_lines_{name}_check"), "order_lines", text, postgresql_not_valid=True)


def _weighings() -> None:
    op.create_table(
        "weighings",
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("acted_as", sa.Text(), comment=ACTED_AS),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("weighed_at", MOMENT),
        sa.Column("day", sa.Date(), nullable=False, comment="the business day whose sum it counts in"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("wants_seller", sa.Boolean(), nullable=False, comment="a line is off the tolerance agreed"),
        sa.Column("wants_second", sa.Boolean(), nullable=False, comment="the day's sum is above what one may accept"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("acceptance_id", name="weighings_pkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="weighings_order_id_fkey"),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("weighings_acted_as_check")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("weighings_amount_fen_check")),
        sa.CheckConstraint("wants_seller OR wants_second", name=op.f("weighings_wants_check")),
        comment="an acceptance that waits for another's yes, as it was weighed; only ever added to",
    )
    op.create_index("weighings_order_id_idx", "weighings", ["order_id"])
    op.create_table(
        "weighing_answers",
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Uuid(), comment="null: the clock's, after the seller's silence"),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("acted_as", sa.Text(), comment=ACTED_AS),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("acceptance_id", "side", name="weighing_answers_pkey"),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["weighings.acceptance_id"], name="weighing_answers_acceptance_id_fkey"
        ),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("weighing_answers_acted_as_check")),
        sa.CheckConstraint("side IN ('seller', 'second')", name=op.f("weighing_answers_side_check")),
        sa.CheckConstraint("outcome IN ('agree', 'object')", name=op.f("weighing_answers_outcome_check")),
        comment="what the seller, or the buyer's second person, said to a weighing; only ever added to",
    )


def _days() -> None:
    op.create_table(
        "acceptance_days",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("canteen_id", "supplier_id", "day", name="acceptance_days_pkey"),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("acceptance_days_amount_fen_check")),
        comment="what a canteen took from a supplier on a business day, weighings that wait included",
        postgresql_with={"fillfactor": "70"},
    )


def _photos() -> None:
    op.create_table(
        "scale_photos",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), comment="the line on the scale; null: the delivery"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width_pixels", sa.Integer(), nullable=False),
        sa.Column("height_pixels", sa.Integer(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("photo_id", name="scale_photos_pkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="scale_photos_order_id_fkey"),
        comment="photos of the scale, as we made them of what was sent; only ever added to",
    )
    op.create_index("scale_photos_order_id_idx", "scale_photos", ["order_id"])


def downgrade() -> None:
    for table in ("scale_photos", "acceptance_days", "weighing_answers", "weighings"):
        op.drop_table(table)
    op.drop_constraint("order_lines_accepted_check", "order_lines")
    for column in ("refused_quantity", "gross_grams", "tare_grams", "lot_number"):
        op.drop_column("order_lines", column)
    op.create_check_constraint(
        op.f("order_lines_accepted_check"), "order_lines", ACCEPTED_BEFORE, postgresql_not_valid=True
    )
    for column in ("weighing_id", "weighed_at", "second_by", "second_by_name"):
        op.drop_column("orders", column)

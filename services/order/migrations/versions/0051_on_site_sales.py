"""What is sold to a canteen at a fair is told by its seller and confirmed by its buyer: an order of its own channel.

Revision: 0051, after 0050. That no order of before says otherwise is proven in 0052, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
STATES = "'waiting', 'approving', 'confirmed', 'denied', 'refused', 'withdrawn', 'expired'"
KINDS = (
    "'disabled_base', 'demonstration_household', 'cooperative', 'family_farm', 'company', 'industrial_park',"
    " 'community_workshop'"
)


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text(), server_default="online", nullable=False))
    sold_on = "the day on which it was sold at a fair; null: ordered online"
    op.add_column("orders", sa.Column("sold_on", sa.Date(), comment=sold_on))
    for name, text in (
        ("channel", "channel IN ('online', 'on_site')"),
        ("sold_on", "(channel = 'on_site') = (sold_on IS NOT NULL)"),
    ):
        op.create_check_constraint(op.f(f"orders_{name}_check"), "orders", text, postgresql_not_valid=True)
    op.create_index(
        "orders_on_site_idx",
        "orders",
        [sa.text("placed_at DESC"), sa.text("order_id DESC")],
        postgresql_where=sa.text("channel = 'on_site'"),
    )
    asks = "the sale at a fair that it asks for; null: a basket's"
    op.add_column("requisitions", sa.Column("sale_id", sa.Uuid(), comment=asks))
    _sales()
    _steps()
    for table, may in (("on_site_sales", "SELECT, INSERT, UPDATE"), ("on_site_steps", "SELECT, INSERT")):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT {may} ON {table} TO "{app_role()}"')


def _sales() -> None:
    told = "what the seller told, word for word: a repeat is known by it"
    op.create_table(
        "on_site_sales",
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("supplier_kind", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False, comment=told),
        sa.Column("lines", postgresql.JSONB(), nullable=False, comment="the lines as they become the order's"),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_by_name", sa.Text(), nullable=False),
        sa.Column("entered_as", sa.Text()),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("answered_by", sa.Uuid(), comment="the buyer who said yes or no to this revision"),
        sa.Column("answered_by_name", sa.Text()),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_on", sa.Date(), comment="the business day of that"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requisition_id", sa.Uuid()),
        sa.Column("order_id", sa.Uuid()),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("on_site_sales_fund_check")),
        sa.CheckConstraint(f"supplier_kind IN ({KINDS})", name=op.f("on_site_sales_supplier_kind_check")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("on_site_sales_state_check")),
        sa.CheckConstraint("revision > 0 AND amount_fen > 0", name=op.f("on_site_sales_amount_fen_check")),
        sa.CheckConstraint("(state = 'confirmed') = (order_id IS NOT NULL)", name=op.f("on_site_sales_order_id_check")),
        sa.CheckConstraint(
            "state NOT IN ('approving', 'confirmed') OR requisition_id IS NOT NULL",
            name=op.f("on_site_sales_requisition_id_check"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approving', 'confirmed', 'denied') OR answered_by IS NOT NULL",
            name=op.f("on_site_sales_answered_by_check"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> entered_by", name=op.f("on_site_sales_both_sides_check")
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"], ["requisitions.requisition_id"], name="on_site_sales_requisition_id_fkey"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="on_site_sales_order_id_fkey"),
        sa.PrimaryKeyConstraint("sale_id", name="on_site_sales_pkey"),
        sa.UniqueConstraint("requisition_id", name="on_site_sales_requisition_id_key"),
        sa.UniqueConstraint("order_id", name="on_site_sales_order_id_key"),
        comment="what a seller says was sold to a canteen at an event of selling; an order once both have said so",
    )
    newest = [sa.text("entered_at DESC"), sa.text("sale_id DESC")]
    for whose in ("canteen", "supplier", "fair"):
        op.create_index(f"on_site_sales_{whose}_idx", "on_site_sales", [f"{whose}_id", *newest])
    op.create_index("on_site_sales_entered_at_idx", "on_site_sales", newest)
    op.create_index("on_site_sales_due_idx", "on_site_sales", ["due_at"], postgresql_where=sa.text("state = 'waiting'"))
    for day in ("sold_on", "answered_on"):
        op.create_index(f"on_site_sales_{day}_idx", "on_site_sales", ["canteen_id", day])


def _steps() -> None:
    op.create_table(
        "on_site_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), comment="null: the clock's doing"),
        sa.Column("account_name", sa.Text(), server_default="", nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("content", postgresql.JSONB(), comment="what was told with it; null: nothing new"),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("on_site_steps_acted_as_check")),
        sa.ForeignKeyConstraint(["sale_id"], ["on_site_sales.sale_id"], name="on_site_steps_sale_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="on_site_steps_pkey"),
        comment="what happened to a sale at a fair, each content that it ever had included; only ever added to",
    )
    op.create_index("on_site_steps_sale_id_idx", "on_site_steps", ["sale_id"])


def downgrade() -> None:
    op.drop_table("on_site_steps")
    op.drop_table("on_site_sales")
    op.drop_column("requisitions", "sale_id")
    op.drop_index("orders_on_site_idx", "orders")
    op.drop_column("orders", "sold_on")
    op.drop_column("orders", "channel")

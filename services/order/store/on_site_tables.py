"""What was sold at a fair is kept as its seller told it, with every step of it, until it is an order or is none."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.order.domain.states import ON_SITE
from services.order.store.columns import a_moment, a_text, a_whole, acted_as, an_id, metadata, words
from shared.contracts.authority import Role
from shared.contracts.words import Fund, SupplierKind

on_site_sales = sa.Table(
    "on_site_sales",
    metadata,
    an_id("sale_id", primary_key=True),
    a_whole("revision"),
    a_text("state"),
    an_id("fair_id"),
    an_id("supplier_id"),
    a_text("supplier_name"),
    a_text("supplier_kind"),
    an_id("canteen_id"),
    an_id("unit_id"),
    a_text("fund"),
    sa.Column("sold_on", sa.Date, nullable=False),
    a_whole("amount_fen"),
    a_text("note"),
    sa.Column("content", JSONB, nullable=False, comment="what the seller told, word for word: a repeat is known by it"),
    sa.Column("lines", JSONB, nullable=False, comment="the lines as they become the order's"),
    an_id("entered_by"),
    a_text("entered_by_name"),
    sa.Column("entered_as", sa.Text),
    a_moment("entered_at"),
    a_moment("changed_at"),
    a_moment("due_at"),
    sa.Column("answered_by", sa.Uuid, comment="the buyer who said yes or no to this revision"),
    sa.Column("answered_by_name", sa.Text),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("answered_on", sa.Date, comment="the business day of that"),
    a_text("reason"),
    sa.Column("requisition_id", sa.Uuid, unique=True),
    sa.Column("order_id", sa.Uuid, unique=True),
    words("fund", Fund),
    words("supplier_kind", SupplierKind),
    sa.CheckConstraint(ON_SITE.sql_check("state"), name="state"),
    sa.CheckConstraint("revision > 0 AND amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(state = 'confirmed') = (order_id IS NOT NULL)", name="order_id"),
    sa.CheckConstraint("state NOT IN ('approving', 'confirmed') OR requisition_id IS NOT NULL", name="requisition_id"),
    sa.CheckConstraint(
        "state NOT IN ('approving', 'confirmed', 'denied') OR answered_by IS NOT NULL", name="answered_by"
    ),
    sa.CheckConstraint("answered_by IS NULL OR answered_by <> entered_by", name="both_sides"),
    sa.ForeignKeyConstraint(["requisition_id"], ["requisitions.requisition_id"]),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="what a seller says was sold to a canteen at an event of selling; an order once both have said so",
)
for _index, _whose in (
    ("on_site_sales_canteen_idx", on_site_sales.c.canteen_id),
    ("on_site_sales_supplier_idx", on_site_sales.c.supplier_id),
    ("on_site_sales_fair_idx", on_site_sales.c.fair_id),
):
    sa.Index(_index, _whose, on_site_sales.c.entered_at.desc(), on_site_sales.c.sale_id.desc())
sa.Index("on_site_sales_entered_at_idx", on_site_sales.c.entered_at.desc(), on_site_sales.c.sale_id.desc())
sa.Index("on_site_sales_due_idx", on_site_sales.c.due_at, postgresql_where=sa.text("state = 'waiting'"))
for _index, _day in (("sold_on", on_site_sales.c.sold_on), ("answered_on", on_site_sales.c.answered_on)):
    sa.Index(f"on_site_sales_{_index}_idx", on_site_sales.c.canteen_id, _day)

on_site_steps = sa.Table(
    "on_site_steps",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    an_id("sale_id"),
    a_moment("at"),
    a_text("step"),
    a_text("state"),
    a_whole("revision"),
    sa.Column("account_id", sa.Uuid, comment="null: the clock's doing"),
    a_text("account_name", server_default=""),
    acted_as(),
    a_text("reason", server_default=""),
    sa.Column("content", JSONB(none_as_null=True), comment="what was told with it; null: nothing new"),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["sale_id"], ["on_site_sales.sale_id"]),
    comment="what happened to a sale at a fair, each content that it ever had included; only ever added to",
)
sa.Index(None, on_site_steps.c.sale_id)

on_site_photos = sa.Table(
    "on_site_photos",
    metadata,
    an_id("photo_id", primary_key=True),
    an_id("sale_id"),
    sa.Column("listing_id", sa.Uuid, comment="the goods on the scale; null: the sale"),
    a_text("sha256"),
    sa.Column("width_pixels", sa.Integer, nullable=False),
    sa.Column("height_pixels", sa.Integer, nullable=False),
    a_whole("revision"),
    a_moment("put_at"),
    an_id("put_by"),
    a_text("put_by_name"),
    sa.ForeignKeyConstraint(["sale_id"], ["on_site_sales.sale_id"]),
    comment="photos of the scale at a stall, as we made them of what was sent; only ever added to",
)
sa.Index(None, on_site_photos.c.sale_id)

APPEND_ONLY = ("on_site_steps", "on_site_photos")

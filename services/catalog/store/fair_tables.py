"""Events of selling, who takes part, what they show there, and what walk-in buyers bought."""

import sqlalchemy as sa

from services.catalog.domain.fairs import ENTRY, FAIR, FAIR_SALE
from services.catalog.store.tables import MOMENT, code6, metadata, one_of
from shared.contracts.words import FairKind

fairs = sa.Table(
    "fairs",
    metadata,
    sa.Column("fair_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("unit_path", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("begins_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("county_code", sa.Text, nullable=False),
    sa.Column("stream_url", sa.Text),
    sa.Column("put_by", sa.Uuid, nullable=False),
    sa.Column("put_at", MOMENT, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, comment="why it was cancelled"),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint(FAIR.sql_check("state"), name="state"),
    one_of("kind", FairKind),
    code6("county_code"),
    sa.CheckConstraint("begins_on <= ends_on AND ends_on - begins_on < 92", name="days"),
    comment="Events of selling; what was reported stays.",
)
sa.Index("fairs_begins_idx", fairs.c.begins_on, fairs.c.fair_id)
sa.Index("fairs_unit_idx", fairs.c.unit_path, fairs.c.begins_on)

fair_suppliers = sa.Table(
    "fair_suppliers",
    metadata,
    sa.Column("fair_id", sa.Uuid, sa.ForeignKey("fairs.fair_id"), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Uuid, nullable=False),
    sa.Column("asked_at", MOMENT, nullable=False),
    sa.Column("reviewed_by", sa.Uuid),
    sa.Column("reviewer_name", sa.Text),
    sa.Column("reviewed_at", MOMENT),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint(ENTRY.sql_check("state"), name="state"),
    sa.CheckConstraint("revision > 0", name="revision"),
    sa.CheckConstraint("(state IN ('admitted', 'refused')) <= (reviewed_by IS NOT NULL)", name="reviewed"),
    sa.Index("fair_suppliers_supplier_idx", "supplier_id", "fair_id"),
    comment="Who asked to take part in an event, and what became of it.",
)

fair_listings = sa.Table(
    "fair_listings",
    metadata,
    sa.Column("fair_id", sa.Uuid, primary_key=True),
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.ForeignKeyConstraint(["fair_id", "supplier_id"], ["fair_suppliers.fair_id", "fair_suppliers.supplier_id"]),
    sa.Index("fair_listings_supplier_idx", "fair_id", "supplier_id"),
    comment="What is shown at an event.",
)

fair_sales = sa.Table(
    "fair_sales",
    metadata,
    sa.Column("sale_id", sa.Uuid, primary_key=True),
    sa.Column("fair_id", sa.Uuid, nullable=False),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("grams", sa.BigInteger),
    sa.Column("pieces", sa.BigInteger),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("sold_on", sa.Date, nullable=False),
    sa.Column("entered_by", sa.Uuid, nullable=False),
    sa.Column("entered_at", MOMENT, nullable=False),
    sa.Column("reviewed_by", sa.Uuid),
    sa.Column("reviewed_at", MOMENT),
    sa.Column("reason", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["fair_id", "supplier_id"], ["fair_suppliers.fair_id", "fair_suppliers.supplier_id"]),
    sa.CheckConstraint(FAIR_SALE.sql_check("state"), name="state"),
    sa.CheckConstraint("revision > 0", name="revision"),
    sa.CheckConstraint("amount_fen > 0 AND num_nonnulls(grams, pieces) = 1", name="sold"),
    sa.CheckConstraint("coalesce(grams, pieces) > 0", name="quantity"),
    sa.CheckConstraint("(state = 'confirmed') <= (reviewed_by IS NOT NULL)", name="reviewed"),
    sa.Index("fair_sales_fair_idx", "fair_id", "supplier_id"),
    sa.Index("fair_sales_supplier_idx", "supplier_id", "sold_on"),
    comment="What walk-in buyers bought, never a canteen's order; confirmed by another than who entered it.",
)

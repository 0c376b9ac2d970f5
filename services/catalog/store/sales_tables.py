"""What was sold, here and elsewhere, and what a base can plausibly bring: parcels, capacities, sales."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalog.domain.capacity import CAPACITY, Extent, OutsideChannel, PlotKind
from services.catalog.store.tables import MOMENT, code6, metadata, one_of

plots = sa.Table(
    "plots",
    metadata,
    sa.Column("plot_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("certificate_number", sa.Text, nullable=False, comment="as written"),
    sa.Column("certificate_key", sa.Text, nullable=False, comment="as compared: no spaces, marks or case"),
    sa.Column("county_code", sa.Text, nullable=False),
    sa.Column("area_m2", sa.BigInteger, nullable=False),
    sa.Column("declared_from", sa.Date, nullable=False),
    sa.Column("declared_to", sa.Date, comment="the first day on which it is no longer declared"),
    sa.Column("put_by", sa.Uuid, nullable=False),
    sa.Column("put_at", MOMENT, nullable=False),
    one_of("kind", PlotKind),
    code6("county_code"),
    sa.CheckConstraint("area_m2 > 0", name="area_m2"),
    sa.CheckConstraint("declared_to IS NULL OR declared_to >= declared_from", name="declared_to"),
    comment="Parcels; one that is declared has one declarant.",
)
sa.Index("plots_supplier_idx", plots.c.supplier_id, plots.c.put_at)
sa.Index(
    "plots_certificate_declared_key",
    plots.c.certificate_key,
    unique=True,
    postgresql_where=sa.text("declared_to IS NULL"),
)
sa.Index("plots_certificate_idx", plots.c.certificate_key, plots.c.declared_from)

capacities = sa.Table(
    "capacities",
    metadata,
    sa.Column("capacity_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("extent", sa.BigInteger, nullable=False, comment="square metres, or heads"),
    sa.Column("yield_grams", sa.BigInteger, nullable=False, comment="a year, of a square metre or a head"),
    sa.Column("harvest_months", ARRAY(sa.SmallInteger), nullable=False),
    sa.Column("keeps_months", sa.SmallInteger, nullable=False),
    sa.Column("yearly_grams", sa.BigInteger, nullable=False),
    sa.Column("document_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("replaces", sa.Uuid, sa.ForeignKey("capacities.capacity_id")),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("filed_at", MOMENT, nullable=False),
    sa.Column("reviewed_by", sa.Uuid),
    sa.Column("reviewer_name", sa.Text),
    sa.Column("reviewed_at", MOMENT),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint(CAPACITY.sql_check("state"), name="state"),
    one_of("measure", Extent),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint("extent > 0 AND yield_grams > 0 AND yearly_grams = extent * yield_grams", name="yearly_grams"),
    sa.CheckConstraint("keeps_months BETWEEN 0 AND 12 AND cardinality(harvest_months) > 0", name="months"),
    sa.CheckConstraint("(state IN ('confirmed', 'returned')) <= (reviewed_by IS NOT NULL)", name="reviewed"),
    comment="What a supplier says that it can bring of an item in a year, and what an officer found of it.",
)
sa.Index("capacities_supplier_idx", capacities.c.supplier_id, capacities.c.year, capacities.c.item_code)
sa.Index(
    "capacities_confirmed_key",
    capacities.c.supplier_id,
    capacities.c.item_code,
    capacities.c.year,
    unique=True,
    postgresql_where=sa.text("state = 'confirmed'"),
)
sa.Index("capacities_state_idx", capacities.c.state, capacities.c.filed_at, capacities.c.capacity_id)

capacity_uses = sa.Table(
    "capacity_uses",
    metadata,
    sa.Column("capacity_id", sa.Uuid, sa.ForeignKey("capacities.capacity_id"), primary_key=True),
    sa.Column("plot_id", sa.Uuid, sa.ForeignKey("plots.plot_id"), primary_key=True),
    sa.Column("extent", sa.BigInteger, nullable=False, comment="square metres, or heads"),
    sa.CheckConstraint("extent > 0", name="extent"),
    sa.Index("capacity_uses_plot_idx", "plot_id"),
    comment="Which part of a capacity stands on which parcel.",
)

sales = sa.Table(
    "sales",
    metadata,
    sa.Column("step_id", sa.Uuid, primary_key=True, comment="the acceptance, return or credit that it was heard of"),
    sa.Column("line_id", sa.Uuid, primary_key=True),
    sa.Column("acceptance_id", sa.Uuid, nullable=False, comment="of which it is a step"),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("listing_id", sa.Uuid, nullable=False),
    sa.Column("listing_version", sa.Integer, nullable=False),
    sa.Column("item_code", sa.Text, nullable=False, comment="empty where the listing named none"),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("canteen_id", sa.Uuid, nullable=False),
    sa.Column("accepted_on", sa.Date, nullable=False, comment="of a return or credit, of the acceptance it reverses"),
    sa.Column("booked_on", sa.Date, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False, comment="of accepted_on"),
    sa.Column("month", sa.SmallInteger, nullable=False, comment="of accepted_on, 1 to 12"),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("grams", sa.BigInteger, nullable=False, comment="0 where a piece's weight is unknown, and of a credit"),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("per_kg_fen", sa.BigInteger, comment="the price agreed; none where a piece's weight is unknown"),
    sa.Column("fair_id", sa.Uuid),
    sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    sa.CheckConstraint("year = extract(year FROM accepted_on) AND month = extract(month FROM accepted_on)", name="day"),
    sa.CheckConstraint("step_id <> acceptance_id OR accepted_on = booked_on", name="acceptance"),
    comment="What canteens accepted and kept, line by line; a return or a credit is a step down. Only added to.",
)
sa.Index("sales_supplier_idx", sales.c.supplier_id, sales.c.year, sales.c.item_code, sales.c.month)
sa.Index("sales_lot_idx", sales.c.acceptance_id, sales.c.line_id)
sa.Index("sales_fair_idx", sales.c.fair_id, postgresql_where=sa.text("fair_id IS NOT NULL"))
sa.Index(
    "sales_item_idx",
    sales.c.item_code,
    sales.c.accepted_on,
    postgresql_where=sa.text("step_id = acceptance_id"),
)

outside_sales = sa.Table(
    "outside_sales",
    metadata,
    sa.Column("sale_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("order_number", sa.Text, nullable=False),
    sa.Column("grams", sa.BigInteger, nullable=False, comment="negative where it reverses"),
    sa.Column("sold_from", sa.Date, nullable=False),
    sa.Column("sold_to", sa.Date, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("month", sa.SmallInteger, nullable=False),
    sa.Column("document_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("reverses", sa.Uuid, sa.ForeignKey("outside_sales.sale_id"), unique=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("entered_by", sa.Uuid, nullable=False),
    sa.Column("entered_at", MOMENT, nullable=False),
    one_of("channel", OutsideChannel),
    sa.CheckConstraint("(reverses IS NULL) = (grams > 0) AND grams <> 0", name="grams"),
    sa.CheckConstraint(
        "sold_from <= sold_to AND year = extract(year FROM sold_from) AND year = extract(year FROM sold_to)"
        " AND month = extract(month FROM sold_from) AND month = extract(month FROM sold_to)",
        name="month",
    ),
    comment="What a supplier sold beside this platform, a month at most a row. Only added to.",
)
sa.Index("outside_sales_supplier_idx", outside_sales.c.supplier_id, outside_sales.c.year, outside_sales.c.item_code)

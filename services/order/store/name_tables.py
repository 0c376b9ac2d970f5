"""What units, canteens and suppliers were called before is kept, as an order is told as it was placed."""

import sqlalchemy as sa

from services.order.store.columns import a_moment, a_text, a_whole, an_id, metadata

former_names = sa.Table(
    "former_names",
    metadata,
    an_id("organisation_id", primary_key=True),
    a_whole("version", primary_key=True),
    a_moment("until"),
    a_text("name"),
    sa.Column("county_code", sa.Text, comment="a supplier's; null: of a unit or a canteen"),
    comment="names and places told until then (unit.changed, canteen.changed, supplier.changed); only added to",
)

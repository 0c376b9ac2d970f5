"""By what suppliers could and can be reached and paid, as it is compared."""

import sqlalchemy as sa

from services.catalog.domain.contacts import ContactKind
from services.catalog.store.tables import MOMENT, metadata, one_of

supplier_contacts = sa.Table(
    "supplier_contacts",
    metadata,
    sa.Column("contact_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False, comment="as compared, see domain/contacts.py"),
    sa.Column("since", MOMENT, nullable=False),
    sa.Column("until", MOMENT, comment="when it was replaced; none of what stands"),
    one_of("kind", ContactKind),
    sa.CheckConstraint("value <> ''", name="value"),
    sa.CheckConstraint("until >= since", name="until"),
    comment="Bank accounts, telephones and addresses of suppliers, those of before too.",
)
sa.Index(
    "supplier_contacts_standing_key",
    supplier_contacts.c.supplier_id,
    supplier_contacts.c.kind,
    unique=True,
    postgresql_where=sa.text("until IS NULL"),
)
sa.Index(
    "supplier_contacts_value_idx",
    supplier_contacts.c.kind,
    supplier_contacts.c.value,
    supplier_contacts.c.supplier_id,
)

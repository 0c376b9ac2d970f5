"""Which revocations were set aside on appeal, as heard from catalog."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

reinstatement = sa.Table(
    "reinstatement",
    metadata,
    sa.Column("supplier_id", sa.Uuid, primary_key=True),
    sa.Column("revoked_version", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reinstated_on", sa.Date, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["supplier_id", "revoked_version"], ["revocation.supplier_id", "revocation.version"]),
    sa.CheckConstraint("version > revoked_version", name="version"),
    comment="A revocation that was set aside: it takes nothing any more, and what it took is given back.",
)

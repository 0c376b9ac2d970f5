"""What is entered in a register is kept version by version, each whole; all of it only grows."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.procurement_quota.store.tables import metadata, verification
from shared.papers.columns import paper_columns

register_version = sa.Table(
    "register_version",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("register", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False, comment="whose matter it is"),
    sa.Column("by_unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False, comment="for which unit it was written"),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id")),
    sa.Column("supplier_id", sa.Uuid),
    sa.Column("account_id", sa.Uuid, comment="of the person whom it is about"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("why", sa.Text, nullable=False, comment="of a correction"),
    sa.Column("written_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("register IN ('referral', 'visit', 'conflict')", name="register"),
    sa.CheckConstraint("version > 0", name="version"),
    comment="One version of a record: a referral (移交), an unannounced visit (四不两直), a conflict of interest.",
)
sa.Index("register_version_unit_id_register_idx", register_version.c.unit_id, register_version.c.register)
sa.Index(
    "register_version_account_id_idx",
    register_version.c.account_id,
    postgresql_where=register_version.c.account_id.isnot(None),
)

register_paper = sa.Table(
    "register_paper",
    metadata,
    sa.Column("record_id", sa.Uuid, primary_key=True),
    *paper_columns(),
    comment="The papers of a record; their bytes lie in S3.",
)

sa.Index("verification_verified_by_verified_at_idx", verification.c.verified_by, verification.c.verified_at)

"""What a unit files about its canteens, what a level above says to it, and the papers; all of it only grows."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.procurement_quota.store.tables import metadata
from shared.papers.columns import paper_columns

canteen_filing = sa.Table(
    "canteen_filing",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, nullable=False, comment="of a canteen that it opens, too"),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("holders", JSONB, nullable=False, comment="of a shared canteen, with meals served and weights"),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name="kind"),
    comment="A change of how a canteen is run (食堂形式变更申报), as its unit files it.",
)
sa.Index("canteen_filing_canteen_id_idx", canteen_filing.c.canteen_id)
sa.Index("canteen_filing_unit_id_idx", canteen_filing.c.unit_id)

filing_ruling = sa.Table(
    "filing_ruling",
    metadata,
    sa.Column("filing_id", sa.Uuid, primary_key=True, comment="a change of form, or an opening balance"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("unit_path", sa.Text, nullable=False, comment="of who ruled"),
    sa.Column("unit_name", sa.Text, nullable=False),
    sa.Column("papers", ARRAY(sa.Text), nullable=False, comment="sha256 of what was filed by then"),
    sa.Column("ruled_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('approve', 'return')", name="outcome"),
    comment="What a level above says to a filing (审批), once.",
)

filing_evidence = sa.Table(
    "filing_evidence",
    metadata,
    sa.Column("filing_id", sa.Uuid, primary_key=True, comment="a change of form, or an opening balance"),
    *paper_columns(),
    comment="The papers of a filing; their bytes lie in S3.",
)

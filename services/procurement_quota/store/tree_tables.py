"""How units moved in the tree is kept record by record, beside what each was from which day on."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

unit_move = sa.Table(
    "unit_move",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="of the unit, once moved"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("to_unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("from_path", sa.Text, nullable=False),
    sa.Column("to_path", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("units", sa.Integer, nullable=False, comment="how many moved: itself and those below it"),
    sa.Column("moved_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("unit_id", "version"),
    sa.CheckConstraint("kind IN ('move', 'merge')", name="kind"),
    sa.CheckConstraint("units > 0", name="units"),
    comment="A unit that went below another (划转), or was merged into it (合并), with the document that says so.",
)

"""What was issued is kept as it was printed, with its digest and signature; it only grows."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

issued_report = sa.Table(
    "issued_report",
    metadata,
    sa.Column("code", sa.Text, primary_key=True, comment="the verification code (核验码), from the signature"),
    sa.Column(
        "unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False, comment="in whose name, about all below it"
    ),
    sa.Column("rule_code", sa.Text, nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("happened_by", sa.Date, nullable=False),
    sa.Column("known_by", sa.DateTime(timezone=True), nullable=False),
    sa.Column("chains", sa.Integer, nullable=False),
    sa.Column("root", sa.Text, nullable=False, comment="of the chain positions that it was computed from"),
    sa.Column("document", sa.Text, nullable=False, comment="the report as canonical JSON"),
    sa.Column("digest", sa.Text, nullable=False, unique=True, comment="SHA-256 of the document, in hex"),
    sa.Column("signature", sa.LargeBinary, nullable=False, comment="Ed25519 over the digest's statement"),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("issued_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("octet_length(signature) = 64 AND octet_length(public_key) = 32", name="signature"),
    sa.CheckConstraint("length(digest) = 64 AND length(root) = 64", name="digest"),
    sa.Index(None, "unit_id", "recorded_at"),
    comment="A report (通报) as a unit issued it: what was printed, as of when, from which chain positions.",
)

"""What is closed, restated, declared and signed is kept for good: all of it only grows."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.procurement_quota.store.tables import metadata

month_closing = sa.Table(
    "month_closing",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("closed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("filed", JSONB, nullable=False, comment="the figures as filed, by rule; frozen"),
    sa.ForeignKeyConstraint(["unit_id", "seq"], ["entry.unit_id", "entry.seq"]),
    sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    comment="A canteen's closed month (月结), with the figures as they were filed.",
)

restatement = sa.Table(
    "restatement",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("filed", JSONB, nullable=False, comment="the figures as restated, by rule; frozen"),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["canteen_id", "year"], ["closing.canteen_id", "closing.year"]),
    sa.ForeignKeyConstraint(["unit_id", "seq"], ["entry.unit_id", "entry.seq"]),
    sa.CheckConstraint("number > 0", name="number"),
    comment="A closed year's figures filed again (重述), numbered; the earlier ones stay.",
)

declaration = sa.Table(
    "declaration",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("restatement", sa.Integer, nullable=False, comment="0 is as filed"),
    sa.Column("restates", sa.Uuid, sa.ForeignKey("declaration.id"), comment="the published one that it restates"),
    sa.Column("code", sa.Text, nullable=False, unique=True, comment="the verification code, from the payload"),
    sa.Column("payload", sa.Text, nullable=False, comment="canonical JSON; what is signed"),
    sa.Column("extract", sa.Text, nullable=False, comment="the entries behind the figures, one a line"),
    sa.Column("prepared_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["canteen_id", "year"], ["closing.canteen_id", "closing.year"]),
    sa.UniqueConstraint("canteen_id", "year", "number"),
    sa.CheckConstraint("number > 0", name="number"),
    sa.CheckConstraint("restatement >= 0", name="restatement"),
    comment="A canteen's yearly declaration (年度申报), as finance prepared it.",
)

declaration_step = sa.Table(
    "declaration_step",
    metadata,
    sa.Column("declaration_id", sa.Uuid, sa.ForeignKey("declaration.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("account_id", sa.Uuid, nullable=False),
    sa.Column("statement", sa.Text, nullable=False, comment="canonical JSON: who did what to which payload"),
    sa.Column("signature", sa.LargeBinary, nullable=False, comment="Ed25519 over the statement"),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('sign', 'return', 'countersign')", name="step"),
    sa.CheckConstraint("place > 0", name="place"),
    sa.CheckConstraint("octet_length(signature) = 64 AND octet_length(public_key) = 32", name="signature"),
    comment="Who signed, returned or countersigned a declaration, in order, each signed with the platform's key.",
)

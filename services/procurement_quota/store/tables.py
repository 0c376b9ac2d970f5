"""Every figure stands on these tables; most of them only grow.

`APPEND_ONLY` names the tables of which the app role may SELECT and INSERT alone, and which a trigger guards against
everyone but a superuser. What can be changed is a copy (units, canteens, suppliers), a running total, or a head.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.contracts.words import CanteenKind, Channel, Fund, PaymentMethod, RevocationGround, SupplierState, UnitLevel

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)


def _one_of(column: str, words: type) -> sa.CheckConstraint:
    values = ", ".join(f"'{word.value}'" for word in words)  # type: ignore[attr-defined]
    return sa.CheckConstraint(f"{column} IN ({values})", name=column)


def _code(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} ~ '^[0-9]{{6}}$'", name=f"{column}_digits")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


# ── who is bound ──

unit = sa.Table(
    "unit",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("parent_id", sa.Uuid, sa.ForeignKey("unit.id")),
    sa.Column("path", sa.Text, nullable=False, unique=True),
    sa.Column("division_code", sa.Text, nullable=False),
    sa.Column("approval_limit_fen", sa.BigInteger, nullable=False),
    _one_of("level", UnitLevel),
    _code("division_code"),
    sa.CheckConstraint("approval_limit_fen >= 0", name="approval_limit_fen"),
    comment="A federation or a unit below it, as it now stands.",
)
sa.Index("unit_parent_id_idx", unit.c.parent_id)
sa.Index("unit_path_prefix_idx", unit.c.path, postgresql_ops={"path": "text_pattern_ops"})

jurisdiction = sa.Table(
    "jurisdiction",
    metadata,
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("division_code", sa.Text, nullable=False),
    _moment("recorded_at"),
    _one_of("level", UnitLevel),
    _code("division_code"),
    comment="What a unit was from a day on: its place in the tree, and the area from which its rate follows.",
)

canteen = sa.Table(
    "canteen",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    _one_of("kind", CanteenKind),
    comment="A canteen as it now stands.",
)
sa.Index("canteen_unit_id_idx", canteen.c.unit_id)

canteen_form = sa.Table(
    "canteen_form",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_on", sa.Date),
    _moment("recorded_at"),
    _one_of("kind", CanteenKind),
    sa.CheckConstraint("(approved_by IS NULL) = (approved_on IS NULL)", name="approval"),
    comment="How a unit feeds its people from a day on (食堂形式), with evidence and approval from above.",
)

canteen_share = sa.Table(
    "canteen_share",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, comment="the order in which odd fen are dealt"),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), comment="NULL for a party outside the tree"),
    sa.Column("holder_name", sa.Text, nullable=False),
    sa.Column("weight_bp", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_on", sa.Date, nullable=False),
    _moment("recorded_at"),
    sa.CheckConstraint("weight_bp BETWEEN 1 AND 10000", name="weight_bp"),
    comment="Who shares a canteen from a year on, by meals served; the weights of a year sum to 10000.",
)
sa.Index("canteen_share_unit_id_idx", canteen_share.c.unit_id)

# ── which counties, which rules ──

designation_list = sa.Table(
    "designation_list",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    _moment("recorded_at"),
    comment="A list of counties, version by version, each whole.",
)

designation = sa.Table(
    "designation",
    metadata,
    sa.Column("list_code", sa.Text, primary_key=True),
    sa.Column("list_version", sa.Integer, primary_key=True),
    sa.Column("county_code", sa.Text, primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date, comment="the day after the last; NULL is open"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.ForeignKeyConstraint(["list_code", "list_version"], ["designation_list.code", "designation_list.version"]),
    sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
    _code("county_code"),
    comment="One county's place on one version of a list.",
)

rule = sa.Table(
    "rule",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("scope_path", sa.Text, nullable=False, comment="binds the units below this path; / is everyone"),
    sa.Column("rate_bp", sa.Integer, comment="NULL states a preference and no percentage"),
    sa.Column("designated_unit_rate_bp", sa.Integer),
    sa.Column("designated_list_code", sa.Text),
    sa.Column("list_codes", ARRAY(sa.Text), nullable=False),
    sa.Column("channels", ARRAY(sa.Text), nullable=False),
    sa.Column("order_number_required", sa.Boolean, nullable=False),
    sa.Column("preference", ARRAY(sa.Text), nullable=False),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, comment="farm produce (农副产品); empty is any goods"),
    sa.Column("reading", sa.Text, nullable=False),
    sa.Column("reading_en", sa.Text, nullable=False),
    sa.Column("defaults", JSONB, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("reservation_days", sa.Integer, nullable=False, server_default="31", comment="until it is due"),
    sa.Column("union_apart", sa.Boolean, nullable=False, server_default=sa.false(), comment="shows union goods apart"),
    sa.Column("holds_flagged", sa.Boolean, nullable=False, server_default=sa.false(), comment="holds flagged goods"),
    _moment("recorded_at"),
    _one_of("fund", Fund),
    sa.CheckConstraint("reservation_days BETWEEN 1 AND 366", name="reservation_days"),
    sa.CheckConstraint("rate_bp BETWEEN 1 AND 10000", name="rate_bp"),
    sa.CheckConstraint("designated_unit_rate_bp BETWEEN 1 AND 10000", name="designated_unit_rate_bp"),
    comment="A rule, version by version; a version never changes.",
)

rule_in_force = sa.Table(
    "rule_in_force",
    metadata,
    sa.Column("rule_code", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date, comment="the day after the last; NULL is open"),
    sa.Column("document", sa.Text, nullable=False),
    _moment("recorded_at"),
    sa.ForeignKeyConstraint(["rule_code", "rule_version"], ["rule.code", "rule.version"]),
    sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
    comment="A stretch of time in which a version of a rule binds, and the document that says so.",
)

reference_head = sa.Table(
    "reference_head",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    comment="How often rules and lists have changed, each by its code; `all` is locked by whoever changes one.",
)

# ── what was heard ──

supplier = sa.Table(
    "supplier",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("county_code", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    _one_of("state", SupplierState),
    comment="A copy of catalog's suppliers.",
)

revocation = sa.Table(
    "revocation",
    metadata,
    sa.Column("supplier_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("effective_from", sa.Date, nullable=False),
    sa.Column("listing_ids", ARRAY(sa.Uuid), nullable=False),
    _moment("recorded_at"),
    _one_of("ground", RevocationGround),
    comment="A recognition that ended, as heard from catalog.",
)

payment = sa.Table(
    "payment",
    metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True, comment="a payment and its refunds are events of their own"),
    sa.Column("payment_id", sa.Uuid, nullable=False),
    sa.Column("order_id", sa.Uuid, nullable=False),
    sa.Column("canteen_id", sa.Uuid, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("paid_on", sa.Date, nullable=False),
    _moment("recorded_at"),
    _one_of("fund", Fund),
    _one_of("method", PaymentMethod),
    comment="Money that reached a supplier, or came back, as heard from order.",
)
sa.Index("payment_order_id_idx", payment.c.order_id)

# ── the ledger ──

chain_head = sa.Table(
    "chain_head",
    metadata,
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    _moment("recorded_at"),
    sa.CheckConstraint("octet_length(hash) = 32", name="hash"),
    comment="The end of each unit's chain; whoever appends holds its row lock.",
)

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("unit_id", sa.Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    _moment("recorded_at"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("canteen_id", sa.Uuid, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False, comment="the year it belongs to"),
    sa.Column("happened_on", sa.Date, nullable=False),
    sa.Column("posting_month", sa.Integer, nullable=False, comment="YYYYMM of happened_on"),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("source_id", sa.Uuid, nullable=False, comment="the document it was booked from"),
    sa.Column("source_line", sa.Uuid, nullable=False),
    sa.Column("lot_id", sa.Uuid, nullable=False, comment="the acceptance or purchase it belongs to"),
    sa.Column("lot_line", sa.Uuid, nullable=False),
    sa.Column("order_id", sa.Uuid),
    sa.Column("supplier_id", sa.Uuid),
    sa.Column("listing_id", sa.Uuid),
    sa.Column("corrects_unit_id", sa.Uuid),
    sa.Column("corrects_seq", sa.BigInteger),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("judgements", JSONB, nullable=False, comment="by rule: base, counted, reason and the facts used"),
    sa.Column("previous_hash", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    _one_of("fund", Fund),
    sa.CheckConstraint(
        "kind IN ('purchase', 'return', 'credit', 'off_platform', 'correction', 'close', 'reversal', 'transfer', "
        "'opening')",
        name="kind",
    ),
    sa.CheckConstraint("kind NOT IN ('correction', 'close') OR amount_fen = 0", name="amount_of_correction"),
    sa.CheckConstraint("kind NOT IN ('return', 'credit', 'reversal') OR amount_fen <= 0", name="amount_of_reversal"),
    sa.CheckConstraint(
        "posting_month = extract(year FROM happened_on) * 100 + extract(month FROM happened_on)", name="posting_month"
    ),
    sa.CheckConstraint("seq > 0", name="seq"),
    sa.CheckConstraint("octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name="hashes"),
    sa.CheckConstraint("(corrects_unit_id IS NULL) = (corrects_seq IS NULL)", name="corrects"),
    comment="The ledger: signed amounts, one chain per unit, each line judged under every rule that binds it.",
)
sa.Index("entry_source_id_source_line_key", entry.c.source_id, entry.c.source_line, unique=True)
sa.Index("entry_canteen_id_year_recorded_at_idx", entry.c.canteen_id, entry.c.year, entry.c.recorded_at)
sa.Index("entry_corrections_idx", entry.c.canteen_id, entry.c.year, postgresql_where=entry.c.kind == "correction")
sa.Index("entry_lot_idx", entry.c.lot_id, entry.c.lot_line, postgresql_where=entry.c.source_id != entry.c.lot_id)
sa.Index(
    "entry_supplier_id_listing_id_idx",
    entry.c.supplier_id,
    entry.c.listing_id,
    postgresql_where=entry.c.kind == "purchase",
)

total = sa.Table(
    "total",
    metadata,
    sa.Column("canteen_id", sa.Uuid, primary_key=True),
    sa.Column("fund", sa.Text, primary_key=True),
    sa.Column("rule_code", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("posting_month", sa.Integer, primary_key=True),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("base_fen", sa.BigInteger, nullable=False),
    sa.Column("counted_fen", sa.BigInteger, nullable=False),
    sa.Column("entries", sa.BigInteger, nullable=False),
    comment="Running totals: they answer `now` at once and equal the sum of the ledger.",
)

order_balance = sa.Table(
    "order_balance",
    metadata,
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, comment="the year of its first acceptance; NULL while only a payment is known"),
    sa.Column("accepted_fen", sa.BigInteger, nullable=False),
    sa.Column("paid_fen", sa.BigInteger, nullable=False),
    comment="What an order is worth after returns and credits, and what was paid of it.",
)
_UNPAID = sa.text("accepted_fen > paid_fen")
sa.Index("order_balance_unpaid_idx", order_balance.c.canteen_id, order_balance.c.year, postgresql_where=_UNPAID)

# ── what is filed ──

off_platform_purchase = sa.Table(
    "off_platform_purchase",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("seller", sa.Text, nullable=False),
    sa.Column("invoice_number", sa.Text),
    sa.Column("invoice_code", sa.Text, nullable=False, server_default=""),
    sa.Column("invoice_total_fen", sa.BigInteger),
    sa.Column("receipt_number", sa.Text, comment="where there is no invoice"),
    sa.Column("payee_id", sa.Text, comment="of the receipt: an ID card's number or a credit code"),
    sa.Column("bought_on", sa.Date, nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("origin_county", sa.Text),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("order_number", sa.Text),
    sa.Column("entered_by", sa.Uuid, nullable=False),
    _moment("entered_at"),
    _one_of("fund", Fund),
    _one_of("channel", Channel),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(invoice_number IS NULL) = (receipt_number IS NOT NULL)", name="paper"),
    sa.CheckConstraint("(receipt_number IS NULL) = (payee_id IS NULL)", name="payee"),
    comment="A purchase made elsewhere; in the base at once, its origin only once verified.",
)
sa.Index("off_platform_purchase_invoice_idx", off_platform_purchase.c.invoice_number)
sa.Index(
    "off_platform_purchase_payee_id_idx",
    off_platform_purchase.c.payee_id,
    postgresql_where=off_platform_purchase.c.payee_id.isnot(None),
)
sa.Index(
    "off_platform_purchase_order_number_idx",
    off_platform_purchase.c.order_number,
    postgresql_where=off_platform_purchase.c.order_number.isnot(None),
)
sa.Index("off_platform_purchase_canteen_id_id_idx", off_platform_purchase.c.canteen_id, off_platform_purchase.c.id)

verification = sa.Table(
    "verification",
    metadata,
    sa.Column("purchase_id", sa.Uuid, sa.ForeignKey("off_platform_purchase.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, server_default="1", autoincrement=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("verified_by", sa.Uuid, nullable=False),
    _moment("verified_at"),
    sa.CheckConstraint("outcome IN ('accept', 'reject')", name="outcome"),
    comment="What a unit above found about a claimed origin.",
)

attestation = sa.Table(
    "attestation",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("fund", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("month", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("farm_produce_fen", sa.BigInteger, nullable=False, comment="year to date, on the acceptance basis"),
    sa.Column("timing_fen", sa.BigInteger, nullable=False),
    sa.Column("freight_fen", sa.BigInteger, nullable=False),
    sa.Column("not_food_fen", sa.BigInteger, nullable=False),
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Column("attested_by", sa.Uuid, nullable=False),
    _moment("recorded_at"),
    _one_of("fund", Fund),
    sa.CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    sa.CheckConstraint("farm_produce_fen >= 0", name="farm_produce_fen"),
    comment="What finance attests month by month, version by version.",
)

closing = sa.Table(
    "closing",
    metadata,
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("closed_by", sa.Uuid, nullable=False),
    _moment("recorded_at"),
    sa.Column("filed", JSONB, nullable=False, comment="the figures as filed, by rule; frozen"),
    sa.ForeignKeyConstraint(["unit_id", "seq"], ["entry.unit_id", "entry.seq"]),
    comment="A canteen's closed year, with the figures as they were filed.",
)

alert_threshold = sa.Table(
    "alert_threshold",
    metadata,
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("behind_bp", sa.Integer),
    sa.Column("short_bp", sa.Integer),
    sa.Column("missing_months", sa.Integer),
    sa.Column("december_bp", sa.Integer),
    sa.Column("unpaid_bp", sa.Integer),
    sa.Column("set_by", sa.Uuid, nullable=False),
    _moment("recorded_at"),
    sa.CheckConstraint("missing_months BETWEEN 1 AND 12", name="missing_months"),
    comment="From where on something is an alert (预警阈值) to a unit, version by version; NULL turns one off.",
)

APPEND_ONLY = (
    "jurisdiction",
    "canteen_form",
    "canteen_share",
    "designation_list",
    "designation",
    "rule",
    "rule_in_force",
    "revocation",
    "payment",
    "entry",
    "off_platform_purchase",
    "verification",
    "purchase_reversal",
    "origin_claim",
    "purchase_evidence",
    "attestation",
    "reservation",
    "reservation_review",
    "headcount",
    "closing",
    "alert_threshold",
    "draft_version",
    "draft_decision",
    "month_closing",
    "restatement",
    "declaration",
    "declaration_step",
    "unit_move",
    "meals_served",
    "transfer",
    "transfer_decision",
    "canteen_filing",
    "filing_ruling",
    "filing_evidence",
    "opening_balance",
    "sample_draw",
    "sample_result",
    "sample",
    "sample_line",
    "register_version",
    "register_paper",
    "ordered_amount",
)

"""The ledger and what is filed have their tables.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import grant_app

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "entry",
    "off_platform_purchase",
    "verification",
    "attestation",
    "reservation",
    "closing",
)

EARLIER = (
    "jurisdiction",
    "canteen_form",
    "canteen_share",
    "designation_list",
    "designation",
    "rule",
    "rule_in_force",
    "revocation",
    "payment",
)
"""`grant_app` grants every table anew, so it is told of what only grew before, too."""


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, comment="the year it belongs to"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("posting_month", sa.Integer(), nullable=False, comment="YYYYMM of happened_on"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False, comment="the document it was booked from"),
        sa.Column("source_line", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False, comment="the acceptance or purchase it belongs to"),
        sa.Column("lot_line", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_unit_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_seq", sa.BigInteger(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "judgements",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="by rule: base, counted, reason and the facts used",
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("entry_fund_check")),
        sa.CheckConstraint(
            "kind IN ('purchase', 'return', 'credit', 'off_platform', 'correction', 'close')",
            name=op.f("entry_kind_check"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('correction', 'close') OR amount_fen = 0", name=op.f("entry_amount_of_correction_check")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('return', 'credit') OR amount_fen <= 0", name=op.f("entry_amount_of_reversal_check")
        ),
        sa.CheckConstraint("(corrects_unit_id IS NULL) = (corrects_seq IS NULL)", name=op.f("entry_corrects_check")),
        sa.CheckConstraint(
            "octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name=op.f("entry_hashes_check")
        ),
        sa.CheckConstraint(
            "posting_month = extract(year FROM happened_on) * 100 + extract(month FROM happened_on)",
            name=op.f("entry_posting_month_check"),
        ),
        sa.CheckConstraint("seq > 0", name=op.f("entry_seq_check")),
        sa.PrimaryKeyConstraint("unit_id", "seq", name=op.f("entry_pkey")),
        comment="The ledger: signed amounts, one chain per unit, each line judged under every rule that binds it.",
    )
    op.create_index(
        "entry_canteen_id_year_recorded_at_idx", "entry", ["canteen_id", "year", "recorded_at"], unique=False
    )
    op.create_index(
        "entry_lot_idx", "entry", ["lot_id", "lot_line"], unique=False, postgresql_where=sa.text("source_id != lot_id")
    )
    op.create_index("entry_source_id_source_line_key", "entry", ["source_id", "source_line"], unique=True)
    op.create_index(
        "entry_supplier_id_listing_id_idx",
        "entry",
        ["supplier_id", "listing_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'purchase'"),
    )
    op.create_table(
        "order_balance",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column(
            "year",
            sa.Integer(),
            nullable=True,
            comment="the year of its first acceptance; NULL while only a payment is known",
        ),
        sa.Column("accepted_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("order_balance_pkey")),
        comment="What an order is worth after returns and credits, and what was paid of it.",
    )
    op.create_index(
        "order_balance_unpaid_idx",
        "order_balance",
        ["canteen_id", "year"],
        unique=False,
        postgresql_where=sa.text("accepted_fen > paid_fen"),
    )
    op.create_table(
        "total",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("posting_month", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("base_fen", sa.BigInteger(), nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("canteen_id", "fund", "rule_code", "year", "posting_month", name=op.f("total_pkey")),
        comment="Running totals: they answer `now` at once and equal the sum of the ledger.",
    )
    op.create_table(
        "chain_head",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("chain_head_hash_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("chain_head_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("chain_head_pkey")),
        comment="The end of each unit's chain; whoever appends holds its row lock.",
    )
    op.create_table(
        "attestation",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("farm_produce_fen", sa.BigInteger(), nullable=False, comment="year to date, on the acceptance basis"),
        sa.Column("timing_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("not_food_fen", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("attested_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("attestation_fund_check")),
        sa.CheckConstraint("farm_produce_fen >= 0", name=op.f("attestation_farm_produce_fen_check")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("attestation_month_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("attestation_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("canteen_id", "fund", "year", "month", "version", name=op.f("attestation_pkey")),
        comment="What finance attests month by month, version by version.",
    )
    op.create_table(
        "closing",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "filed",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="the figures as filed, by rule; frozen",
        ),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("closing_canteen_id_fkey")),
        sa.ForeignKeyConstraint(
            ["unit_id", "seq"], ["entry.unit_id", "entry.seq"], name=op.f("closing_unit_id_seq_fkey")
        ),
        sa.PrimaryKeyConstraint("canteen_id", "year", name=op.f("closing_pkey")),
        comment="A canteen's closed year, with the figures as they were filed.",
    )
    op.create_table(
        "off_platform_purchase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("invoice_code", sa.Text(), server_default="", nullable=False),
        sa.Column("invoice_total_fen", sa.BigInteger(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("origin_county", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('zhucai', 'platform_832', 'other')", name=op.f("off_platform_purchase_channel_check")
        ),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("off_platform_purchase_fund_check")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("off_platform_purchase_amount_fen_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("off_platform_purchase_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("off_platform_purchase_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("off_platform_purchase_pkey")),
        comment="A purchase made elsewhere; in the base at once, its origin only once verified.",
    )
    op.create_index(
        "off_platform_purchase_canteen_id_id_idx", "off_platform_purchase", ["canteen_id", "id"], unique=False
    )
    op.create_index("off_platform_purchase_invoice_idx", "off_platform_purchase", ["invoice_number"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("expected_base_fen", sa.BigInteger(), nullable=False),
        sa.Column("reserved", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="by rule, in fen"),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("reservation_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("reservation_pkey")),
        sa.UniqueConstraint("canteen_id", "year", "version", name=op.f("reservation_canteen_id_year_version_key")),
        comment="What a canteen reserves for a year (预留), version by version.",
    )
    op.create_table(
        "verification",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('accept', 'reject')", name=op.f("verification_outcome_check")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["off_platform_purchase.id"], name=op.f("verification_purchase_id_fkey")
        ),
        sa.PrimaryKeyConstraint("purchase_id", name=op.f("verification_pkey")),
        comment="What a unit above found about a claimed origin.",
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
    grant_app(op, append_only=(*EARLIER, *APPEND_ONLY))


def downgrade() -> None:
    op.drop_table("verification")
    op.drop_table("reservation")
    op.drop_index("off_platform_purchase_invoice_idx", table_name="off_platform_purchase")
    op.drop_index("off_platform_purchase_canteen_id_id_idx", table_name="off_platform_purchase")
    op.drop_table("off_platform_purchase")
    op.drop_table("closing")
    op.drop_table("attestation")
    op.drop_table("chain_head")
    op.drop_table("total")
    op.drop_index(
        "order_balance_unpaid_idx", table_name="order_balance", postgresql_where=sa.text("accepted_fen > paid_fen")
    )
    op.drop_table("order_balance")
    op.drop_index("entry_supplier_id_listing_id_idx", table_name="entry", postgresql_where=sa.text("kind = 'purchase'"))
    op.drop_index("entry_source_id_source_line_key", table_name="entry")
    op.drop_index("entry_lot_idx", table_name="entry", postgresql_where=sa.text("source_id != lot_id"))
    op.drop_index("entry_canteen_id_year_recorded_at_idx", table_name="entry")
    op.drop_table("entry")

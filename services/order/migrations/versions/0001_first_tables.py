"""Everything that order keeps, from the first day; stock_changes, order_steps and credits only ever grow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import grant_app

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "baskets",
        sa.Column("basket_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listing_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("listing_versions", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("quantities", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name="baskets_fund_check"),
        sa.CheckConstraint(
            "cardinality(listing_ids) BETWEEN 1 AND 100 AND cardinality(listing_ids) = cardinality(listing_versions)"
            " AND cardinality(listing_ids) = cardinality(quantities)",
            name="baskets_lines_check",
        ),
        sa.PrimaryKeyConstraint("basket_id", name="baskets_pkey"),
        comment="what a buyer has put together; overwritten whole until a requisition is made of it",
    )
    op.create_table(
        "canteens",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name="canteens_kind_check"),
        sa.PrimaryKeyConstraint("canteen_id", name="canteens_pkey"),
        comment="copy: canteens (canteen.changed)",
    )
    op.create_index("canteens_unit_id_idx", "canteens", ["unit_id"], unique=False)
    op.create_table(
        "listings",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("supplier_kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("unit_quantity", sa.BigInteger(), nullable=False),
        sa.Column("piece_grams", sa.BigInteger()),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False),
        sa.Column("step_quantity", sa.BigInteger(), nullable=False),
        sa.Column("origin_county_code", sa.Text(), nullable=False),
        sa.CheckConstraint("measure IN ('weight', 'piece')", name="listings_measure_check"),
        sa.CheckConstraint(
            "supplier_kind IN ('disabled_base', 'demonstration_household', 'cooperative', 'family_farm', 'company',"
            " 'industrial_park', 'community_workshop')",
            name="listings_supplier_kind_check",
        ),
        sa.CheckConstraint("minimum_quantity > 0 AND step_quantity > 0", name="listings_steps_check"),
        sa.CheckConstraint("unit_quantity > 0 AND price_fen >= 0", name="listings_price_check"),
        sa.PrimaryKeyConstraint("listing_id", name="listings_pkey"),
        comment="copy: the newest published version of each listing (listing.published, listing.withdrawn)",
    )
    op.create_table(
        "requisitions",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("basket_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_by_name", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", postgresql.JSONB(), comment="what is asked for, while it waits; null when placed at once"),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name="requisitions_fund_check"),
        sa.CheckConstraint("state = 'placed' OR lines IS NOT NULL", name="requisitions_lines_check"),
        sa.CheckConstraint("state IN ('awaiting', 'placed', 'refused')", name="requisitions_state_check"),
        sa.CheckConstraint("amount_fen >= 0", name="requisitions_amount_fen_check"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="requisitions_not_own_check"),
        sa.PrimaryKeyConstraint("requisition_id", name="requisitions_pkey"),
        sa.UniqueConstraint("basket_id", name="requisitions_basket_id_key"),
    )
    op.create_index(
        "requisitions_awaiting_idx",
        "requisitions",
        [sa.literal_column("requested_at DESC"), sa.literal_column("requisition_id DESC")],
        unique=False,
        postgresql_where=sa.text("state = 'awaiting'"),
    )
    op.create_index(
        "requisitions_canteen_idx",
        "requisitions",
        ["canteen_id", sa.literal_column("requested_at DESC"), sa.literal_column("requisition_id DESC")],
        unique=False,
    )
    op.create_table(
        "stock",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("on_hand >= promised", name="stock_not_oversold_check"),
        sa.CheckConstraint("promised >= 0", name="stock_promised_check"),
        sa.PrimaryKeyConstraint("listing_id", name="stock_pkey"),
        comment="what lies there and what of it is promised; available is the difference",
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "suppliers",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('disabled_base', 'demonstration_household', 'cooperative', 'family_farm', 'company',"
            " 'industrial_park', 'community_workshop')",
            name="suppliers_kind_check",
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'recommended', 'returned', 'admitted', 'suspended', 'revoked')",
            name="suppliers_state_check",
        ),
        sa.PrimaryKeyConstraint("supplier_id", name="suppliers_pkey"),
        comment="copy: suppliers (supplier.changed)",
    )
    op.create_table(
        "units",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("approval_limit_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name="units_pkey"),
        comment="copy: federations and units (unit.changed)",
    )
    op.create_index("units_path_idx", "units", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"})
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("supplier_kind", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_by_name", sa.Text(), nullable=False),
        sa.Column("ordered_fen", sa.BigInteger(), nullable=False),
        sa.Column("kept_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True)),
        sa.Column("shipment", postgresql.JSONB(), comment="carrier, tracking, note"),
        sa.Column("acceptance_id", sa.Uuid()),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_by", sa.Uuid()),
        sa.Column("accepted_by_name", sa.Text()),
        sa.CheckConstraint(
            "(state IN ('accepted', 'settled', 'refused')) = (acceptance_id IS NOT NULL) AND (acceptance_id IS NULL)"
            " = (accepted_on IS NULL)",
            name="orders_accepted_check",
        ),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name="orders_fund_check"),
        sa.CheckConstraint("state <> 'settled' OR paid_fen >= kept_fen", name="orders_settled_check"),
        sa.CheckConstraint(
            "state IN ('placed', 'confirmed', 'declined', 'cancelled', 'packed', 'shipped', 'accepted', 'refused',"
            " 'settled')",
            name="orders_state_check",
        ),
        sa.CheckConstraint(
            "state NOT IN ('shipped', 'accepted', 'settled') OR shipped_at IS NOT NULL", name="orders_shipped_check"
        ),
        sa.CheckConstraint("ordered_fen >= 0 AND kept_fen >= 0 AND paid_fen >= 0", name="orders_amounts_check"),
        sa.ForeignKeyConstraint(["requisition_id"], ["requisitions.requisition_id"], name="orders_requisition_id_fkey"),
        sa.PrimaryKeyConstraint("order_id", name="orders_pkey"),
        sa.UniqueConstraint("acceptance_id", name="orders_acceptance_id_key"),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "orders_canteen_idx",
        "orders",
        ["canteen_id", sa.literal_column("placed_at DESC"), sa.literal_column("order_id DESC")],
        unique=False,
    )
    op.create_index(
        "orders_placed_at_idx",
        "orders",
        [sa.literal_column("placed_at DESC"), sa.literal_column("order_id DESC")],
        unique=False,
    )
    op.create_index("orders_requisition_id_idx", "orders", ["requisition_id"], unique=False)
    op.create_index(
        "orders_supplier_idx",
        "orders",
        ["supplier_id", sa.literal_column("placed_at DESC"), sa.literal_column("order_id DESC")],
        unique=False,
    )
    op.create_table(
        "stock_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["stock.listing_id"], name="stock_changes_listing_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="stock_changes_pkey"),
        comment="every count of stock by its supplier, and why",
    )
    op.create_index("stock_changes_listing_id_idx", "stock_changes", ["listing_id"], unique=False)
    op.create_table(
        "credits",
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="credits_order_id_fkey"),
        sa.PrimaryKeyConstraint("credit_id", name="credits_pkey"),
        comment="only ever added to",
    )
    op.create_index("credits_order_id_idx", "credits", ["order_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("listing_version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("unit_quantity", sa.BigInteger(), nullable=False),
        sa.Column("piece_grams", sa.BigInteger()),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("origin_county_code", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("promised_quantity", sa.BigInteger(), nullable=False),
        sa.Column("packed_quantity", sa.BigInteger()),
        sa.Column("accepted_quantity", sa.BigInteger()),
        sa.Column("returned_quantity", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("accepted_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("credited_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("kept_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("measure IN ('weight', 'piece')", name="order_lines_measure_check"),
        sa.CheckConstraint(
            "packed_quantity BETWEEN 0 AND quantity + CASE measure WHEN 'weight' THEN quantity * 3000 / 10000 ELSE 0"
            " END",
            name="order_lines_packed_check",
        ),
        sa.CheckConstraint(
            "accepted_fen >= 0 AND credited_fen >= 0 AND kept_fen >= 0", name="order_lines_amounts_check"
        ),
        sa.CheckConstraint(
            "accepted_quantity IS NULL OR (packed_quantity IS NOT NULL AND accepted_quantity BETWEEN 0 AND"
            " packed_quantity)",
            name="order_lines_accepted_check",
        ),
        sa.CheckConstraint("credited_fen + kept_fen <= accepted_fen", name="order_lines_kept_check"),
        sa.CheckConstraint("promised_quantity >= 0", name="order_lines_promised_check"),
        sa.CheckConstraint("quantity > 0", name="order_lines_quantity_check"),
        sa.CheckConstraint(
            "returned_quantity BETWEEN 0 AND coalesce(accepted_quantity, 0)", name="order_lines_returned_check"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="order_lines_order_id_fkey"),
        sa.PrimaryKeyConstraint("order_id", "line_id", name="order_lines_pkey"),
        comment="the one weight chain: quantity (ordered), packed, accepted, returned; promised is what it still holds",
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "order_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("account_name", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="order_steps_order_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="order_steps_pkey"),
        comment="what happened to an order after it was placed, step by step; only ever added to",
    )
    op.create_index("order_steps_order_id_idx", "order_steps", ["order_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid_on", sa.Date()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("voucher_sha256", sa.Text()),
        sa.Column("voucher_media_type", sa.Text()),
        sa.Column("voucher_bytes", sa.BigInteger()),
        sa.Column("voucher_at", sa.DateTime(timezone=True)),
        sa.Column("card_token", sa.Text(), comment="the vendor's name of the card; never its number"),
        sa.Column("intent_id", sa.Text()),
        sa.Column("authorised_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("(method = 'card') = (card_token IS NOT NULL)", name="payments_card_check"),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="payments_paid_check"),
        sa.CheckConstraint("method <> 'card' OR paid_fen <= authorised_fen", name="payments_captured_check"),
        sa.CheckConstraint(
            "method = 'card' OR state IN ('registered', 'submitted', 'paid')", name="payments_bank_check"
        ),
        sa.CheckConstraint("method IN ('bank_transfer', 'card')", name="payments_method_check"),
        sa.CheckConstraint(
            "state IN ('registered', 'submitted', 'paid', 'authorising', 'authorised', 'capturing', 'voiding',"
            " 'voided', 'failed')",
            name="payments_state_check",
        ),
        sa.CheckConstraint("amount_fen > 0 AND paid_fen >= 0 AND authorised_fen >= 0", name="payments_amounts_check"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="payments_order_id_fkey"),
        sa.PrimaryKeyConstraint("payment_id", name="payments_pkey"),
        sa.UniqueConstraint("intent_id", name="payments_intent_id_key"),
    )
    op.create_index(
        "payments_one_live_card_idx",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("method = 'card' AND state NOT IN ('failed', 'voided')"),
    )
    op.create_index("payments_order_id_idx", "payments", ["order_id"], unique=False)
    op.create_index(
        "payments_vendor_due_idx",
        "payments",
        ["touched_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('capturing', 'voiding')"),
    )
    op.create_table(
        "returns",
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("agreed_by", sa.Uuid()),
        sa.CheckConstraint("(state = 'agreed') = (agreed_on IS NOT NULL)", name="returns_agreed_check"),
        sa.CheckConstraint("state IN ('proposed', 'agreed')", name="returns_state_check"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="returns_order_id_fkey"),
        sa.PrimaryKeyConstraint("return_id", name="returns_pkey"),
    )
    op.create_index("returns_order_id_idx", "returns", ["order_id"], unique=False)
    op.create_table(
        "credit_lines",
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="credit_lines_amount_fen_check"),
        sa.ForeignKeyConstraint(["credit_id"], ["credits.credit_id"], name="credit_lines_credit_id_fkey"),
        sa.PrimaryKeyConstraint("credit_id", "line_id", name="credit_lines_pkey"),
        comment="only ever added to",
    )
    op.create_table(
        "refunds",
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="refunds_done_check"),
        sa.CheckConstraint("state IN ('due', 'done')", name="refunds_state_check"),
        sa.CheckConstraint("amount_fen > 0", name="refunds_amount_fen_check"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"], name="refunds_payment_id_fkey"),
        sa.PrimaryKeyConstraint("refund_id", name="refunds_pkey"),
        comment="money that goes back to a card; named by the return or credit that caused it",
    )
    op.create_index(
        "refunds_due_idx", "refunds", ["touched_at"], unique=False, postgresql_where=sa.text("state = 'due'")
    )
    op.create_index("refunds_payment_id_idx", "refunds", ["payment_id"], unique=False)
    op.create_table(
        "return_lines",
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="the booked step, never positive; 0 until agreed",
        ),
        sa.CheckConstraint("amount_fen <= 0", name="return_lines_amount_fen_check"),
        sa.CheckConstraint("quantity > 0", name="return_lines_quantity_check"),
        sa.ForeignKeyConstraint(["return_id"], ["returns.return_id"], name="return_lines_return_id_fkey"),
        sa.PrimaryKeyConstraint("return_id", "line_id", name="return_lines_pkey"),
    )
    op.create_table(
        "inbox",
        sa.Column(
            "door", sa.Text(), nullable=False, comment="a consumer, an HTTP operation and its asker, or a vendor"
        ),
        sa.Column("key", sa.Text(), nullable=False, comment="an event id, an Idempotency-Key, a vendor's event id"),
        sa.Column(
            "fingerprint", sa.Text(), comment="SHA-256 of the request, so that a key cannot be reused for another"
        ),
        sa.Column("answer", postgresql.JSONB(), comment="what was answered, for the repeat"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("door", "key", name="inbox_pkey"),
        comment="What was acted on, once; outlives the outbox.",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="the whole envelope, as it goes over the wire"),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
        comment="What was said, if and only if its transaction committed; the record for replay, kept 90 days.",
    )
    op.create_index("outbox_unsent_idx", "outbox", ["id"], unique=False, postgresql_where=sa.text("sent_at IS NULL"))
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="parked_pkey"),
        sa.UniqueConstraint("consumer", "event_id", name="parked_consumer_event_id_key"),
        comment="Events that could not be acted on, in order by key, waiting for a person.",
    )
    op.create_index("parked_consumer_key_idx", "parked", ["consumer", "key"], unique=False)
    grant_app(op, append_only=("stock_changes", "order_steps", "credits", "credit_lines"))


def downgrade() -> None:
    op.drop_table("parked")
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("return_lines")
    op.drop_table("refunds")
    op.drop_table("credit_lines")
    op.drop_table("returns")
    op.drop_table("payments")
    op.drop_table("order_steps")
    op.drop_table("order_lines")
    op.drop_table("credits")
    op.drop_table("stock_changes")
    op.drop_table("orders")
    op.drop_table("units")
    op.drop_table("suppliers")
    op.drop_table("stock")
    op.drop_table("requisitions")
    op.drop_table("listings")
    op.drop_table("canteens")
    op.drop_table("baskets")

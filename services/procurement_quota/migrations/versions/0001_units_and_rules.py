"""Units, canteens, lists, rules and what was heard have their tables, and the database refuses to forget.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import grant_app

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

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
)

REFUSE = """
CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "designation_list",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("designation_list_pkey")),
        comment="A list of counties, version by version, each whole.",
    )
    op.create_table(
        "payment",
        sa.Column("event_id", sa.Uuid(), nullable=False, comment="a payment and its refunds are events of their own"),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("payment_fund_check")),
        sa.CheckConstraint("method IN ('bank_transfer', 'card')", name=op.f("payment_method_check")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("payment_pkey")),
        comment="Money that reached a supplier, or came back, as heard from order.",
    )
    op.create_index("payment_canteen_id_order_id_idx", "payment", ["canteen_id", "order_id"], unique=False)
    op.create_table(
        "reference_head",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("reference_head_pkey")),
        comment="How often rules and lists have changed, each by its code; `all` is locked by whoever changes one.",
    )
    op.create_table(
        "revocation",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("listing_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ground IN ('false_origin', 'lost_recognition', 'lapse')", name=op.f("revocation_ground_check")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "version", name=op.f("revocation_pkey")),
        comment="A recognition that ended, as heard from catalog.",
    )
    op.create_table(
        "rule",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("scope_path", sa.Text(), nullable=False, comment="binds the units below this path; / is everyone"),
        sa.Column("rate_bp", sa.Integer(), nullable=True, comment="NULL states a preference and no percentage"),
        sa.Column("designated_unit_rate_bp", sa.Integer(), nullable=True),
        sa.Column("designated_list_code", sa.Text(), nullable=True),
        sa.Column("list_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("order_number_required", sa.Boolean(), nullable=False),
        sa.Column("preference", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "categories",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="farm produce (农副产品); empty is any goods",
        ),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("reading_en", sa.Text(), nullable=False),
        sa.Column("defaults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("rule_fund_check")),
        sa.CheckConstraint(
            "designated_unit_rate_bp BETWEEN 1 AND 10000", name=op.f("rule_designated_unit_rate_bp_check")
        ),
        sa.CheckConstraint("rate_bp BETWEEN 1 AND 10000", name=op.f("rule_rate_bp_check")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("rule_pkey")),
        comment="A rule, version by version; a version never changes.",
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied', 'recommended', 'returned', 'admitted', 'suspended', 'revoked')",
            name=op.f("supplier_state_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("supplier_pkey")),
        comment="A copy of catalog's suppliers.",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("approval_limit_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("division_code ~ '^[0-9]{6}$'", name=op.f("unit_division_code_digits_check")),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f("unit_level_check")),
        sa.CheckConstraint("approval_limit_fen >= 0", name=op.f("unit_approval_limit_fen_check")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("unit_parent_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_pkey")),
        sa.UniqueConstraint("code", name=op.f("unit_code_key")),
        sa.UniqueConstraint("path", name=op.f("unit_path_key")),
        comment="A federation or a unit below it, as it now stands.",
    )
    op.create_index("unit_parent_id_idx", "unit", ["parent_id"], unique=False)
    op.create_index("unit_path_prefix_idx", "unit", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"})
    op.create_table(
        "canteen",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name=op.f("canteen_kind_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("canteen_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("canteen_pkey")),
        comment="A canteen as it now stands.",
    )
    op.create_index("canteen_unit_id_idx", "canteen", ["unit_id"], unique=False)
    op.create_table(
        "designation",
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the day after the last; NULL is open"),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("county_code ~ '^[0-9]{6}$'", name=op.f("designation_county_code_digits_check")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("designation_days_check")),
        sa.ForeignKeyConstraint(
            ["list_code", "list_version"],
            ["designation_list.code", "designation_list.version"],
            name=op.f("designation_list_code_list_version_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "list_code", "list_version", "county_code", "valid_from", name=op.f("designation_pkey")
        ),
        comment="One county's place on one version of a list.",
    )
    op.create_table(
        "jurisdiction",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("division_code ~ '^[0-9]{6}$'", name=op.f("jurisdiction_division_code_digits_check")),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f("jurisdiction_level_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("jurisdiction_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", "version", name=op.f("jurisdiction_pkey")),
        comment="What a unit was from a day on: its place in the tree, and the area from which its rate follows.",
    )
    op.create_table(
        "rule_in_force",
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the day after the last; NULL is open"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("rule_in_force_days_check")),
        sa.ForeignKeyConstraint(
            ["rule_code", "rule_version"],
            ["rule.code", "rule.version"],
            name=op.f("rule_in_force_rule_code_rule_version_fkey"),
        ),
        sa.PrimaryKeyConstraint("rule_code", "place", name=op.f("rule_in_force_pkey")),
        comment="A stretch of time in which a version of a rule binds, and the document that says so.",
    )
    op.create_table(
        "canteen_form",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name=op.f("canteen_form_kind_check")),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_on IS NULL)", name=op.f("canteen_form_approval_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("canteen_form_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("canteen_id", "version", name=op.f("canteen_form_pkey")),
        comment="How a unit feeds its people from a day on (食堂形式), with evidence and approval from above.",
    )
    op.create_table(
        "canteen_share",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="the order in which odd fen are dealt"),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="NULL for a party outside the tree"),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("weight_bp", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight_bp BETWEEN 1 AND 10000", name=op.f("canteen_share_weight_bp_check")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("canteen_share_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("canteen_share_unit_id_fkey")),
        sa.PrimaryKeyConstraint("canteen_id", "year", "place", name=op.f("canteen_share_pkey")),
        comment="Who shares a canteen from a year on, by meals served; the weights of a year sum to 10000.",
    )
    op.create_index("canteen_share_unit_id_idx", "canteen_share", ["unit_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column(
            "door", sa.Text(), nullable=False, comment="a consumer, an HTTP operation and its asker, or a vendor"
        ),
        sa.Column("key", sa.Text(), nullable=False, comment="an event id, an Idempotency-Key, a vendor's event id"),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=True,
            comment="SHA-256 of the request, so that a key cannot be reused for another",
        ),
        sa.Column(
            "answer",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what was answered, for the repeat",
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("door", "key", name=op.f("inbox_pkey")),
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
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
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
        sa.PrimaryKeyConstraint("id", name=op.f("parked_pkey")),
        sa.UniqueConstraint("consumer", "event_id", name=op.f("parked_consumer_event_id_key")),
        comment="Events that could not be acted on, in order by key, waiting for a person.",
    )
    op.create_index("parked_consumer_key_idx", "parked", ["consumer", "key"], unique=False)
    op.execute(REFUSE)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
    grant_app(op, append_only=APPEND_ONLY)


def downgrade() -> None:
    op.drop_index("parked_consumer_key_idx", table_name="parked")
    op.drop_table("parked")
    op.drop_index("outbox_unsent_idx", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_index("canteen_share_unit_id_idx", table_name="canteen_share")
    op.drop_table("canteen_share")
    op.drop_table("canteen_form")
    op.drop_table("rule_in_force")
    op.drop_table("jurisdiction")
    op.drop_table("designation")
    op.drop_index("canteen_unit_id_idx", table_name="canteen")
    op.drop_table("canteen")
    op.drop_index("unit_path_prefix_idx", table_name="unit", postgresql_ops={"path": "text_pattern_ops"})
    op.drop_index("unit_parent_id_idx", table_name="unit")
    op.drop_table("unit")
    op.drop_table("supplier")
    op.drop_table("rule")
    op.drop_table("revocation")
    op.drop_table("reference_head")
    op.drop_index("payment_canteen_id_order_id_idx", table_name="payment")
    op.drop_table("payment")
    op.drop_table("designation_list")
    op.execute("DROP FUNCTION refuse_to_forget()")

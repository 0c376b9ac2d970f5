"""The first tables of catalog"""

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
        "canteens",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'shared', 'outsourced', 'none')", name=op.f("canteens_kind_check")),
        sa.PrimaryKeyConstraint("canteen_id", name=op.f("canteens_pkey")),
        comment="A copy of what procurement_quota says of canteens.",
    )
    op.create_table(
        "counting_counties",
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the first day on which it no longer counts"),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.CheckConstraint("county_code ~ '^[0-9]{6}$'", name=op.f("counting_counties_county_code_check")),
        sa.PrimaryKeyConstraint("county_code", "rule_code", "valid_from", name=op.f("counting_counties_pkey")),
        comment="From which counties goods count, under which rule, and when; made from rules and designations.",
    )
    op.create_table(
        "designations",
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("counties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("list_code", name=op.f("designations_pkey")),
        comment="A copy of what procurement_quota says of county lists.",
    )
    op.create_table(
        "rules",
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=True),
        sa.Column("list_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("in_force", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("rules_fund_check")),
        sa.PrimaryKeyConstraint("rule_code", name=op.f("rules_pkey")),
        comment="A copy of what procurement_quota says of rules.",
    )
    op.create_table(
        "stock",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("stock_pkey")),
        comment="A copy of what order says: whether there is any left.",
    )
    op.create_table(
        "suppliers",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("bank_name", sa.Text(), nullable=True),
        sa.Column("bank_account_name", sa.Text(), nullable=True),
        sa.Column("bank_account_number", sa.Text(), nullable=True),
        sa.Column("applicant_account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "unit_path", sa.Text(), nullable=False, comment="whose subtree reviews it; empty while no unit is known"
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("county_code ~ '^[0-9]{6}$'", name=op.f("suppliers_county_code_check")),
        sa.CheckConstraint(
            "kind IN ('disabled_base', 'demonstration_household', 'cooperative', 'family_farm', 'company', "
            "'industrial_park', 'community_workshop')",
            name=op.f("suppliers_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'recommended', 'returned', 'admitted', 'suspended', 'revoked')",
            name=op.f("suppliers_state_check"),
        ),
        sa.CheckConstraint(
            "credit_code IS NOT NULL OR registration_number IS NOT NULL", name=op.f("suppliers_registered_check")
        ),
        sa.CheckConstraint(
            "num_nulls(bank_name, bank_account_name, bank_account_number) IN (0, 3)",
            name=op.f("suppliers_bank_account_check"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("suppliers_version_check")),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("suppliers_pkey")),
        comment="Who may sell, or asked to.",
    )
    op.create_index("suppliers_applicant_idx", "suppliers", ["applicant_account_id"], unique=False)
    op.create_index("suppliers_applied_idx", "suppliers", ["applied_at", "supplier_id"], unique=False)
    op.create_index("suppliers_county_idx", "suppliers", ["county_code"], unique=False)
    op.create_index(
        "suppliers_credit_code_admitted_key",
        "suppliers",
        ["credit_code"],
        unique=True,
        postgresql_where=sa.text("state IN ('admitted', 'suspended')"),
    )
    op.create_index("suppliers_state_applied_idx", "suppliers", ["state", "applied_at", "supplier_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f("units_level_check")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("units_pkey")),
        comment="A copy of what procurement_quota says of units.",
    )
    op.create_index("units_division_idx", "units", ["division_code", "level"], unique=False)
    op.create_table(
        "listings",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the newest one"),
        sa.Column("published_version", sa.Integer(), nullable=True, comment="the one on sale"),
        sa.Column("last_published_version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with each change of this row"),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "published_version IS NULL OR (published_version <= version AND state NOT IN ('suspended', 'withdrawn'))",
            name=op.f("listings_published_version_check"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_version = version", name=op.f("listings_published_check")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'published', 'suspended', 'withdrawn')",
            name=op.f("listings_state_check"),
        ),
        sa.CheckConstraint("version > 0 AND revision > 0", name=op.f("listings_version_check")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("listings_supplier_id_fkey")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("listings_pkey")),
        comment="What a supplier offers; its content is in its versions.",
    )
    op.create_index("listings_state_idx", "listings", ["state", "changed_at", "listing_id"], unique=False)
    op.create_index("listings_supplier_idx", "listings", ["supplier_id", "changed_at", "listing_id"], unique=False)
    op.create_table(
        "supplier_documents",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('recognition', 'licence', 'other')", name=op.f("supplier_documents_kind_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_documents_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "document_id", name=op.f("supplier_documents_pkey")),
        comment="What a supplier showed; the bytes lie in S3 and never change.",
    )
    op.create_table(
        "supplier_reviews",
        sa.Column("review_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_version", sa.Integer(), nullable=False, comment="the version that was looked at"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("listing_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'revoke') = (ground IS NOT NULL) AND (outcome = 'revoke') = (effective_from IS NOT NULL)",
            name=op.f("supplier_reviews_revocation_check"),
        ),
        sa.CheckConstraint(
            "ground IN ('false_origin', 'lost_recognition', 'lapse')", name=op.f("supplier_reviews_ground_check")
        ),
        sa.CheckConstraint(
            "outcome IN ('recommend', 'admit', 'return', 'suspend', 'revoke')",
            name=op.f("supplier_reviews_outcome_check"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_reviews_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("supplier_reviews_pkey")),
        sa.UniqueConstraint(
            "supplier_id", "supplier_version", name=op.f("supplier_reviews_supplier_id_supplier_version_key")
        ),
        comment="Every decision about a supplier; only added to.",
    )
    op.create_table(
        "listing_photos",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column(
            "sha256", sa.Text(), nullable=False, comment="of the bytes that were sent, not of those that are kept"
        ),
        sa.Column("width_pixels", sa.Integer(), nullable=False),
        sa.Column("height_pixels", sa.Integer(), nullable=False),
        sa.Column("full_key", sa.Text(), nullable=False),
        sa.Column("thumb_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("listing_photos_listing_id_fkey")),
        sa.PrimaryKeyConstraint("listing_id", "photo_id", name=op.f("listing_photos_pkey")),
        sa.UniqueConstraint("listing_id", "position", name=op.f("listing_photos_listing_id_position_key")),
        comment="Photos, re-encoded; the bytes lie in S3 and never change.",
    )
    op.create_table(
        "listing_reviews",
        sa.Column("review_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("listing_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('publish', 'return', 'suspend')", name=op.f("listing_reviews_outcome_check")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("listing_reviews_listing_id_fkey")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("listing_reviews_pkey")),
        comment="Every decision about a listing; only added to.",
    )
    op.create_index("listing_reviews_listing_idx", "listing_reviews", ["listing_id", "review_id"], unique=False)
    op.create_table(
        "listing_versions",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("unit_quantity", sa.BigInteger(), nullable=False),
        sa.Column("piece_grams", sa.BigInteger(), nullable=True),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False),
        sa.Column("step_quantity", sa.BigInteger(), nullable=False),
        sa.Column("origin_county_code", sa.Text(), nullable=False),
        sa.Column("harvest_months", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("first_stock_quantity", sa.BigInteger(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("photo_ids", postgresql.ARRAY(sa.Uuid()), nullable=True, comment="the photos it was submitted with"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("measure IN ('weight', 'piece')", name=op.f("listing_versions_measure_check")),
        sa.CheckConstraint("origin_county_code ~ '^[0-9]{6}$'", name=op.f("listing_versions_origin_county_code_check")),
        sa.CheckConstraint(
            "piece_grams IS NULL OR (piece_grams > 0 AND measure = 'piece')",
            name=op.f("listing_versions_piece_grams_check"),
        ),
        sa.CheckConstraint(
            "unit_quantity > 0 AND (measure = 'weight' OR unit_quantity = 1)",
            name=op.f("listing_versions_unit_quantity_check"),
        ),
        sa.CheckConstraint("first_stock_quantity >= 0", name=op.f("listing_versions_first_stock_quantity_check")),
        sa.CheckConstraint("price_fen > 0", name=op.f("listing_versions_price_fen_check")),
        sa.CheckConstraint(
            "step_quantity > 0 AND minimum_quantity > 0 AND minimum_quantity % step_quantity = 0",
            name=op.f("listing_versions_quantities_check"),
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("listing_versions_listing_id_fkey")),
        sa.PrimaryKeyConstraint("listing_id", "version", name=op.f("listing_versions_pkey")),
        comment="What was offered, version by version; the terms of a version never change.",
    )
    op.create_table(
        "on_sale",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("origin_county_code", sa.Text(), nullable=False),
        sa.Column("price_rank", sa.BigInteger(), nullable=False),
        sa.Column(
            "published_us", sa.BigInteger(), nullable=False, comment="microseconds since 1970, the key of newest"
        ),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False, comment="see domain/grams.py"),
        sa.Column("item", sa.Text(), nullable=False, comment="the JSON that a page of the list shows, as it goes out"),
        sa.CheckConstraint(
            "supplier_kind IN ('disabled_base', 'demonstration_household', 'cooperative', 'family_farm', 'company', "
            "'industrial_park', 'community_workshop')",
            name=op.f("on_sale_supplier_kind_check"),
        ),
        sa.CheckConstraint("origin_county_code ~ '^[0-9]{6}$'", name=op.f("on_sale_origin_county_code_check")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("on_sale_listing_id_fkey")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("on_sale_pkey")),
        comment="What is on sale now, one row a listing, shaped for search.",
    )
    op.create_index(
        "on_sale_category_newest_idx",
        "on_sale",
        ["category", "published_us", "listing_id"],
        unique=False,
        postgresql_where=sa.text("available"),
    )
    op.create_index(
        "on_sale_category_price_idx",
        "on_sale",
        ["category", "price_rank", "listing_id"],
        unique=False,
        postgresql_where=sa.text("available"),
    )
    op.create_index(
        "on_sale_grams_idx",
        "on_sale",
        ["grams"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "on_sale_newest_idx",
        "on_sale",
        ["published_us", "listing_id"],
        unique=False,
        postgresql_where=sa.text("available"),
    )
    op.create_index(
        "on_sale_origin_newest_idx",
        "on_sale",
        ["origin_county_code", "published_us", "listing_id"],
        unique=False,
        postgresql_where=sa.text("available"),
    )
    op.create_index(
        "on_sale_price_idx",
        "on_sale",
        ["price_rank", "listing_id"],
        unique=False,
        postgresql_where=sa.text("available"),
    )
    op.create_index("on_sale_supplier_idx", "on_sale", ["supplier_id", "published_us", "listing_id"], unique=False)
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
    grant_app(op, append_only=("supplier_reviews", "listing_reviews"))


def downgrade() -> None:
    op.drop_index("parked_consumer_key_idx", table_name="parked")
    op.drop_table("parked")
    op.drop_index("outbox_unsent_idx", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_index("on_sale_supplier_idx", table_name="on_sale")
    op.drop_index("on_sale_price_idx", table_name="on_sale", postgresql_where=sa.text("available"))
    op.drop_index("on_sale_origin_newest_idx", table_name="on_sale", postgresql_where=sa.text("available"))
    op.drop_index("on_sale_newest_idx", table_name="on_sale", postgresql_where=sa.text("available"))
    op.drop_index(
        "on_sale_grams_idx", table_name="on_sale", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.drop_index("on_sale_category_price_idx", table_name="on_sale", postgresql_where=sa.text("available"))
    op.drop_index("on_sale_category_newest_idx", table_name="on_sale", postgresql_where=sa.text("available"))
    op.drop_table("on_sale")
    op.drop_table("listing_versions")
    op.drop_index("listing_reviews_listing_idx", table_name="listing_reviews")
    op.drop_table("listing_reviews")
    op.drop_table("listing_photos")
    op.drop_table("supplier_reviews")
    op.drop_table("supplier_documents")
    op.drop_index("listings_supplier_idx", table_name="listings")
    op.drop_index("listings_state_idx", table_name="listings")
    op.drop_table("listings")
    op.drop_index("units_division_idx", table_name="units")
    op.drop_table("units")
    op.drop_index("suppliers_state_applied_idx", table_name="suppliers")
    op.drop_index(
        "suppliers_credit_code_admitted_key",
        table_name="suppliers",
        postgresql_where=sa.text("state IN ('admitted', 'suspended')"),
    )
    op.drop_index("suppliers_county_idx", table_name="suppliers")
    op.drop_index("suppliers_applied_idx", table_name="suppliers")
    op.drop_index("suppliers_applicant_idx", table_name="suppliers")
    op.drop_table("suppliers")
    op.drop_table("stock")
    op.drop_table("rules")
    op.drop_table("designations")
    op.drop_table("counting_counties")
    op.drop_table("canteens")

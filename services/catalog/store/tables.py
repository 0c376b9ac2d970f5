"""Suppliers and listings, what is on sale, and copies of what others said; `all_tables` names the files of the rest."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.catalog.domain.listings import LISTING, ListingOutcome
from services.catalog.domain.prices import PublishedBy
from services.catalog.domain.suppliers import SUPPLIER, DocumentKind, SupplierOutcome
from services.catalog.domain.terms import Storage
from shared.contracts.words import CanteenKind, Fund, Measure, RevocationGround, SupplierKind, UnitLevel

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)
MOMENT = sa.DateTime(timezone=True)


def one_of(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    """Hold a column to a closed list of words."""
    values = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({values})", name=column)


def code6(column: str) -> sa.CheckConstraint:
    """Hold a column to six digits."""
    return sa.CheckConstraint(f"{column} ~ '^[0-9]{{6}}$'", name=column)


def code6_or_none(column: str) -> sa.CheckConstraint:
    """Hold a column to six digits, or to nothing."""
    return sa.CheckConstraint(f"{column} ~ '^([0-9]{{6}})?$'", name=column)


suppliers = sa.Table(
    "suppliers",
    metadata,
    sa.Column("supplier_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("county_code", sa.Text, nullable=False),
    sa.Column("credit_code", sa.Text),
    sa.Column("registration_number", sa.Text),
    sa.Column("contact_name", sa.Text, nullable=False),
    sa.Column("contact_phone", sa.Text, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("bank_name", sa.Text),
    sa.Column("bank_account_name", sa.Text),
    sa.Column("bank_account_number", sa.Text),
    sa.Column("applicant_account_id", sa.Uuid, nullable=False),
    sa.Column("unit_path", sa.Text, nullable=False, comment="whose subtree reviews it; empty while no unit is known"),
    sa.Column("applied_at", MOMENT, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.Column("admitted_at", MOMENT),
    sa.Column("recognised", JSONB, comment="days that confirmed recognitions hold, [first, last]; null: none ever was"),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint(SUPPLIER.sql_check("state"), name="state"),
    one_of("kind", SupplierKind),
    code6("county_code"),
    sa.CheckConstraint("credit_code IS NOT NULL OR registration_number IS NOT NULL", name="registered"),
    sa.CheckConstraint("num_nulls(bank_name, bank_account_name, bank_account_number) IN (0, 3)", name="bank_account"),
    comment="Who may sell, or asked to.",
)
sa.Index("suppliers_state_applied_idx", suppliers.c.state, suppliers.c.applied_at, suppliers.c.supplier_id)
sa.Index("suppliers_applied_idx", suppliers.c.applied_at, suppliers.c.supplier_id)
sa.Index("suppliers_applicant_idx", suppliers.c.applicant_account_id)
sa.Index("suppliers_county_idx", suppliers.c.county_code)
sa.Index(
    "suppliers_credit_code_admitted_key",
    suppliers.c.credit_code,
    unique=True,
    postgresql_where=sa.text("state IN ('admitted', 'suspended')"),
)

supplier_documents = sa.Table(
    "supplier_documents",
    metadata,
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("document_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("object_key", sa.Text, nullable=False),
    sa.Column("put_by", sa.Uuid, nullable=False),
    sa.Column("put_at", MOMENT, nullable=False),
    one_of("kind", DocumentKind),
    comment="What a supplier showed; the bytes lie in S3 and never change.",
)

supplier_reviews = sa.Table(
    "supplier_reviews",
    metadata,
    sa.Column("review_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("supplier_version", sa.Integer, nullable=False, comment="the version that was looked at"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ground", sa.Text),
    sa.Column("effective_from", sa.Date),
    sa.Column("listing_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("reviewed_by", sa.Uuid, nullable=False),
    sa.Column("reviewer_name", sa.Text, nullable=False),
    sa.Column("reviewed_at", MOMENT, nullable=False),
    sa.Column("reviewer_path", sa.Text, comment="of the unit decided from; of reviews before it was kept, none"),
    sa.Column("unit_path", sa.Text, comment="the supplier's, when it was decided"),
    sa.UniqueConstraint("supplier_id", "supplier_version"),
    one_of("outcome", SupplierOutcome),
    one_of("ground", RevocationGround),
    sa.CheckConstraint(
        "(outcome = 'revoke') = (ground IS NOT NULL) AND (outcome = 'revoke') = (effective_from IS NOT NULL)",
        name="revocation",
    ),
    sa.CheckConstraint("(reviewer_path IS NULL) = (unit_path IS NULL)", name="paths"),
    sa.CheckConstraint(
        "starts_with(unit_path, reviewer_path) AND (outcome NOT IN ('admit', 'revoke')"
        " OR unit_path <> reviewer_path OR reviewer_path ~ '^/[^/]+/$')",
        name="from_above",
    ),
    comment="Every decision about a supplier; only added to.",
)

listings = sa.Table(
    "listings",
    metadata,
    sa.Column("listing_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="the newest one"),
    sa.Column("published_version", sa.Integer, comment="the one on sale"),
    sa.Column("last_published_version", sa.Integer),
    sa.Column("revision", sa.Integer, nullable=False, comment="grows with each change of this row"),
    sa.Column("submitted_by", sa.Uuid),
    sa.Column("submitted_at", MOMENT),
    sa.Column("written_at", MOMENT, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.CheckConstraint("version > 0 AND revision > 0", name="version"),
    sa.CheckConstraint(LISTING.sql_check("state"), name="state"),
    sa.CheckConstraint(
        "published_version IS NULL"
        " OR (published_version <= version AND state NOT IN ('suspended', 'withdrawn', 'rejected'))",
        name="published_version",
    ),
    sa.CheckConstraint("state <> 'published' OR published_version = version", name="published"),
    comment="What a supplier offers; its content is in its versions.",
)
sa.Index("listings_supplier_idx", listings.c.supplier_id, listings.c.changed_at, listings.c.listing_id)
sa.Index("listings_state_idx", listings.c.state, listings.c.changed_at, listings.c.listing_id)

listing_versions = sa.Table(
    "listing_versions",
    metadata,
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("unit_name", sa.Text, nullable=False),
    sa.Column("unit_quantity", sa.BigInteger, nullable=False),
    sa.Column("piece_grams", sa.BigInteger),
    sa.Column("price_fen", sa.BigInteger, nullable=False),
    sa.Column("minimum_quantity", sa.BigInteger, nullable=False),
    sa.Column("step_quantity", sa.BigInteger, nullable=False),
    sa.Column("origin_county_code", sa.Text, nullable=False),
    sa.Column("harvest_months", ARRAY(sa.SmallInteger)),
    sa.Column("first_stock_quantity", sa.BigInteger),
    sa.Column("written_by", sa.Uuid, nullable=False),
    sa.Column("written_at", MOMENT, nullable=False),
    sa.Column("photo_ids", ARRAY(sa.Uuid), comment="the photos it was submitted with"),
    sa.Column("published_at", MOMENT),
    sa.Column("item_code", sa.Text, nullable=False, server_default="", comment="of shared/reference; empty: not told"),
    sa.Column("specification", sa.Text, nullable=False, server_default=""),
    sa.Column("price_tiers", JSONB, nullable=False, server_default=sa.text("'[]'"), comment="see domain/terms.py"),
    sa.Column("shelf_life_days", sa.SmallInteger),
    sa.Column("storage", sa.Text),
    sa.Column(
        "delivery_areas", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"), comment="empty: everywhere"
    ),
    sa.Column("lead_days", sa.SmallInteger, comment="from an order to its delivery"),
    sa.Column("main_ingredient", sa.Text, nullable=False, server_default=""),
    sa.Column("origin_shares", JSONB, nullable=False, server_default=sa.text("'[]'"), comment="of the main ingredient"),
    sa.Column("certificate_ids", ARRAY(sa.Uuid), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("explanation", sa.Text, nullable=False, server_default="", comment="of the price; buyers do not see it"),
    one_of("measure", Measure),
    sa.Column("published_by", sa.Text, comment="an officer, or its supplier near what an officer saw"),
    one_of("storage", Storage),
    one_of("published_by", PublishedBy),
    sa.CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published"),
    sa.CheckConstraint("shelf_life_days > 0", name="shelf_life_days"),
    sa.CheckConstraint("lead_days >= 0", name="lead_days"),
    code6_or_none("origin_county_code"),
    sa.CheckConstraint("unit_quantity > 0 AND (measure = 'weight' OR unit_quantity = 1)", name="unit_quantity"),
    sa.CheckConstraint("piece_grams IS NULL OR (piece_grams > 0 AND measure = 'piece')", name="piece_grams"),
    sa.CheckConstraint("price_fen > 0", name="price_fen"),
    sa.CheckConstraint(
        "step_quantity > 0 AND minimum_quantity > 0 AND minimum_quantity % step_quantity = 0", name="quantities"
    ),
    sa.CheckConstraint("first_stock_quantity >= 0", name="first_stock_quantity"),
    comment="What was offered, version by version; the terms of a version never change.",
)

listing_reviews = sa.Table(
    "listing_reviews",
    metadata,
    sa.Column("review_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), nullable=False),
    sa.Column("listing_version", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reviewed_by", sa.Uuid, nullable=False),
    sa.Column("reviewer_name", sa.Text, nullable=False),
    sa.Column("reviewed_at", MOMENT, nullable=False),
    sa.Index("listing_reviews_listing_idx", "listing_id", "review_id"),
    one_of("outcome", ListingOutcome),
    comment="Every decision about a listing; only added to.",
)

listing_photos = sa.Table(
    "listing_photos",
    metadata,
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("photo_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, comment="of the bytes that were sent, not of those that are kept"),
    sa.Column("width_pixels", sa.Integer, nullable=False),
    sa.Column("height_pixels", sa.Integer, nullable=False),
    sa.Column("full_key", sa.Text, nullable=False),
    sa.Column("thumb_key", sa.Text, nullable=False),
    sa.Column("put_by", sa.Uuid, nullable=False),
    sa.Column("put_at", MOMENT, nullable=False),
    sa.UniqueConstraint("listing_id", "position"),
    comment="Photos, re-encoded; the bytes lie in S3 and never change.",
)

on_sale = sa.Table(
    "on_sale",
    metadata,
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("supplier_kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column(
        "origin_county_code", sa.Text, nullable=False, comment="empty where goods are of mixed or unproven origin"
    ),
    sa.Column("price_rank", sa.BigInteger, nullable=False),
    sa.Column("published_us", sa.BigInteger, nullable=False, comment="microseconds since 1970, the key of newest"),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("grams", ARRAY(sa.Text), nullable=False, comment="see domain/grams.py"),
    sa.Column("sounds", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"), comment="domain/sounds.py"),
    sa.Column("tags", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'"), comment="domain/tags.py"),
    sa.Column("folding", sa.SmallInteger, nullable=False, server_default=sa.text("0"), comment="which FOLDING made it"),
    sa.Column("recognised_to", sa.Date, comment="the last day of a dated recognition that holds"),
    sa.Column("anew_on", sa.Date, comment="the day on which it has to be made again"),
    sa.Column("item", sa.Text, nullable=False, comment="the JSON that a page of the list shows, as it goes out"),
    sa.Column(
        "filler",
        sa.Text,
        nullable=False,
        server_default=sa.text("repeat(' ', 2048)"),
        comment="makes a row wide enough for its words to be kept beside it",
    ),
    one_of("supplier_kind", SupplierKind),
    code6_or_none("origin_county_code"),
    comment="What is on sale now, one row a listing, shaped for search.",
)
_AVAILABLE = sa.text("available")
sa.Index(
    "on_sale_words_idx",
    on_sale.c.tags,
    on_sale.c.grams,
    on_sale.c.sounds,
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
)
sa.Index("on_sale_anew_idx", on_sale.c.anew_on, postgresql_where=sa.text("anew_on IS NOT NULL"))
sa.Index("on_sale_folding_idx", on_sale.c.folding, on_sale.c.listing_id)
sa.Index("on_sale_price_idx", on_sale.c.price_rank, on_sale.c.listing_id, postgresql_where=_AVAILABLE)
sa.Index("on_sale_newest_idx", on_sale.c.published_us, on_sale.c.listing_id, postgresql_where=_AVAILABLE)
sa.Index(
    "on_sale_category_newest_idx",
    on_sale.c.category,
    on_sale.c.published_us,
    on_sale.c.listing_id,
    postgresql_where=_AVAILABLE,
)
sa.Index(
    "on_sale_category_price_idx",
    on_sale.c.category,
    on_sale.c.price_rank,
    on_sale.c.listing_id,
    postgresql_where=_AVAILABLE,
)
sa.Index(
    "on_sale_origin_newest_idx",
    on_sale.c.origin_county_code,
    on_sale.c.published_us,
    on_sale.c.listing_id,
    postgresql_where=_AVAILABLE,
)
sa.Index("on_sale_supplier_idx", on_sale.c.supplier_id, on_sale.c.published_us, on_sale.c.listing_id)

units = sa.Table(
    "units",
    metadata,
    sa.Column("unit_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("division_code", sa.Text, nullable=False),
    one_of("level", UnitLevel),
    sa.Index("units_division_idx", "division_code", "level"),
    comment="A copy of what procurement_quota says of units.",
)

canteens = sa.Table(
    "canteens",
    metadata,
    sa.Column("canteen_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    one_of("kind", CanteenKind),
    comment="A copy of what procurement_quota says of canteens.",
)

rules = sa.Table(
    "rules",
    metadata,
    sa.Column("rule_code", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    sa.Column("rate_bp", sa.Integer),
    sa.Column("list_codes", ARRAY(sa.Text), nullable=False),
    sa.Column("channels", ARRAY(sa.Text), nullable=False),
    sa.Column("in_force", JSONB, nullable=False),
    one_of("fund", Fund),
    comment="A copy of what procurement_quota says of rules.",
)

designations = sa.Table(
    "designations",
    metadata,
    sa.Column("list_code", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("counties", JSONB, nullable=False),
    comment="A copy of what procurement_quota says of county lists.",
)

counting_counties = sa.Table(
    "counting_counties",
    metadata,
    sa.Column("county_code", sa.Text, primary_key=True),
    sa.Column("rule_code", sa.Text, primary_key=True),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_to", sa.Date, comment="the first day on which it no longer counts"),
    sa.Column("rule_name", sa.Text, nullable=False),
    sa.Column("fund", sa.Text, nullable=False),
    code6("county_code"),
    comment="From which counties goods count, under which rule, and when; made from rules and designations.",
)

stock = sa.Table(
    "stock",
    metadata,
    sa.Column("listing_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
    comment="A copy of what order says: whether there is any left.",
)

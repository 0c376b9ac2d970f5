"""Accounts, seats, sessions, attempts and the copies of organisations have their tables.

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


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False, comment="what a person signs in with, case-folded"),
        sa.Column("name", sa.Text(), nullable=False, comment="what others see"),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="Argon2id, with its parameters"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("accounts_language_check")),
        sa.CheckConstraint("length(account) BETWEEN 3 AND 64", name=op.f("accounts_account_length_check")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("accounts_name_length_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint("account", name=op.f("accounts_account_key")),
        comment="Who may sign in.",
    )
    op.create_table(
        "canteens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("canteens_pkey")),
        comment="Copy of procurement_quota's canteens.",
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="an account or an address, hashed"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('account', 'address', 'sign_up')", name=op.f("sign_in_attempts_kind_check")),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("sign_in_attempts_pkey")),
        comment="How often something was tried in the present window; rows of past windows are swept away.",
    )
    op.create_index("sign_in_attempts_began_at_idx", "sign_in_attempts", ["began_at"], unique=False)
    op.create_table(
        "suppliers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applicant_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied', 'recommended', 'returned', 'admitted', 'suspended', 'revoked')",
            name=op.f("suppliers_state_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("suppliers_pkey")),
        comment="Copy of catalog's suppliers.",
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('province', 'prefecture', 'county')", name=op.f("units_level_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("units_pkey")),
        comment="Copy of procurement_quota's units.",
    )
    op.create_table(
        "seats",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_kind", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "organisation_kind IN ('supplier', 'canteen', 'unit')", name=op.f("seats_organisation_kind_check")
        ),
        sa.CheckConstraint(
            "role IN ('supplier', 'buyer', 'approver', 'finance', 'officer', 'auditor')", name=op.f("seats_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "role", "organisation_id", name=op.f("seats_pkey")),
        comment="Who does what, in which organisation.",
    )
    op.create_index("seats_organisation_id_idx", "seats", ["organisation_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False, comment="the token itself is kept nowhere"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_sha256) = 32", name=op.f("sessions_token_length_check")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_pkey")),
        sa.UniqueConstraint("token_sha256", name=op.f("sessions_token_sha256_key")),
        comment="Who is signed in.",
    )
    op.create_index("sessions_account_id_idx", "sessions", ["account_id"], unique=False)
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
    grant_app(op)


def downgrade() -> None:
    op.drop_index("parked_consumer_key_idx", table_name="parked")
    op.drop_table("parked")
    op.drop_index("outbox_unsent_idx", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_index("sessions_account_id_idx", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("seats_organisation_id_idx", table_name="seats")
    op.drop_table("seats")
    op.drop_table("units")
    op.drop_table("suppliers")
    op.drop_index("sign_in_attempts_began_at_idx", table_name="sign_in_attempts")
    op.drop_table("sign_in_attempts")
    op.drop_table("canteens")
    op.drop_table("accounts")

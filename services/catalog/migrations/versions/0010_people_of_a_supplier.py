"""A supplier's people, their invitations and each thing that was done for it have their tables.

Who applied for a supplier of before is its owner from then on; their name was not kept.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("supplier_members", "supplier_invitations", "wrong_codes", "supplier_acts")
ROLE = "role IN ('owner', 'seller', 'packer', 'helper')"
UNTIL = "(role = 'helper') = (until IS NOT NULL)"


def upgrade() -> None:
    _members()
    _invitations()
    _wrong_codes()
    _acts()
    role = app_role()
    for table in TABLES:
        rights = "SELECT, INSERT" if table == "supplier_acts" else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f'GRANT {rights} ON "{table}" TO "{role}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')
    op.execute(f'GRANT USAGE, SELECT ON SEQUENCE supplier_acts_act_id_seq TO "{role}"')
    op.execute(
        "CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER supplier_acts_only_grow BEFORE UPDATE OR DELETE ON supplier_acts "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(
        "INSERT INTO supplier_members (supplier_id, account_id, version, role, account_name, accepted_at) "
        "SELECT supplier_id, applicant_account_id, 1, 'owner', '', applied_at FROM suppliers"
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_to_forget()")


def _members() -> None:
    op.create_table(
        "supplier_members",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with each change of this person here"),
        sa.Column("role", sa.Text(), nullable=False, comment="what they are, or were when it ended"),
        sa.Column("account_name", sa.Text(), nullable=False, comment="of applicants of before it was kept, empty"),
        sa.Column("until", sa.Date(), nullable=True, comment="a helper's last day"),
        sa.Column("invited_by", sa.Uuid(), nullable=True, comment="of who applied, none"),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True, comment="none where the last day had passed"),
        sa.CheckConstraint("version > 0", name=op.f("supplier_members_version_check")),
        sa.CheckConstraint(ROLE, name=op.f("supplier_members_role_check")),
        sa.CheckConstraint(UNTIL, name=op.f("supplier_members_until_check")),
        sa.CheckConstraint("ended_at IS NOT NULL OR ended_by IS NULL", name=op.f("supplier_members_ended_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_members_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "account_id", name=op.f("supplier_members_pkey")),
        comment="Who acts for a supplier, and who did; one row a person.",
    )
    op.create_index(
        "supplier_members_account_idx",
        "supplier_members",
        ["account_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "supplier_members_until_idx",
        "supplier_members",
        ["until"],
        postgresql_where=sa.text("ended_at IS NULL AND until IS NOT NULL"),
    )


def _invitations() -> None:
    op.create_table(
        "supplier_invitations",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="a helper's last day"),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False, comment="the code itself is kept nowhere"),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_by_name", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(ROLE, name=op.f("supplier_invitations_role_check")),
        sa.CheckConstraint(UNTIL, name=op.f("supplier_invitations_until_check")),
        sa.CheckConstraint("length(code_sha256) = 32", name=op.f("supplier_invitations_code_length_check")),
        sa.CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name=op.f("supplier_invitations_used_check")),
        sa.CheckConstraint(
            "used_at IS NULL OR withdrawn_at IS NULL", name=op.f("supplier_invitations_withdrawn_check")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_invitations_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("supplier_invitations_pkey")),
        sa.UniqueConstraint("code_sha256", name=op.f("supplier_invitations_code_sha256_key")),
        comment="Codes that let one person in, once.",
    )
    op.create_index("supplier_invitations_supplier_idx", "supplier_invitations", ["supplier_id", "expires_at"])


def _wrong_codes() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("wrong_codes_tries_check")),
        sa.PrimaryKeyConstraint("account_id", "hour", name=op.f("wrong_codes_pkey")),
        comment="How many wrong codes an account tried in an hour; swept after a day.",
    )
    op.create_index("wrong_codes_hour_idx", "wrong_codes", ["hour"])


def _acts() -> None:
    op.create_table(
        "supplier_acts",
        sa.Column("act_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("acted_as", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False, comment="its name in the policy"),
        sa.Column(
            "subject_id", sa.Uuid(), nullable=True, comment="the listing, document, member … that it was done to"
        ),
        sa.Column("version", sa.Integer(), nullable=True, comment="of the subject, where it has versions"),
        sa.CheckConstraint("acted_as IN ('own', 'helper', 'officer')", name=op.f("supplier_acts_acted_as_check")),
        sa.CheckConstraint("operation ~ '^[a-z_]{1,60}$'", name=op.f("supplier_acts_operation_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_acts_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("act_id", name=op.f("supplier_acts_pkey")),
        comment="Each thing that was done for a supplier, by whom and in whose place; only added to.",
    )
    op.create_index("supplier_acts_supplier_idx", "supplier_acts", ["supplier_id", "act_id"])
    op.create_index("supplier_acts_account_idx", "supplier_acts", ["account_id", "supplier_id"])

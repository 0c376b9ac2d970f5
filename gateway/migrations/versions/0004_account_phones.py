"""A person may give a telephone, and what was given before is kept too, so that whoever shares it is found.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STANDS = sa.text("until IS NULL")


def upgrade() -> None:
    op.create_table(
        "account_phones",
        sa.Column("phone_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="as compared, see shared/texts"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("value ~ '^[0-9]{5,20}$'", name=op.f("account_phones_value_check")),
        sa.CheckConstraint("until >= since", name=op.f("account_phones_until_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("account_phones_account_id_fkey")),
        sa.PrimaryKeyConstraint("phone_id", name=op.f("account_phones_pkey")),
        comment="Telephones that people give of themselves, and gave; the last ten of each.",
    )
    op.create_index(
        "account_phones_standing_key", "account_phones", ["account_id"], unique=True, postgresql_where=STANDS
    )
    op.create_index("account_phones_account_idx", "account_phones", ["account_id"])
    op.create_index("account_phones_value_idx", "account_phones", ["value", "account_id"])
    op.create_index("supplier_members_account_idx", "supplier_members", ["account_id"])
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON account_phones TO "{app_role()}"')
    op.execute("GRANT SELECT ON account_phones TO zhucai_operator")


def downgrade() -> None:
    op.drop_index("supplier_members_account_idx", table_name="supplier_members")
    op.drop_table("account_phones")

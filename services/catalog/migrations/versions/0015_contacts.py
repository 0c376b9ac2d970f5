"""By what suppliers are reached and paid is kept as it is compared, that of before too.

What suppliers gave before is noted by the program soon after it starts (usecases/note_contacts.py).

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_contacts",
        sa.Column("contact_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="as compared, see domain/contacts.py"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), comment="when it was replaced; none of what stands"),
        sa.CheckConstraint("kind IN ('bank_account', 'phone', 'address')", name=op.f("supplier_contacts_kind_check")),
        sa.CheckConstraint("value <> ''", name=op.f("supplier_contacts_value_check")),
        sa.CheckConstraint("until >= since", name=op.f("supplier_contacts_until_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("supplier_contacts_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("supplier_contacts_pkey")),
        comment="Bank accounts, telephones and addresses of suppliers, those of before too.",
    )
    op.create_index(
        "supplier_contacts_standing_key",
        "supplier_contacts",
        ["supplier_id", "kind"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("supplier_contacts_value_idx", "supplier_contacts", ["kind", "value", "supplier_id"])
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON "supplier_contacts" TO "{app_role()}"')
    op.execute('GRANT SELECT ON "supplier_contacts" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("supplier_contacts")

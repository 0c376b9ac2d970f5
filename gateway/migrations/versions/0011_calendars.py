"""People may follow their organisation's deliveries by a calendar's link.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "organisation_kind IN ('supplier', 'canteen')", name=op.f("calendars_organisation_kind_check")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("calendars_account_id_fkey")),
        sa.PrimaryKeyConstraint("calendar_id", name=op.f("calendars_pkey")),
        comment="Links to calendars of deliveries; the secret of a link is derived, and kept nowhere.",
    )
    op.create_index("calendars_account_idx", "calendars", ["account_id"])
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON calendars TO "{app_role()}"')
    op.execute("GRANT SELECT ON calendars TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("calendars")

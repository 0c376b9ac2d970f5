"""People may be told by mail: where they are written to, what is on its way, and of which kinds they want it.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "'waiting', 'claimed', 'sending', 'sent', 'unknown', 'refused'"


def upgrade() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True, comment="confirmed: a person read there what we wrote"),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column(
            "asked_address",
            sa.Text(),
            nullable=True,
            comment="waits for its code; the code is derived, and kept nowhere",
        ),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(address) <= 254", name=op.f("mail_addresses_address_length_check")),
        sa.CheckConstraint("length(asked_address) <= 254", name=op.f("mail_addresses_asked_address_length_check")),
        sa.CheckConstraint("(address IS NULL) = (confirmed_at IS NULL)", name=op.f("mail_addresses_confirmed_check")),
        sa.CheckConstraint("(asked_address IS NULL) = (asked_at IS NULL)", name=op.f("mail_addresses_asked_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("mail_addresses_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("mail_addresses_pkey")),
        comment="Where people are written to, once they have shown that it is theirs.",
    )
    op.create_table(
        "mails",
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True, comment="what it tells; none for a code"),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True, comment="whose hands it is in"),
        sa.Column("answer", sa.Text(), nullable=True, comment="what the server said last"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("says IN ('notice', 'code')", name=op.f("mails_says_check")),
        sa.CheckConstraint("(says = 'notice') = (notice_id IS NOT NULL)", name=op.f("mails_notice_check")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("mails_state_check")),
        sa.CheckConstraint(
            "(state IN ('sent', 'unknown', 'refused')) = (ended_at IS NOT NULL)", name=op.f("mails_ended_check")
        ),
        sa.CheckConstraint("(state IN ('claimed', 'sending')) = (claim IS NOT NULL)", name=op.f("mails_claim_check")),
        sa.CheckConstraint("tries >= 0", name=op.f("mails_tries_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("mails_account_id_fkey")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("mails_pkey")),
        sa.UniqueConstraint("notice_id", name=op.f("mails_notice_id_key")),
        comment="Letters, each handed over at most once.",
    )
    waiting, claimed = sa.text("state = 'waiting'"), sa.text("claim IS NOT NULL")
    op.create_index("mails_next_at_idx", "mails", ["next_at"], postgresql_where=waiting)
    op.create_index("mails_claimed_at_idx", "mails", ["claimed_at"], postgresql_where=claimed)
    op.create_index("mails_account_idx", "mails", ["account_id", "made_at"])
    op.create_index("mails_made_at_idx", "mails", ["made_at"])
    for table in ("mail_addresses", "mails"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
    shown = "false where a person wants this kind by mail alone"
    op.add_column("notices", sa.Column("shown", sa.Boolean(), server_default=sa.true(), nullable=False, comment=shown))
    wanted = "whether it is also written to the confirmed address"
    op.add_column(
        "notice_settings", sa.Column("mail", sa.Boolean(), server_default=sa.true(), nullable=False, comment=wanted)
    )


def downgrade() -> None:
    op.drop_column("notice_settings", "mail")
    op.drop_column("notices", "shown")
    op.drop_table("mails")
    op.drop_table("mail_addresses")

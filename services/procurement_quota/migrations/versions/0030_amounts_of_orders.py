"""What an order comes to after it was placed is kept from its day on, beside when it was heard of.

Revision: 0030, after 0029. Of orders of before nothing is known but what they were placed for.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ordered_amount",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="of the order, from which on it comes to this"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="what the whole order comes to from then on"),
        sa.Column("at", MOMENT, nullable=False, comment="when that was agreed"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when that was heard of"),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ordered_amount_amount_fen_check")),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("ordered_amount_pkey")),
        comment="What orders came to after they were placed, as the order service told; a row is never changed.",
    )
    op.execute(
        "CREATE TRIGGER ordered_amount_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ordered_amount "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )
    op.execute(f'GRANT SELECT, INSERT ON ordered_amount TO "{app_role()}"')
    op.execute("GRANT SELECT ON ordered_amount TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("ordered_amount")

"""What an order comes to as its supplier confirmed it stands beside what was ordered.

Revision: 0042, after 0041.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "what it comes to as confirmed; null: as it was ordered"
    op.add_column("orders", sa.Column("confirmed_fen", sa.BigInteger(), comment=comment))
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_confirmed_fen_check CHECK (confirmed_fen >= 0) NOT VALID")


def downgrade() -> None:
    op.drop_column("orders", "confirmed_fen")

"""A search passes over prices at which its words were never on sale.

Revision: 0030, after 0029. Rows of before come to it when they are folded again; those that were marked to be made
again count as folded before steps, as 0 is from now on the mark of rows that have theirs.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BIT

from shared.db.migrate import app_role

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_stairs",
        sa.Column(
            "word", sa.Text(), nullable=False, comment="a gram, a sound or a tag, behind the letter of its column"
        ),
        sa.Column("stairs", BIT(1024), nullable=False, comment="a bit a stair, see domain/steps.py"),
        sa.PrimaryKeyConstraint("word", name="word_stairs_pkey"),
        comment="On which stairs of prices goods with a word were ever on sale; only added to.",
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON word_stairs TO "{app_role()}"')
    op.execute("GRANT SELECT ON word_stairs TO zhucai_operator")
    op.execute("UPDATE on_sale SET folding = least(greatest(folding, 1), 5) WHERE folding NOT BETWEEN 1 AND 5")


def downgrade() -> None:
    op.drop_table("word_stairs")

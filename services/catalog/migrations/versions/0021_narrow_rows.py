"""What search reads of a row lies close together: its words and its line are kept beside it, always.

Revision: 0021, after 0020. Rows of before are narrowed when they are folded again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BESIDE = {"grams": "EXTERNAL", "sounds": "EXTERNAL", "item": "EXTERNAL"}
WITHIN = {"grams": "MAIN", "sounds": "EXTENDED", "item": "MAIN"}


def upgrade() -> None:
    op.add_column(
        "on_sale",
        sa.Column(
            "filler",
            sa.Text(),
            server_default=sa.text("repeat(' ', 2048)"),
            nullable=False,
            comment="makes a row wide enough for its words to be kept beside it",
        ),
    )
    _store(BESIDE)
    op.execute("ALTER TABLE on_sale SET (toast_tuple_target = 256)")


def downgrade() -> None:
    op.execute("ALTER TABLE on_sale RESET (toast_tuple_target)")
    _store(WITHIN)
    op.drop_column("on_sale", "filler")


def _store(how: dict[str, str]) -> None:
    op.execute("ALTER TABLE on_sale " + ", ".join(f"ALTER COLUMN {name} SET STORAGE {it}" for name, it in how.items()))

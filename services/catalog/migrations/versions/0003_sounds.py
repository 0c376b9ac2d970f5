"""What is on sale is found by its sounds, and each row tells which folding made its words.

The words of a row and its line stay beside each other on the page; its sounds, which only a search for a Latin word
looks at, are what is compressed when a row grows long.

Rows of before keep the folding 0, and the program folds them again soon after it starts (usecases/fold_again.py).

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "on_sale",
        sa.Column(
            "sounds",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="domain/sounds.py",
        ),
    )
    op.add_column(
        "on_sale",
        sa.Column(
            "folding",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="which FOLDING made its words",
        ),
    )
    op.execute("ALTER TABLE on_sale ALTER COLUMN grams SET STORAGE MAIN, ALTER COLUMN item SET STORAGE MAIN")
    op.create_index(
        "on_sale_sounds_idx", "on_sale", ["sounds"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.create_index("on_sale_folding_idx", "on_sale", ["folding", "listing_id"])


def downgrade() -> None:
    op.drop_index("on_sale_folding_idx", "on_sale")
    op.drop_index("on_sale_sounds_idx", "on_sale")
    op.execute("ALTER TABLE on_sale ALTER COLUMN grams SET STORAGE EXTENDED, ALTER COLUMN item SET STORAGE EXTENDED")
    op.drop_column("on_sale", "folding")
    op.drop_column("on_sale", "sounds")

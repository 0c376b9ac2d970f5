"""What is on sale is found by any mix of words and filters in one look into one index.

The index is made anew over the words that rows have; their tags come with the folding after (usecases/fold_again.py),
and until then a filter finds the rows that it has reached. Goods of mixed or unproven origin may be on sale.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "on_sale",
        sa.Column(
            "tags",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="domain/tags.py",
        ),
    )
    op.alter_column(
        "on_sale",
        "origin_county_code",
        nullable=True,
        existing_type=sa.Text(),
        comment="null where goods are of mixed or unproven origin",
    )
    op.alter_column(
        "on_sale", "folding", existing_type=sa.SmallInteger(), existing_nullable=False, comment="which FOLDING made it"
    )
    op.execute("ALTER TABLE on_sale ALTER COLUMN tags SET STORAGE MAIN")
    op.drop_index("on_sale_grams_idx", "on_sale")
    op.drop_index("on_sale_sounds_idx", "on_sale")
    op.create_index(
        "on_sale_words_idx",
        "on_sale",
        ["tags", "grams", "sounds"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_index("on_sale_words_idx", "on_sale")
    for words in ("grams", "sounds"):
        op.create_index(
            f"on_sale_{words}_idx", "on_sale", [words], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        )
    op.execute("UPDATE on_sale SET folding = 1")
    op.alter_column(
        "on_sale",
        "folding",
        existing_type=sa.SmallInteger(),
        existing_nullable=False,
        comment="which FOLDING made its words",
    )
    op.execute("DELETE FROM on_sale WHERE origin_county_code IS NULL")
    op.alter_column("on_sale", "origin_county_code", nullable=False, existing_type=sa.Text(), comment=None)
    op.drop_column("on_sale", "tags")

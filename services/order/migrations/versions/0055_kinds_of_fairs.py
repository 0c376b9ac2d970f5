"""A copied event of selling says of which kind it is, as nothing is sold on the spot of a livestream.

Revision: 0055, after 0054. Those heard of before say nothing until they are heard of again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fairs", sa.Column("kind", sa.Text(), comment="null: heard of before kinds were kept"))
    kinds = "kind IN ('exhibition', 'livestream', 'relief')"
    op.create_check_constraint(op.f("fairs_kind_check"), "fairs", kinds, postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_column("fairs", "kind")

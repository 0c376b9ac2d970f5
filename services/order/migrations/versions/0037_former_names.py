"""What an organisation was called when an order was placed is known after it has got another name.

Revision: 0037, after 0036.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_names",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), comment="a supplier's; null: of a unit or a canteen"),
        sa.PrimaryKeyConstraint("organisation_id", "version", name="former_names_pkey"),
        comment="names and places told until then (unit.changed, canteen.changed, supplier.changed); only added to",
    )
    op.execute("GRANT SELECT ON former_names TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON former_names TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("former_names")

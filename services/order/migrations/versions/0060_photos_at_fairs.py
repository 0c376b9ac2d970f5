"""A sale at a fair has photos of the scale, put by its seller while nobody has said yes.

Revision: 0060, after 0059.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "on_site_photos",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), comment="the goods on the scale; null: the sale"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width_pixels", sa.Integer(), nullable=False),
        sa.Column("height_pixels", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["on_site_sales.sale_id"], name="on_site_photos_sale_id_fkey"),
        sa.PrimaryKeyConstraint("photo_id", name="on_site_photos_pkey"),
        comment="photos of the scale at a stall, as we made them of what was sent; only ever added to",
    )
    op.create_index("on_site_photos_sale_id_idx", "on_site_photos", ["sale_id"])
    op.execute("GRANT SELECT ON on_site_photos TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON on_site_photos TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("on_site_photos")

"""What a base has to show is packed in the background, and the packages are kept for some days.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readiness_packages",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), comment="when its bytes are removed"),
        sa.Column("object_key", sa.Text()),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("sha256", sa.Text()),
        sa.Column("failure", sa.Text(), nullable=False, comment="why it could not be built, for a reader"),
        sa.CheckConstraint(
            "state IN ('building', 'ready', 'failed', 'removed')", name=op.f("readiness_packages_state_check")
        ),
        sa.CheckConstraint(
            "(state IN ('ready', 'removed')) = (num_nulls(built_at, expires_at, object_key, size_bytes, sha256) = 0)",
            name=op.f("readiness_packages_built_check"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("readiness_packages_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "package_id", name=op.f("readiness_packages_pkey")),
        comment="What a supplier has to show, packed once; its bytes lie in S3 for seven days.",
    )
    op.create_index(
        "readiness_packages_building_idx",
        "readiness_packages",
        ["asked_at"],
        postgresql_where=sa.text("state = 'building'"),
    )
    op.create_index(
        "readiness_packages_ready_idx",
        "readiness_packages",
        ["expires_at"],
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON "readiness_packages" TO "{app_role()}"')
    op.execute('GRANT SELECT ON "readiness_packages" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("readiness_packages")

"""The packages in which a base hands over what it has, each for some days."""

import sqlalchemy as sa

from services.catalog.domain.packages import PackageState
from services.catalog.store.tables import MOMENT, metadata, one_of

readiness_packages = sa.Table(
    "readiness_packages",
    metadata,
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("package_id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Uuid, nullable=False),
    sa.Column("asked_at", MOMENT, nullable=False),
    sa.Column("built_at", MOMENT),
    sa.Column("expires_at", MOMENT, comment="when its bytes are removed"),
    sa.Column("object_key", sa.Text),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("sha256", sa.Text),
    sa.Column("failure", sa.Text, nullable=False, comment="why it could not be built, for a reader"),
    one_of("state", PackageState),
    sa.CheckConstraint(
        "(state IN ('ready', 'removed')) = (num_nulls(built_at, expires_at, object_key, size_bytes, sha256) = 0)",
        name="built",
    ),
    comment="What a supplier has to show, packed once; its bytes lie in S3 for seven days.",
)
sa.Index(
    "readiness_packages_building_idx",
    readiness_packages.c.asked_at,
    postgresql_where=sa.text("state = 'building'"),
)
sa.Index(
    "readiness_packages_ready_idx",
    readiness_packages.c.expires_at,
    postgresql_where=sa.text("state = 'ready'"),
)

"""Appeals against reviews of suppliers, each with its decision once there is one."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalog.domain.appeals import APPEAL
from services.catalog.store.tables import MOMENT, metadata

appeals = sa.Table(
    "supplier_appeals",
    metadata,
    sa.Column("appeal_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("review_version", sa.Integer, nullable=False, comment="supplier_version of the review"),
    sa.Column("outcome", sa.Text, nullable=False, comment="of the review"),
    sa.Column("reviewed_by", sa.Uuid, nullable=False),
    sa.Column("reviewer_path", sa.Text, nullable=False, comment="from where it was reviewed"),
    sa.Column("grounds", sa.Text, nullable=False),
    sa.Column("document_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("filed_by_name", sa.Text, nullable=False),
    sa.Column("filed_at", MOMENT, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("decided_by", sa.Uuid),
    sa.Column("decider_name", sa.Text),
    sa.Column("decider_path", sa.Text),
    sa.Column("decided_at", MOMENT),
    sa.ForeignKeyConstraint(
        ["supplier_id", "review_version"],
        ["supplier_reviews.supplier_id", "supplier_reviews.supplier_version"],
        name="supplier_appeals_review_fkey",
    ),
    sa.CheckConstraint(APPEAL.sql_check("state"), name="state"),
    sa.CheckConstraint("outcome IN ('return', 'suspend', 'revoke')", name="outcome"),
    sa.CheckConstraint(
        "num_nulls(reason, decided_by, decider_name, decider_path, decided_at)"
        " = CASE WHEN state IN ('upheld', 'dismissed') THEN 0 ELSE 5 END",
        name="decided",
    ),
    sa.CheckConstraint("decided_by <> reviewed_by AND decided_by <> filed_by", name="by_another"),
    sa.CheckConstraint(
        "starts_with(reviewer_path, decider_path) AND (reviewer_path <> decider_path OR decider_path ~ '^/[^/]+/$')",
        name="from_above",
    ),
    comment="What a supplier says against a review, and what a level above decided.",
)
sa.Index(
    "supplier_appeals_review_key",
    appeals.c.supplier_id,
    appeals.c.review_version,
    unique=True,
    postgresql_where=sa.text("state <> 'withdrawn'"),
)
sa.Index("supplier_appeals_supplier_idx", appeals.c.supplier_id, appeals.c.filed_at)
sa.Index("supplier_appeals_state_idx", appeals.c.state, appeals.c.filed_at, appeals.c.appeal_id)

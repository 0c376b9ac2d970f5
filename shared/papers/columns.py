"""A paper's record is the same whatever it proves: what it is called, what its bytes are, and who put it when."""

import sqlalchemy as sa


def paper_columns() -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    """Give the columns of a paper's record, behind the column that says what it proves; bytes are bounded at 10 MiB."""
    return (
        sa.Column("document_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("put_by", sa.Uuid, nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name="size_bytes"),
    )

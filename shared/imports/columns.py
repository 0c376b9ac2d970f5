"""An import's record is the same whatever it brings: the file, how far it is, and what is wrong with which row."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Item = sa.Column[object] | sa.CheckConstraint


def import_columns(states: Sequence[str]) -> tuple[Item, ...]:
    """Give the columns of an import, beside those that say for whom it is; `states` name those that it may be in."""
    return (
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("encoding", sa.Text, nullable=False),
        sa.Column("separator", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False, comment="as the file says, until they are counted"),
        sa.Column("read", sa.Integer, nullable=False, comment="rows of the sheet that were read, blank ones too"),
        sa.Column("problems", JSONB, nullable=False, comment="of the whole file"),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("put_by", sa.Uuid, nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"state IN ({_listed(states)})", name="state"),
    )


def working_index(imports: sa.Table, working: Iterable[str]) -> sa.Index:
    """Find the imports that have something to do, oldest first."""
    return sa.Index(
        f"{imports.name}_working_idx",
        imports.c.put_at,
        postgresql_where=imports.c.state.in_([sa.literal_column(f"'{one}'") for one in working]),
    )


def row_columns(imports: str, states: Sequence[str], given: str) -> tuple[Item, ...]:
    """Give the columns of a row of an import; `given` tells what it says where it is good."""
    return (
        sa.Column("import_id", sa.Uuid, sa.ForeignKey(f"{imports}.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, comment="its number in the sheet; the header is 1"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("given", JSONB, comment=given),
        sa.Column("errors", JSONB, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.CheckConstraint(f"state IN ({_listed(states)})", name="state"),
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in words)

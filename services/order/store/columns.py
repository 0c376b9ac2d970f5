"""Every table of order's stands in one metadata, and its columns are made the same way: whole, told, in UTC."""

from enum import StrEnum

import sqlalchemy as sa

from shared.states import sql_words

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)


ZERO = sa.text("0")


def an_id(name: str, **kwargs: object) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid, nullable=False, **kwargs)  # type: ignore[arg-type]


def a_text(name: str, **kwargs: object) -> "sa.Column[object]":
    return sa.Column(name, sa.Text, nullable=False, **kwargs)  # type: ignore[arg-type]


def a_whole(name: str, **kwargs: object) -> "sa.Column[object]":
    """A column of whole fen, grams, pieces or versions."""
    return sa.Column(name, sa.BigInteger, nullable=False, **kwargs)  # type: ignore[arg-type]


def a_moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def acted_as() -> "sa.Column[object]":
    return sa.Column("acted_as", sa.Text, comment="the role that let them; null: the system itself, or not told")


def wanted_hours() -> "tuple[sa.Column[object], sa.Column[object], sa.CheckConstraint]":
    """Columns of the hours within which goods are wanted on their day, by the clock of Asia/Shanghai; null: any."""
    told = "(wanted_from IS NULL) = (wanted_until IS NULL) AND wanted_from < wanted_until"
    return (
        sa.Column("wanted_from", sa.Time),
        sa.Column("wanted_until", sa.Time),
        sa.CheckConstraint(told, name="wanted_hours"),
    )


def words(column: str, of: type[StrEnum]) -> sa.CheckConstraint:
    """Hold a column to the words of a closed list."""
    return sa.CheckConstraint(f"{column} IN ({sql_words(of)})", name=column)

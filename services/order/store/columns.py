"""Every table of order's stands in one metadata, and its columns are made the same way: whole, told, in UTC."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.order.domain.weights import TOLERANCE_BP_MAX
from shared.contracts.words import OrderChannel
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


def of_channel() -> "list[sa.Column[Any] | sa.CheckConstraint]":
    """Give an order's columns of how it came about, and what holds of them."""
    return [
        sa.Column("channel", sa.Text, nullable=False, server_default=OrderChannel.ONLINE.value),
        sa.Column("sold_on", sa.Date, comment="the day on which it was sold at a fair; null: ordered online"),
        words("channel", OrderChannel),
        sa.CheckConstraint("(channel = 'on_site') = (sold_on IS NOT NULL)", name="sold_on"),
    ]


def of_two() -> "list[sa.Column[Any] | sa.CheckConstraint]":
    """Give an order's columns of an acceptance that is a matter of two, and what holds of them."""
    return [
        sa.Column(
            "cancel_asked",
            JSONB(none_as_null=True),
            comment="who asked, while it is packed, that it be cancelled, and why",
        ),
        sa.Column("weighing_id", sa.Uuid, comment="the weighing that waits for another's yes"),
        sa.Column("weighed_at", sa.DateTime(timezone=True), comment="the moment on the scale; null: not told"),
        sa.Column("second_by", sa.Uuid, comment="the second person of the buyer's who stood by the weights"),
        sa.Column("second_by_name", sa.Text),
        sa.CheckConstraint("cancel_asked IS NULL OR state = 'packed'", name="cancel_asked"),
        sa.CheckConstraint("(state = 'weighed') = (weighing_id IS NOT NULL)", name="weighed"),
        sa.CheckConstraint("second_by IS NULL OR second_by <> accepted_by", name="two_persons"),
    ]


def of_answers() -> "list[sa.Column[Any]]":
    """Give a return's columns of until when it is answered, taken above and ruled on, and of what comes of it."""
    return [
        sa.Column("reply_due_at", sa.DateTime(timezone=True), comment="silence until then goes to the unit above"),
        sa.Column("escalate_until", sa.DateTime(timezone=True), comment="until when its refusal is taken above"),
        sa.Column("ruling_due_at", sa.DateTime(timezone=True), comment="until when the unit above rules on it"),
        sa.Column("ruling_told_at", sa.DateTime(timezone=True), comment="when it was last told that it is late"),
        sa.Column("ruling_with", sa.Uuid, comment="the unit that was told of it last"),
        sa.Column("replacement_order_id", sa.Uuid, comment="the order by which the same goods come again; null: none"),
    ]


def on_the_scale() -> "list[sa.Column[Any] | sa.CheckConstraint]":
    """Give an order line's columns of what the scale showed on arrival, and what holds of them."""
    return [
        sa.Column("confirmed_quantity", sa.BigInteger, comment="what the seller confirmed; null: as it was ordered"),
        a_whole("refused_quantity", server_default=ZERO, comment="refused at the door"),
        sa.Column("gross_grams", sa.BigInteger, comment="what the scale showed, packaging included; null: not told"),
        sa.Column("tare_grams", sa.BigInteger, comment="of which packaging"),
        a_text("lot_number", server_default="", comment="the seller's lot; empty: not told"),
        sa.CheckConstraint(
            "accepted_quantity IS NULL"
            " OR (packed_quantity IS NOT NULL AND accepted_quantity >= 0 AND accepted_quantity + refused_quantity <="
            " greatest(packed_quantity, quantity +"
            f" CASE measure WHEN 'weight' THEN quantity * {TOLERANCE_BP_MAX} / 10000 ELSE 0 END))",
            name="accepted",
        ),
        sa.CheckConstraint("confirmed_quantity BETWEEN 0 AND quantity", name="confirmed"),
        sa.CheckConstraint("refused_quantity >= 0", name="refused"),
        sa.CheckConstraint(
            "(gross_grams IS NULL) = (tare_grams IS NULL) AND (gross_grams IS NULL OR (measure = 'weight'"
            " AND tare_grams >= 0 AND accepted_quantity IS NOT NULL AND gross_grams - tare_grams = accepted_quantity))",
            name="scale",
        ),
    ]

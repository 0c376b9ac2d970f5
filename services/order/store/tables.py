"""What order keeps: copies of what it heard, the stock it promises from, and every order's one chain of weights.

CHECK constraints repeat the rules of `domain`, so that the database refuses what the code forgets.
Quantities are grams for goods by weight, else pieces; amounts are fen.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.order.domain.states import ORDER, PAYMENT, REFUND, REQUISITION, RETURN
from services.order.domain.weights import TOLERANCE_BP_MAX
from shared.contracts.authority import Role
from shared.contracts.words import CanteenKind, FairState, Fund, Measure, PaymentMethod, SupplierKind, SupplierState

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)


def _id(name: str, **kwargs: object) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid, nullable=False, **kwargs)  # type: ignore[arg-type]


def _text(name: str, **kwargs: object) -> "sa.Column[object]":
    return sa.Column(name, sa.Text, nullable=False, **kwargs)  # type: ignore[arg-type]


def _whole(name: str, **kwargs: object) -> "sa.Column[object]":
    """A column of whole fen, grams, pieces or versions."""
    return sa.Column(name, sa.BigInteger, nullable=False, **kwargs)  # type: ignore[arg-type]


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _acted_as() -> "sa.Column[object]":
    return sa.Column("acted_as", sa.Text, comment="the role that let them; null: the system itself, or not told")


def _words(column: str, words: type, name: str | None = None) -> sa.CheckConstraint:
    values = ", ".join(f"'{word.value}'" for word in words)  # type: ignore[attr-defined]
    return sa.CheckConstraint(f"{column} IN ({values})", name=name or column)


ZERO = sa.text("0")

# ── copies of what others own; each applies only a higher version ──

units = sa.Table(
    "units",
    metadata,
    _id("unit_id", primary_key=True),
    _whole("version"),
    _text("code"),
    _text("name"),
    _text("path"),
    _whole("approval_limit_fen"),
    comment="copy: federations and units (unit.changed)",
)
sa.Index("units_path_idx", units.c.path, postgresql_ops={"path": "text_pattern_ops"})

canteens = sa.Table(
    "canteens",
    metadata,
    _id("canteen_id", primary_key=True),
    _whole("version"),
    _id("unit_id"),
    _text("name"),
    _text("kind"),
    sa.Column("active", sa.Boolean, nullable=False),
    _words("kind", CanteenKind),
    comment="copy: canteens (canteen.changed)",
)
sa.Index(None, canteens.c.unit_id)

suppliers = sa.Table(
    "suppliers",
    metadata,
    _id("supplier_id", primary_key=True),
    _whole("version"),
    _text("name"),
    _text("kind"),
    _text("county_code"),
    _text("state"),
    sa.Column("recognised", ARRAY(sa.Date), comment="pairs (first day, last day); null: not told"),
    _words("kind", SupplierKind),
    _words("state", SupplierState),
    sa.CheckConstraint("recognised = '{}' OR array_length(recognised, 2) = 2", name="recognised"),
    comment="copy: suppliers (supplier.changed)",
)

listings = sa.Table(
    "listings",
    metadata,
    _id("listing_id", primary_key=True),
    _whole("version"),
    sa.Column("on_sale", sa.Boolean, nullable=False),
    _id("supplier_id"),
    _text("supplier_name"),
    _text("supplier_kind"),
    _text("name"),
    _text("category"),
    _text("measure"),
    _text("unit_name"),
    _whole("unit_quantity"),
    sa.Column("piece_grams", sa.BigInteger),
    _whole("price_fen"),
    _whole("minimum_quantity"),
    _whole("step_quantity"),
    _text("origin_county_code"),
    sa.Column(
        "price_tiers", ARRAY(sa.BigInteger), comment="pairs (from quantity, price of a unit), rising; null: none"
    ),
    _words("measure", Measure),
    _words("supplier_kind", SupplierKind),
    sa.CheckConstraint("unit_quantity > 0 AND price_fen >= 0", name="price"),
    sa.CheckConstraint("array_ndims(price_tiers) = 2 AND array_length(price_tiers, 2) = 2", name="price_tiers"),
    sa.CheckConstraint("minimum_quantity > 0 AND step_quantity > 0", name="steps"),
    comment="copy: the newest published version of each listing (listing.published, listing.withdrawn)",
)

fairs = sa.Table(
    "fairs",
    metadata,
    _id("fair_id", primary_key=True),
    _whole("version"),
    sa.Column("begins_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    _text("state"),
    sa.Column("supplier_ids", ARRAY(sa.Uuid), nullable=False, comment="whom it admitted"),
    _words("state", FairState),
    comment="copy: events of selling (fair.changed)",
)

listing_terms = sa.Table(
    "listing_terms",
    metadata,
    _id("listing_id", primary_key=True),
    _whole("version", primary_key=True),
    sa.Column("terms", JSONB, nullable=False),
    comment="copy: what each published version asked for; only ever added to",
)

# ── stock ──

stock = sa.Table(
    "stock",
    metadata,
    _id("listing_id", primary_key=True),
    _id("supplier_id"),
    _whole("on_hand"),
    _whole("promised", server_default=ZERO),
    _whole("version", server_default=ZERO),
    sa.CheckConstraint("promised >= 0", name="promised"),
    sa.CheckConstraint("on_hand >= promised", name="not_oversold"),
    comment="what lies there and what of it is promised; available is the difference",
    postgresql_with={"fillfactor": "70"},
)

sa.Index("stock_supplier_idx", stock.c.supplier_id)

stock_changes = sa.Table(
    "stock_changes",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _id("listing_id"),
    _moment("at"),
    _id("account_id"),
    _acted_as(),
    _whole("before"),
    _whole("after"),
    _text("reason"),
    _words("acted_as", Role),
    sa.ForeignKeyConstraint(["listing_id"], ["stock.listing_id"]),
    comment="every count of stock by its supplier, and why",
)
sa.Index(None, stock_changes.c.listing_id)

# ── from the basket to the order ──

baskets = sa.Table(
    "baskets",
    metadata,
    _id("basket_id", primary_key=True),
    _id("canteen_id"),
    _text("fund"),
    _id("account_id"),
    _moment("filled_at"),
    sa.Column("listing_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("listing_versions", ARRAY(sa.BigInteger), nullable=False),
    sa.Column("quantities", ARRAY(sa.BigInteger), nullable=False),
    sa.Column("fair_id", sa.Uuid, comment="the event of selling that it is filled at"),
    _words("fund", Fund),
    sa.CheckConstraint(
        "cardinality(listing_ids) BETWEEN 1 AND 100 AND cardinality(listing_ids) = cardinality(listing_versions)"
        " AND cardinality(listing_ids) = cardinality(quantities)",
        name="lines",
    ),
    comment="what a buyer has put together; overwritten whole until a requisition is made of it",
)

requisitions = sa.Table(
    "requisitions",
    metadata,
    _id("requisition_id", primary_key=True),
    _id("basket_id", unique=True),
    _id("canteen_id"),
    _id("unit_id"),
    _text("fund"),
    _text("state"),
    sa.Column("wanted_on", sa.Date, nullable=False),
    _whole("amount_fen"),
    _id("requested_by"),
    _text("requested_by_name"),
    _moment("requested_at"),
    sa.Column("decided_by", sa.Uuid),
    sa.Column("decided_by_name", sa.Text),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    _text("reason", server_default=""),
    sa.Column("lines", JSONB, comment="what is asked for, while it waits; null when placed at once"),
    sa.Column("fair_id", sa.Uuid),
    _words("fund", Fund),
    sa.CheckConstraint(REQUISITION.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen >= 0", name="amount_fen"),
    sa.CheckConstraint("state = 'placed' OR lines IS NOT NULL", name="lines"),
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="not_own"),
)
sa.Index(
    "requisitions_canteen_idx",
    requisitions.c.canteen_id,
    requisitions.c.requested_at.desc(),
    requisitions.c.requisition_id.desc(),
)
sa.Index(
    "requisitions_awaiting_idx",
    requisitions.c.requested_at.desc(),
    requisitions.c.requisition_id.desc(),
    postgresql_where=sa.text("state = 'awaiting'"),
)

orders = sa.Table(
    "orders",
    metadata,
    _id("order_id", primary_key=True),
    _id("requisition_id"),
    _id("canteen_id"),
    _id("unit_id"),
    _id("supplier_id"),
    _text("supplier_name"),
    _text("supplier_kind"),
    _text("fund"),
    _text("state"),
    _whole("version"),
    sa.Column("wanted_on", sa.Date, nullable=False),
    _moment("placed_at"),
    _id("placed_by"),
    _text("placed_by_name"),
    _whole("ordered_fen"),
    _whole("kept_fen", server_default=ZERO),
    _whole("paid_fen", server_default=ZERO),
    sa.Column("shipped_at", sa.DateTime(timezone=True)),
    sa.Column("shipment", JSONB, comment="carrier, tracking, note"),
    sa.Column("acceptance_id", sa.Uuid, unique=True),
    sa.Column("accepted_on", sa.Date),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("accepted_by", sa.Uuid),
    sa.Column("accepted_by_name", sa.Text),
    sa.Column(
        "recognised",
        sa.Boolean,
        nullable=False,
        server_default=sa.true(),
        comment="whether its supplier's recognition held on the day it was placed",
    ),
    sa.Column("fair_id", sa.Uuid, comment="the event of selling that it was ordered at"),
    sa.ForeignKeyConstraint(["requisition_id"], ["requisitions.requisition_id"]),
    _words("fund", Fund),
    sa.CheckConstraint(ORDER.sql_check("state"), name="state"),
    sa.CheckConstraint("ordered_fen >= 0 AND kept_fen >= 0 AND paid_fen >= 0", name="amounts"),
    sa.CheckConstraint("state NOT IN ('shipped', 'accepted', 'settled') OR shipped_at IS NOT NULL", name="shipped"),
    sa.CheckConstraint(
        "(state IN ('accepted', 'settled', 'refused')) = (acceptance_id IS NOT NULL)"
        " AND (acceptance_id IS NULL) = (accepted_on IS NULL)",
        name="accepted",
    ),
    sa.CheckConstraint("state <> 'settled' OR paid_fen >= kept_fen", name="settled"),
    postgresql_with={"fillfactor": "80"},
)
for _index, _whose in (("orders_canteen_idx", orders.c.canteen_id), ("orders_supplier_idx", orders.c.supplier_id)):
    sa.Index(_index, _whose, orders.c.placed_at.desc(), orders.c.order_id.desc())
sa.Index("orders_placed_at_idx", orders.c.placed_at.desc(), orders.c.order_id.desc())
sa.Index(None, orders.c.requisition_id)
sa.Index(
    "orders_fair_idx",
    orders.c.fair_id,
    orders.c.placed_at.desc(),
    orders.c.order_id.desc(),
    postgresql_where=sa.text("fair_id IS NOT NULL"),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    _id("order_id", primary_key=True),
    _id("line_id", primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    _id("listing_id"),
    _whole("listing_version"),
    _text("name"),
    _text("category"),
    _text("measure"),
    _text("unit_name"),
    _whole("unit_quantity"),
    sa.Column("piece_grams", sa.BigInteger),
    _whole("price_fen"),
    _text("origin_county_code"),
    _whole("quantity"),
    _whole("promised_quantity"),
    sa.Column("packed_quantity", sa.BigInteger),
    sa.Column("accepted_quantity", sa.BigInteger),
    _whole("returned_quantity", server_default=ZERO),
    _whole("accepted_fen", server_default=ZERO),
    _whole("credited_fen", server_default=ZERO),
    _whole("kept_fen", server_default=ZERO),
    _text("reason", server_default=""),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    _words("measure", Measure),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint("promised_quantity >= 0", name="promised"),
    sa.CheckConstraint(
        "packed_quantity BETWEEN 0 AND quantity +"
        f" CASE measure WHEN 'weight' THEN quantity * {TOLERANCE_BP_MAX} / 10000 ELSE 0 END",
        name="packed",
    ),
    sa.CheckConstraint(
        "accepted_quantity IS NULL"
        " OR (packed_quantity IS NOT NULL AND accepted_quantity BETWEEN 0 AND packed_quantity)",
        name="accepted",
    ),
    sa.CheckConstraint("returned_quantity BETWEEN 0 AND coalesce(accepted_quantity, 0)", name="returned"),
    sa.CheckConstraint("accepted_fen >= 0 AND credited_fen >= 0 AND kept_fen >= 0", name="amounts"),
    sa.CheckConstraint("credited_fen + kept_fen <= accepted_fen", name="kept"),
    comment="the one weight chain: quantity (ordered), packed, accepted, returned; promised is what it still holds",
    postgresql_with={"fillfactor": "80"},
)

order_steps = sa.Table(
    "order_steps",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _id("order_id"),
    _moment("at"),
    _text("step"),
    _text("state"),
    sa.Column("account_id", sa.Uuid),
    _text("account_name", server_default=""),
    _acted_as(),
    _text("reason", server_default=""),
    _words("acted_as", Role),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="what happened to an order after it was placed, step by step; only ever added to",
)
sa.Index(None, order_steps.c.order_id)

# ── after acceptance ──

returns = sa.Table(
    "returns",
    metadata,
    _id("return_id", primary_key=True),
    _id("order_id"),
    _text("state"),
    _moment("proposed_at"),
    _id("proposed_by"),
    sa.Column("agreed_at", sa.DateTime(timezone=True)),
    sa.Column("agreed_on", sa.Date),
    sa.Column("agreed_by", sa.Uuid),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    sa.CheckConstraint(RETURN.sql_check("state"), name="state"),
    sa.CheckConstraint("(state = 'agreed') = (agreed_on IS NOT NULL)", name="agreed"),
)
sa.Index(None, returns.c.order_id)

return_lines = sa.Table(
    "return_lines",
    metadata,
    _id("return_id", primary_key=True),
    _id("line_id", primary_key=True),
    _whole("quantity"),
    _text("reason"),
    _whole("amount_fen", server_default=ZERO, comment="the booked step, never positive; 0 until agreed"),
    sa.ForeignKeyConstraint(["return_id"], ["returns.return_id"]),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint("amount_fen <= 0", name="amount_fen"),
)

credits_given = sa.Table(
    "credits",
    metadata,
    _id("credit_id", primary_key=True),
    _id("order_id"),
    _moment("agreed_at"),
    sa.Column("agreed_on", sa.Date, nullable=False),
    _id("agreed_by"),
    _text("reason"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="only ever added to",
)
sa.Index(None, credits_given.c.order_id)

credit_lines = sa.Table(
    "credit_lines",
    metadata,
    _id("credit_id", primary_key=True),
    _id("line_id", primary_key=True),
    _whole("amount_fen"),
    sa.ForeignKeyConstraint(["credit_id"], ["credits.credit_id"]),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    comment="only ever added to",
)

# ── money ──

payments = sa.Table(
    "payments",
    metadata,
    _id("payment_id", primary_key=True),
    _id("order_id"),
    _text("method"),
    _text("state"),
    _whole("amount_fen"),
    _moment("registered_at"),
    _id("registered_by"),
    _moment("touched_at"),
    _whole("paid_fen", server_default=ZERO),
    sa.Column("paid_on", sa.Date),
    _text("reason", server_default=""),
    sa.Column("voucher_sha256", sa.Text),
    sa.Column("voucher_media_type", sa.Text),
    sa.Column("voucher_bytes", sa.BigInteger),
    sa.Column("voucher_at", sa.DateTime(timezone=True)),
    sa.Column("card_token", sa.Text, comment="the vendor's name of the card; never its number"),
    sa.Column("intent_id", sa.Text, unique=True),
    _whole("authorised_fen", server_default=ZERO),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    _words("method", PaymentMethod),
    sa.CheckConstraint(PAYMENT.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen > 0 AND paid_fen >= 0 AND authorised_fen >= 0", name="amounts"),
    sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid"),
    sa.CheckConstraint("method = 'card' OR state IN ('registered', 'submitted', 'paid')", name="bank"),
    sa.CheckConstraint("(method = 'card') = (card_token IS NOT NULL)", name="card"),
    sa.CheckConstraint("method <> 'card' OR paid_fen <= authorised_fen", name="captured"),
)
sa.Index(None, payments.c.order_id)
sa.Index(
    "payments_one_live_card_idx",
    payments.c.order_id,
    unique=True,
    postgresql_where=sa.text("method = 'card' AND state NOT IN ('failed', 'voided')"),
)
sa.Index(
    "payments_vendor_due_idx",
    payments.c.touched_at,
    postgresql_where=sa.text("state IN ('capturing', 'voiding')"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    _id("refund_id", primary_key=True),
    _id("payment_id"),
    _text("state"),
    _whole("amount_fen"),
    _text("reason"),
    _moment("due_at"),
    _moment("touched_at"),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"]),
    sa.CheckConstraint(REFUND.sql_check("state"), name="state"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    comment="money that goes back to a card; named by the return or credit that caused it",
)
sa.Index(None, refunds.c.payment_id)
sa.Index("refunds_due_idx", refunds.c.touched_at, postgresql_where=sa.text("state = 'due'"))

APPEND_ONLY = ("stock_changes", "order_steps", "credits", "credit_lines")

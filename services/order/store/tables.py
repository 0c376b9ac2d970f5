"""What order keeps: copies of what it heard, the stock it promises from, and every order's one chain of weights.

CHECK constraints repeat the rules of `domain`, so that the database refuses what the code forgets.
Quantities are grams for goods by weight, else pieces; amounts are fen.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, DATERANGE, JSONB

from services.order.domain.states import ORDER, PAID_UP, REQUISITION, RETURN, SENT, WITH_ACCEPTANCE, Remedy
from services.order.domain.weights import TOLERANCE_BP_MAX
from services.order.store.columns import (
    ZERO,
    a_moment,
    a_text,
    a_whole,
    acted_as,
    an_id,
    metadata,
    of_answers,
    of_channel,
    of_two,
    on_the_scale,
    wanted_hours,
    words,
)
from shared.contracts.authority import Role
from shared.contracts.words import CanteenKind, Fund, Measure, SupplierKind, SupplierState
from shared.states import sql_words

# ── copies of what others own; each applies only a higher version ──

units = sa.Table(
    "units",
    metadata,
    an_id("unit_id", primary_key=True),
    a_whole("version"),
    a_text("code"),
    a_text("name"),
    a_text("path"),
    a_whole("approval_limit_fen"),
    comment="copy: federations and units (unit.changed)",
)
sa.Index("units_path_idx", units.c.path, postgresql_ops={"path": "text_pattern_ops"})

canteens = sa.Table(
    "canteens",
    metadata,
    an_id("canteen_id", primary_key=True),
    a_whole("version"),
    an_id("unit_id"),
    a_text("name"),
    a_text("kind"),
    sa.Column("active", sa.Boolean, nullable=False),
    words("kind", CanteenKind),
    comment="copy: canteens (canteen.changed)",
)
sa.Index(None, canteens.c.unit_id)

suppliers = sa.Table(
    "suppliers",
    metadata,
    an_id("supplier_id", primary_key=True),
    a_whole("version"),
    a_text("name"),
    a_text("kind"),
    a_text("county_code"),
    a_text("state"),
    sa.Column("recognised", ARRAY(sa.Date), comment="pairs (first day, last day); null: not told"),
    words("kind", SupplierKind),
    words("state", SupplierState),
    sa.CheckConstraint("recognised = '{}' OR array_length(recognised, 2) = 2", name="recognised"),
    comment="copy: suppliers (supplier.changed)",
)

listings = sa.Table(
    "listings",
    metadata,
    an_id("listing_id", primary_key=True),
    a_whole("version"),
    sa.Column("on_sale", sa.Boolean, nullable=False),
    an_id("supplier_id"),
    a_text("supplier_name"),
    a_text("supplier_kind"),
    a_text("name"),
    a_text("category"),
    a_text("measure"),
    a_text("unit_name"),
    a_whole("unit_quantity"),
    sa.Column("piece_grams", sa.BigInteger),
    a_whole("price_fen"),
    a_whole("minimum_quantity"),
    a_whole("step_quantity"),
    a_text("origin_county_code"),
    sa.Column(
        "price_tiers", ARRAY(sa.BigInteger), comment="pairs (from quantity, price of a unit), rising; null: none"
    ),
    words("measure", Measure),
    words("supplier_kind", SupplierKind),
    sa.CheckConstraint("unit_quantity > 0 AND price_fen >= 0", name="price"),
    sa.CheckConstraint("array_ndims(price_tiers) = 2 AND array_length(price_tiers, 2) = 2", name="price_tiers"),
    sa.CheckConstraint("minimum_quantity > 0 AND step_quantity > 0", name="steps"),
    comment="copy: the newest published version of each listing (listing.published, listing.withdrawn)",
)

listing_terms = sa.Table(
    "listing_terms",
    metadata,
    an_id("listing_id", primary_key=True),
    a_whole("version", primary_key=True),
    sa.Column("terms", JSONB, nullable=False),
    comment="copy: what each published version asked for; only ever added to",
)

# ── stock ──

stock = sa.Table(
    "stock",
    metadata,
    an_id("listing_id", primary_key=True),
    an_id("supplier_id"),
    a_whole("on_hand"),
    a_whole("promised", server_default=ZERO),
    a_whole("version", server_default=ZERO),
    sa.Column("season", DATEMULTIRANGE, comment="the days for which it may be promised; null: any"),
    sa.Column("windows", ARRAY(DATERANGE), comment="the season's windows, rising, where one is bounded; null: none is"),
    sa.Column("window_max", ARRAY(sa.BigInteger), comment="how much each window may promise in all; null: any"),
    sa.Column("window_promised", ARRAY(sa.BigInteger), comment="how much of each is held by orders or has left"),
    sa.CheckConstraint(
        "cardinality(windows) = cardinality(window_max) AND cardinality(windows) = cardinality(window_promised)"
        " AND 0 < ALL (window_max) AND 0 <= ALL (window_promised)",
        name="windows",
    ),
    sa.CheckConstraint("num_nonnulls(windows, window_max, window_promised) IN (0, 3)", name="windows_whole"),
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
    an_id("listing_id"),
    a_moment("at"),
    an_id("account_id"),
    acted_as(),
    a_whole("before"),
    a_whole("after"),
    a_text("reason"),
    sa.Column("import_id", sa.Uuid, comment="the sheet that it came by, if any"),
    sa.Column("import_row", sa.Integer, comment="and the row of it"),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["listing_id"], ["stock.listing_id"]),
    comment="every count of stock by its supplier, and why",
)
sa.Index(None, stock_changes.c.listing_id)
sa.Index(
    "stock_changes_import_idx",
    stock_changes.c.import_id,
    stock_changes.c.import_row,
    unique=True,
    postgresql_where=stock_changes.c.import_id.is_not(None),
)

# ── from the basket to the order ──

baskets = sa.Table(
    "baskets",
    metadata,
    an_id("basket_id", primary_key=True),
    an_id("canteen_id"),
    a_text("fund"),
    an_id("account_id"),
    a_moment("filled_at"),
    sa.Column("listing_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("listing_versions", ARRAY(sa.BigInteger), nullable=False),
    sa.Column("quantities", ARRAY(sa.BigInteger), nullable=False),
    sa.Column("tolerances", ARRAY(sa.Integer), comment="how far each line may be off, in basis points; null: not told"),
    sa.Column("fair_id", sa.Uuid, comment="the event of selling that it is filled at"),
    words("fund", Fund),
    sa.CheckConstraint(
        "cardinality(listing_ids) BETWEEN 1 AND 100 AND cardinality(listing_ids) = cardinality(listing_versions)"
        " AND cardinality(listing_ids) = cardinality(quantities)",
        name="lines",
    ),
    sa.CheckConstraint(
        f"cardinality(tolerances) = cardinality(listing_ids) AND 0 <= ALL (tolerances)"
        f" AND {TOLERANCE_BP_MAX} >= ALL (tolerances)",
        name="tolerances",
    ),
    comment="what a buyer has put together; overwritten whole until a requisition is made of it",
)

requisitions = sa.Table(
    "requisitions",
    metadata,
    an_id("requisition_id", primary_key=True),
    an_id("basket_id", unique=True),
    an_id("canteen_id"),
    an_id("unit_id"),
    a_text("fund"),
    a_text("state"),
    sa.Column("wanted_on", sa.Date, nullable=False),
    *wanted_hours(),
    a_whole("amount_fen"),
    an_id("requested_by"),
    a_text("requested_by_name"),
    a_moment("requested_at"),
    sa.Column("decided_by", sa.Uuid),
    sa.Column("decided_by_name", sa.Text),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    a_text("reason", server_default=""),
    sa.Column("lines", JSONB, comment="what is asked for, while it waits; null when placed at once"),
    sa.Column("fair_id", sa.Uuid),
    sa.Column(
        "most_fen", sa.BigInteger, comment="what it may come to by its tolerances; null: placed at once, or not told"
    ),
    sa.Column("waits_for", sa.Uuid, comment="the unit that it waits for, or waited for last"),
    sa.Column("waits_path", sa.Text, comment="that unit's path"),
    sa.Column("due_at", sa.DateTime(timezone=True), comment="until when it waits there; null: not told yet"),
    sa.Column("stages", JSONB, comment="who is to approve it, in this order; null: one approver of its unit"),
    a_whole("stage", server_default=ZERO, comment="which of the stages it waits for, from 0"),
    a_whole("yeses", server_default=ZERO, comment="how many have approved it in that stage"),
    sa.Column("sale_id", sa.Uuid, comment="the sale at a fair that it asks for; null: a basket's"),
    words("fund", Fund),
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

sa.Index("requisitions_due_idx", requisitions.c.due_at, postgresql_where=sa.text("state = 'awaiting'"))

orders = sa.Table(
    "orders",
    metadata,
    an_id("order_id", primary_key=True),
    an_id("requisition_id"),
    an_id("canteen_id"),
    an_id("unit_id"),
    an_id("supplier_id"),
    a_text("supplier_name"),
    a_text("supplier_kind"),
    a_text("fund"),
    a_text("state"),
    a_whole("version"),
    sa.Column("wanted_on", sa.Date, nullable=False),
    *wanted_hours(),
    a_moment("placed_at"),
    sa.Column("answer_from", sa.DateTime(timezone=True), comment="from when its seller is to answer; null: placed_at"),
    an_id("placed_by"),
    a_text("placed_by_name"),
    a_whole("ordered_fen"),
    sa.Column("confirmed_fen", sa.BigInteger, comment="what it comes to as confirmed; null: as it was ordered"),
    a_whole("kept_fen", server_default=ZERO),
    a_whole("paid_fen", server_default=ZERO),
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
    *of_channel(),
    *of_two(),
    sa.ForeignKeyConstraint(["requisition_id"], ["requisitions.requisition_id"]),
    words("fund", Fund),
    sa.CheckConstraint(ORDER.sql_check("state"), name="state"),
    sa.CheckConstraint("ordered_fen >= 0 AND kept_fen >= 0 AND paid_fen >= 0", name="amounts"),
    sa.CheckConstraint("confirmed_fen >= 0", name="confirmed_fen"),
    sa.CheckConstraint(f"state NOT IN ({sql_words(SENT)}) OR shipped_at IS NOT NULL", name="shipped"),
    sa.CheckConstraint(
        f"(state IN ({sql_words(WITH_ACCEPTANCE)})) = (acceptance_id IS NOT NULL)"
        " AND (acceptance_id IS NULL) = (accepted_on IS NULL)",
        name="accepted",
    ),
    sa.CheckConstraint(f"state NOT IN ({sql_words(PAID_UP)}) OR paid_fen >= kept_fen", name="settled"),
    postgresql_with={"fillfactor": "80"},
)
for _index, _whose in (("orders_canteen_idx", orders.c.canteen_id), ("orders_supplier_idx", orders.c.supplier_id)):
    sa.Index(_index, _whose, orders.c.placed_at.desc(), orders.c.order_id.desc())
sa.Index("orders_wanted_idx", orders.c.canteen_id, orders.c.wanted_on)
sa.Index("orders_placed_at_idx", orders.c.placed_at.desc(), orders.c.order_id.desc())
sa.Index(None, orders.c.requisition_id)
sa.Index("orders_owing_idx", orders.c.accepted_on, orders.c.order_id, postgresql_where=sa.text("paid_fen < kept_fen"))
sa.Index(
    "orders_fair_idx",
    orders.c.fair_id,
    orders.c.placed_at.desc(),
    orders.c.order_id.desc(),
    postgresql_where=sa.text("fair_id IS NOT NULL"),
)

sa.Index(
    "orders_on_site_idx",
    orders.c.placed_at.desc(),
    orders.c.order_id.desc(),
    postgresql_where=sa.text("channel = 'on_site'"),
)

for _index, _since, _state in (
    ("orders_unanswered_idx", orders.c.placed_at, "placed"),
    ("orders_unaccepted_idx", orders.c.shipped_at, "shipped"),
    ("orders_unclosed_idx", orders.c.accepted_at, "settled"),
):
    sa.Index(_index, _since, postgresql_where=sa.text(f"state = '{_state}'"))

sa.Index("orders_cancel_asked_idx", orders.c.order_id, postgresql_where=sa.text("cancel_asked IS NOT NULL"))

order_reminders = sa.Table(
    "order_reminders",
    metadata,
    an_id("order_id", primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    a_moment("at"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="of what an order's people were told by the clock, so that each is told once; only ever added to",
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    an_id("order_id", primary_key=True),
    an_id("line_id", primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    an_id("listing_id"),
    a_whole("listing_version"),
    a_text("name"),
    a_text("category"),
    a_text("measure"),
    a_text("unit_name"),
    a_whole("unit_quantity"),
    sa.Column("piece_grams", sa.BigInteger),
    a_whole("price_fen"),
    a_text("origin_county_code"),
    a_whole("quantity"),
    sa.Column("tolerance_bp", sa.Integer, comment="how far its weight may be off, as agreed; null: not told"),
    a_whole("promised_quantity"),
    sa.Column("packed_quantity", sa.BigInteger),
    sa.Column("accepted_quantity", sa.BigInteger),
    *on_the_scale(),
    a_whole("returned_quantity", server_default=ZERO),
    a_whole("accepted_fen", server_default=ZERO),
    a_whole("credited_fen", server_default=ZERO),
    a_whole("kept_fen", server_default=ZERO),
    a_text("reason", server_default=""),
    sa.Column("replaces_line_id", sa.Uuid, comment="the line in whose place it was accepted; null: ordered as it is"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    words("measure", Measure),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint(f"tolerance_bp BETWEEN 0 AND {TOLERANCE_BP_MAX}", name="tolerance_bp"),
    sa.CheckConstraint("promised_quantity >= 0", name="promised"),
    sa.CheckConstraint(
        "packed_quantity BETWEEN 0 AND quantity +"
        f" CASE measure WHEN 'weight' THEN quantity * {TOLERANCE_BP_MAX} / 10000 ELSE 0 END",
        name="packed",
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
    an_id("order_id"),
    a_moment("at"),
    a_text("step"),
    a_text("state"),
    sa.Column("account_id", sa.Uuid),
    a_text("account_name", server_default=""),
    acted_as(),
    a_text("reason", server_default=""),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="what happened to an order after it was placed, step by step; only ever added to",
)
sa.Index(None, order_steps.c.order_id)

# ── after acceptance ──

returns = sa.Table(
    "returns",
    metadata,
    an_id("return_id", primary_key=True),
    an_id("order_id"),
    a_text("state"),
    a_moment("proposed_at"),
    an_id("proposed_by"),
    sa.Column("remedy", sa.Text, comment="what is wanted for it; null: not told"),
    *of_answers(),
    sa.Column("agreed_at", sa.DateTime(timezone=True)),
    sa.Column("agreed_on", sa.Date),
    sa.Column("agreed_by", sa.Uuid),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    sa.CheckConstraint(RETURN.sql_check("state"), name="state"),
    sa.CheckConstraint("(state = 'agreed') = (agreed_on IS NOT NULL)", name="agreed"),
    words("remedy", Remedy),
)
sa.Index(None, returns.c.order_id)
sa.Index(
    "returns_reply_due_idx",
    returns.c.reply_due_at,
    postgresql_where=sa.text("state = 'proposed' AND reply_due_at IS NOT NULL"),
)
sa.Index("returns_ruling_due_idx", returns.c.ruling_due_at, postgresql_where=sa.text("state = 'escalated'"))
sa.Index("returns_refused_idx", returns.c.escalate_until, postgresql_where=sa.text("state = 'refused'"))
_REPLACED = sa.text("replacement_order_id IS NOT NULL")
sa.Index("returns_replacement_idx", returns.c.replacement_order_id, unique=True, postgresql_where=_REPLACED)
sa.Index("returns_newest_idx", returns.c.proposed_at.desc(), returns.c.return_id.desc())

return_lines = sa.Table(
    "return_lines",
    metadata,
    an_id("return_id", primary_key=True),
    an_id("line_id", primary_key=True),
    a_whole("quantity"),
    a_text("reason"),
    a_whole("amount_fen", server_default=ZERO, comment="the booked step, never positive; 0 until agreed"),
    sa.ForeignKeyConstraint(["return_id"], ["returns.return_id"]),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint("amount_fen <= 0", name="amount_fen"),
)

credits_given = sa.Table(
    "credits",
    metadata,
    an_id("credit_id", primary_key=True),
    an_id("order_id"),
    a_moment("agreed_at"),
    sa.Column("agreed_on", sa.Date, nullable=False),
    an_id("agreed_by"),
    a_text("reason"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="only ever added to",
)
sa.Index(None, credits_given.c.order_id)

credit_lines = sa.Table(
    "credit_lines",
    metadata,
    an_id("credit_id", primary_key=True),
    an_id("line_id", primary_key=True),
    a_whole("amount_fen"),
    sa.ForeignKeyConstraint(["credit_id"], ["credits.credit_id"]),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    comment="only ever added to",
)

APPEND_ONLY = (
    "stock_changes",
    "order_steps",
    "credits",
    "credit_lines",
    "standing_drafts",
    "season_changes",
    "reconciliations",
    "former_names",
)

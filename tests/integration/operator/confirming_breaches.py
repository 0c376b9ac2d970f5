"""How what a seller confirmed can be bent past every check, what undoes it, and which line must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_ORDER = "order_id = (SELECT min(order_id::text)::uuid FROM orders WHERE confirmed_fen IS NULL)"

_OFFER = "'00000000-0000-7000-8000-000000000020'"


def _offered(state: str, quantity: str) -> str:
    """Write a substitute for some line that was received, of its own goods."""
    answered = "NULL" if state == "offered" else "now()"
    return (
        "INSERT INTO substitutes (substitute_id, order_id, line_id, state, listing_id, listing_version, name, category,"
        " measure, unit_name, unit_quantity, piece_grams, price_fen, origin_county_code, quantity, tolerance_bp,"
        f" offered_at, due_at, answered_at) SELECT {_OFFER}, order_id, line_id, '{state}', listing_id, listing_version,"
        " name, category, measure, unit_name, unit_quantity, piece_grams, price_fen, origin_county_code,"
        f" {quantity}, 0, now(), now(), {answered} FROM order_lines WHERE accepted_quantity > 1"
        " ORDER BY order_id, line_id LIMIT 1"
    )


_GONE = f"DELETE FROM substitutes WHERE substitute_id = {_OFFER}"
_LINE = "a substitute waits, is a line or is over, and comes to no more than was approved"

CONFIRMING_BREACHES = {
    "a substitute that was accepted and is no line": ("order", _offered("accepted", "quantity"), _GONE, {_LINE}),
    "a substitute above what was approved": ("order", _offered("refused", "quantity * 2"), _GONE, {_LINE}),
    "a substitute that waits for nobody": (
        "order",
        _offered("offered", "quantity"),
        _GONE,
        {_LINE, "what is promised is what open orders hold"},
    ),
    "a replacement that is of other goods": (
        "order",
        "UPDATE returns r SET remedy = 'replacement', replacement_order_id = (SELECT o.order_id FROM orders o"
        " WHERE o.order_id <> r.order_id ORDER BY o.order_id LIMIT 1)"
        " WHERE r.return_id = (SELECT min(return_id::text)::uuid FROM returns WHERE state = 'agreed')",
        "UPDATE returns SET remedy = NULL, replacement_order_id = NULL WHERE replacement_order_id IS NOT NULL",
        {"what replaces returned goods is as much of the same, at the same price"},
    ),
    "an order that comes to more than was confirmed": (
        "order",
        f"UPDATE orders SET confirmed_fen = ordered_fen + 1 WHERE {_ORDER}",
        "UPDATE orders SET confirmed_fen = NULL WHERE confirmed_fen = ordered_fen + 1",
        {"an order's sums are its lines'"},
    ),
}

"""How what a seller confirmed can be bent past every check, what undoes it, and which line must fail."""

# ruff: noqa: S608 - the harm is SQL of our own

_ORDER = "order_id = (SELECT min(order_id::text)::uuid FROM orders WHERE confirmed_fen IS NULL)"

CONFIRMING_BREACHES = {
    "an order that comes to more than was confirmed": (
        "order",
        f"UPDATE orders SET confirmed_fen = ordered_fen + 1 WHERE {_ORDER}",
        "UPDATE orders SET confirmed_fen = NULL WHERE confirmed_fen = ordered_fen + 1",
        {"an order's sums are its lines'"},
    ),
}

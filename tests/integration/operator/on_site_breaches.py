"""How a sale at a fair can be bent past every check, what undoes it, and which lines must fail."""

# ruff: noqa: S608 - the harm is SQL of our own
_SALE = "state = 'confirmed'"
_QUANTITY = "to_jsonb((lines #>> '{0,quantity}')::int"
_FIGURES = "a sale at a fair that was confirmed is one order of the same figures"
_STEPS = "every sale at a fair stands where its last step left it"
_APART = "nobody said yes for both sides of a sale at a fair"

ON_SITE_BREACHES = {
    "a sale at a fair at another amount": (
        "order",
        f"UPDATE on_site_sales SET amount_fen = amount_fen + 1 WHERE {_SALE}",
        f"UPDATE on_site_sales SET amount_fen = amount_fen - 1 WHERE {_SALE}",
        {_FIGURES},
    ),
    "a sale at a fair of another weight": (
        "order",
        f"UPDATE on_site_sales SET lines = jsonb_set(lines, '{{0,quantity}}', {_QUANTITY} + 1)) WHERE {_SALE}",
        f"UPDATE on_site_sales SET lines = jsonb_set(lines, '{{0,quantity}}', {_QUANTITY} - 1)) WHERE {_SALE}",
        {_FIGURES},
    ),
    "a sale at a fair of another day": (
        "order",
        f"UPDATE on_site_sales SET sold_on = sold_on - 1 WHERE {_SALE}",
        f"UPDATE on_site_sales SET sold_on = sold_on + 1 WHERE {_SALE}",
        {_FIGURES},
    ),
    "an order of a fair that nobody sold": (
        "order",
        "CREATE TABLE unsold AS SELECT sale_id, order_id FROM on_site_sales WHERE state = 'confirmed';"
        f" UPDATE on_site_sales SET state = 'denied', order_id = NULL WHERE {_SALE};"
        " INSERT INTO on_site_steps (sale_id, at, step, state, revision)"
        " SELECT sale_id, now(), 'planted', 'denied', 1 FROM unsold",
        "DELETE FROM on_site_steps WHERE step = 'planted';"
        " UPDATE on_site_sales s SET state = 'confirmed', order_id = u.order_id FROM unsold u"
        " WHERE s.sale_id = u.sale_id;"
        " DROP TABLE unsold",
        {_FIGURES},
    ),
    "a sale at a fair that nobody stepped to": (
        "order",
        "UPDATE on_site_sales SET state = 'withdrawn' WHERE state = 'waiting'",
        "UPDATE on_site_sales SET state = 'waiting' WHERE state = 'withdrawn'",
        {_STEPS},
    ),
    "a sale at a fair by one person": (
        "order",
        "ALTER TABLE on_site_sales DROP CONSTRAINT on_site_sales_both_sides_check;"
        " CREATE TABLE apart AS SELECT sale_id, entered_by FROM on_site_sales;"
        f" UPDATE on_site_sales SET entered_by = answered_by WHERE {_SALE}",
        "UPDATE on_site_sales s SET entered_by = a.entered_by FROM apart a WHERE s.sale_id = a.sale_id;"
        " DROP TABLE apart",
        {_APART},
    ),
}

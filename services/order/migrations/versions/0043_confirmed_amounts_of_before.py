"""Orders that were confirmed at less before tell what they come to, and no such amount is negative.

Revision: 0043, after 0042. Whoever writes goes on while the rows are read. Going back leaves them told.
"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE orders o SET confirmed_fen = l.confirmed_fen
        FROM (
          SELECT order_id,
            sum((coalesce(confirmed_quantity, quantity) * price_fen + unit_quantity / 2) / unit_quantity)
              AS confirmed_fen
          FROM order_lines GROUP BY order_id HAVING count(confirmed_quantity) > 0
        ) l
        WHERE l.order_id = o.order_id AND o.confirmed_fen IS NULL
        """
    )
    op.execute(
        """
        UPDATE payments p SET amount_fen = o.confirmed_fen
        FROM orders o
        WHERE o.order_id = p.order_id AND p.method = 'card' AND p.state = 'authorised' AND o.confirmed_fen > 0
        """
    )
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_confirmed_fen_check")


def downgrade() -> None:
    pass

"""The folded days of all canteens lie one after the other, with their sums, for whoever reads those of a province.

Revision: 0024, after 0023.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OF_ALL = ["rule_code", "fund", "year"]


def upgrade() -> None:
    op.drop_index("figure_day_happened_on_idx", "figure_day")
    op.create_index(
        "figure_day_recorded_on_idx",
        "figure_day",
        [*OF_ALL, "recorded_on", "happened_on", "canteen_id"],
        postgresql_include=["base_fen", "counted_fen", "amount_fen"],
    )
    op.create_index("order_day_canteen_id_idx", "order_day", ["canteen_id"])


def downgrade() -> None:
    op.drop_index("order_day_canteen_id_idx", "order_day")
    op.drop_index("figure_day_recorded_on_idx", "figure_day")
    op.create_index("figure_day_happened_on_idx", "figure_day", [*OF_ALL, "canteen_id", "happened_on", "recorded_on"])

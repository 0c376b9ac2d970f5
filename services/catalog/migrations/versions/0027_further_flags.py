"""What is found after a flag was upheld is a flag of its own, so that goods have more than one in a year.

Revision: 0027, after 0026. Going back is refused by the database while any goods have.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("flags_goods_idx", "flags", ["supplier_id", "kind", "item_code", "year"])
    op.drop_constraint(op.f("flags_supplier_id_kind_item_code_year_key"), "flags", type_="unique")


def downgrade() -> None:
    op.create_unique_constraint(
        op.f("flags_supplier_id_kind_item_code_year_key"), "flags", ["supplier_id", "kind", "item_code", "year"]
    )
    op.drop_index("flags_goods_idx", "flags")

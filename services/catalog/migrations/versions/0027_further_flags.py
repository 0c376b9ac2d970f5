"""What is found after a flag was upheld is a flag of its own, so that goods have more than one in a year.

Revision: 0027, after 0026. Going back keeps the first flag of any goods, which the program of before goes on with, and
drops the further ones with their lots and steps, and tells which; who heard of one is told nothing.
"""

import sqlalchemy as sa
from alembic import op

from shared.logs import logger

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("flags_goods_idx", "flags", ["supplier_id", "kind", "item_code", "year"])
    op.drop_constraint(op.f("flags_supplier_id_kind_item_code_year_key"), "flags", type_="unique")


FURTHER = """
    SELECT flag_id FROM (SELECT flag_id, row_number() OVER (
        PARTITION BY supplier_id, kind, item_code, year ORDER BY raised_at, flag_id) AS nth FROM flags) AS f
     WHERE nth > 1"""


def downgrade() -> None:
    for table in ("flag_lots", "flag_steps"):
        op.execute(f"DELETE FROM {table} WHERE flag_id IN ({FURTHER})")
    dropped = sa.text(f"DELETE FROM flags WHERE flag_id IN ({FURTHER}) RETURNING flag_id, supplier_id, kind, state")
    for row in op.get_bind().execute(dropped):
        logger(__name__).warning(
            "flag dropped", flag_id=str(row.flag_id), supplier_id=str(row.supplier_id), kind=row.kind, state=row.state
        )
    op.create_unique_constraint(
        op.f("flags_supplier_id_kind_item_code_year_key"), "flags", ["supplier_id", "kind", "item_code", "year"]
    )
    op.drop_index("flags_goods_idx", "flags")

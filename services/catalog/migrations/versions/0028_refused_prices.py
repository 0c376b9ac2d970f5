"""A file of reference prices that nobody wants is refused, by whom and why, and waits no more.

Revision: 0028, after 0027. That every row of before fits is proven in 0029. Going back ends what was refused as
unreadable, so that nobody accepts it after all, and tells which, by whom and why.
"""

import sqlalchemy as sa
from alembic import op

from shared.logs import logger

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATES = ("checking", "checked", "accepting", "accepted", "unreadable")
REFUSED = (
    "num_nulls(refused_by, refused_name, refused_at, refused_because) = CASE state WHEN 'refused' THEN 0 ELSE 4 END"
)


def upgrade() -> None:
    op.add_column("price_imports", sa.Column("refused_by", sa.Uuid()))
    op.add_column("price_imports", sa.Column("refused_name", sa.Text()))
    op.add_column("price_imports", sa.Column("refused_at", sa.DateTime(timezone=True)))
    op.add_column("price_imports", sa.Column("refused_because", sa.Text()))
    named = op.f("price_imports_refused_check")
    op.create_check_constraint(named, "price_imports", REFUSED, postgresql_not_valid=True)
    _states(*STATES[:-1], "refused", STATES[-1])
    op.create_index("price_imports_newest_idx", "price_imports", ["unit_path", "put_at", "id"])
    _told("from its checking to its acceptance by another, or its refusal", "item, day and region")


def downgrade() -> None:
    _told("from its checking to its acceptance by another", "item and day")
    op.drop_index("price_imports_newest_idx", "price_imports")
    op.drop_constraint("price_imports_refused_check", "price_imports", type_="check")
    ended = sa.text(
        "UPDATE price_imports SET state = 'unreadable' WHERE state = 'refused'"
        " RETURNING id, refused_by, refused_at, refused_because"
    )
    for row in op.get_bind().execute(ended):
        logger(__name__).warning(
            "refusal dropped",
            import_id=str(row.id),
            by=str(row.refused_by),
            at=row.refused_at.isoformat(),
            reason=row.refused_because,
        )
    _states(*STATES)
    for name in ("refused_because", "refused_at", "refused_name", "refused_by"):
        op.drop_column("price_imports", name)


def _states(*states: str) -> None:
    op.drop_constraint("price_imports_state_check", "price_imports", type_="check")
    listed = ", ".join(f"'{one}'" for one in states)
    named = op.f("price_imports_state_check")
    op.create_check_constraint(named, "price_imports", f"state IN ({listed})", postgresql_not_valid=True)


def _told(table: str, key: str) -> None:
    op.create_table_comment("price_imports", f"A file of reference prices, {table}.")
    op.alter_column("price_import_rows", "key", comment=f"{key}; empty where the row is bad")

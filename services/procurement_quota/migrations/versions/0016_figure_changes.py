"""Every change of what statements are read from is counted by triggers, in the transaction that makes it.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NIL = "00000000-0000-0000-0000-000000000000"
LISTED = f"SELECT DISTINCT CAST('{NIL}' AS uuid), -1, 1 FROM {{rows}}"
"""Who is listed below a unit, or in which order, may be another."""
TOUCHED = {
    "total": "SELECT canteen_id, year FROM {rows}",
    "order_balance": "SELECT canteen_id, year FROM {rows}",
    "attestation": "SELECT canteen_id, year FROM {rows}",
    "closing": "SELECT canteen_id, year FROM {rows}",
    "reservation": "SELECT canteen_id, year FROM {rows}",
    "reservation_review": "SELECT r.canteen_id, r.year FROM {rows} AS said "
    "JOIN reservation r ON r.id = said.reservation_id AND r.version = said.version",
    "canteen": "SELECT id AS canteen_id, 0 AS year FROM {rows}",
    "canteen_form": "SELECT canteen_id, 0 AS year FROM {rows}",
    "canteen_share": "SELECT canteen_id, 0 AS year FROM {rows}",
}
"""Whose figures change with a row, and of which year; 0 is every year."""
LISTING = ("canteen", "canteen_share")
EVERYWHERE = ("unit", "jurisdiction", "rule", "rule_in_force", "designation_list", "designation")
"""What changes seldom, and may change any figure."""


def _function(table: str) -> str:
    def counted(*rows: str) -> str:
        touched = " UNION ALL ".join(TOUCHED[table].format(rows=one) for one in rows)
        counts = [f"SELECT DISTINCT canteen_id, coalesce(year, 0), 1 FROM ({touched}) AS touched"]
        if table in LISTING:
            counts.append(LISTED.format(rows=rows[0]))
        return f"INSERT INTO figure_change (canteen_id, year, n) {' UNION ALL '.join(counts)};"

    return f"""
        CREATE FUNCTION count_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            {counted("came")}
          ELSIF TG_OP = 'UPDATE' THEN
            {counted("came", "went")}
          ELSE
            {counted("went")}
          END IF;
          RETURN NULL;
        END $$"""


def _trigger(table: str, event: str, function: str, referencing: str = "") -> None:
    """Let a trigger count: always, also where rows are loaded or replicated while other triggers are off."""
    name = f"{table}_{event.lower()}_counts"
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    op.create_table(
        "figure_change",
        sa.Column("canteen_id", sa.Uuid(), nullable=False, comment="the nil id for what concerns every canteen"),
        sa.Column("year", sa.Integer(), nullable=False, comment="0 is every year; -1 is who is listed, and no figure"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("figure_change_n_check")),
        comment="Changes of what statements are read from; the sum of n that a snapshot sees is a revision.",
    )
    op.create_index("figure_change_canteen_id_idx", "figure_change", ["canteen_id"])
    op.execute(f'GRANT SELECT, INSERT, DELETE ON figure_change TO "{app_role()}"')
    op.execute("GRANT SELECT ON figure_change TO zhucai_operator")
    op.execute(f"""
        CREATE FUNCTION count_change_everywhere() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO figure_change (canteen_id, year, n) VALUES ('{NIL}', 0, 1);
          RETURN NULL;
        END $$""")
    for table in TOUCHED:
        op.execute(_function(table))
        function = f"count_change_of_{table}"
        _trigger(table, "INSERT", function, "REFERENCING NEW TABLE AS came")
        _trigger(table, "UPDATE", function, "REFERENCING NEW TABLE AS came OLD TABLE AS went")
        _trigger(table, "DELETE", function, "REFERENCING OLD TABLE AS went")
        _trigger(table, "TRUNCATE", "count_change_everywhere")
    for table in EVERYWHERE:
        for event in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            _trigger(table, event, "count_change_everywhere")


def downgrade() -> None:
    for table in (*TOUCHED, *EVERYWHERE):
        for event in ("insert", "update", "delete", "truncate"):
            op.execute(f"DROP TRIGGER {table}_{event}_counts ON {table}")
    for table in TOUCHED:
        op.execute(f"DROP FUNCTION count_change_of_{table}()")
    op.execute("DROP FUNCTION count_change_everywhere()")
    op.drop_table("figure_change")

"""No migration has writers wait while it reads a table: what proves old rows is added unproven, and proven later.

Nor while it fills one: rows of before are written in another migration than the one that changes their table.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import project_root

ROOT = project_root()
PROVING = {"create_check_constraint", "create_foreign_key"}
WRITTEN = re.compile(
    r"\bADD\s+(CONSTRAINT\s+\S+\s+)?(CHECK|FOREIGN\s+KEY)\b(?!.*\bNOT\s+VALID\b)", re.DOTALL | re.IGNORECASE
)
BEFORE = {
    "gateway/migrations/versions/0002_people_of_a_supplier.py",
    "services/catalog/migrations/versions/0002_from_where_a_review_was_made.py",
    "services/catalog/migrations/versions/0005_terms.py",
    "services/catalog/migrations/versions/0006_filed_papers.py",
    "services/catalog/migrations/versions/0012_prices_and_rejection.py",
    "services/catalog/migrations/versions/0017_papers_of_listings.py",
    "services/order/migrations/versions/0002_tiers_and_terms.py",
    "services/order/migrations/versions/0003_recognised_and_fairs.py",
    "services/procurement_quota/migrations/versions/0003_papers_of_purchases.py",
    "services/procurement_quota/migrations/versions/0010_reviews_of_reservations.py",
    "services/procurement_quota/migrations/versions/0012_transfers.py",
    "services/procurement_quota/migrations/versions/0013_filings_and_openings.py",
}
"""Migrations that are older than the rule; none is added."""
CHANGING = {"add_column": 0, "alter_column": 0, "drop_column": 0, "create_check_constraint": 1, "drop_constraint": 1}
"""What takes a table for itself, and where it names the table."""
REWRITTEN = re.compile(r"\bUPDATE\s+(\w+)(?=\s+(?:\w+\s+)?SET\b)")
REWRITING_BEFORE = {
    "services/catalog/migrations/versions/0012_prices_and_rejection.py",
    "services/catalog/migrations/versions/0023_origin_is_told.py",
    "services/procurement_quota/migrations/versions/0021_when_an_order_was_heard_of.py",
}
"""Migrations that are older than this rule; none is added."""


def migrations() -> list[Path]:
    return sorted(
        path for folder in ("services", "gateway") for path in (ROOT / folder).rglob("migrations/versions/*.py")
    )


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Give the calls of these operations of Alembic's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def upgrading(source: str) -> ast.Module:
    """Read a migration but for its docstring and its way back."""
    return ast.Module([node for node in ast.parse(source).body[1:] if getattr(node, "name", "") != "downgrade"], [])


def texts_in(tree: ast.AST) -> list[str]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def rewritten(source: str) -> set[str]:
    """Name the tables whose rows would be rewritten under the lock that a change of the table takes."""
    tree = upgrading(source)
    changed = {ast.unparse(call.args[at]).strip("'") for name, at in CHANGING.items() for call in calls(tree, name)}
    return changed & {table for text in texts_in(tree) for table in REWRITTEN.findall(text)}


def breaches(source: str) -> list[str]:
    """List what would hold writers off: a proof of old rows under the lock that the change itself takes."""
    tree = upgrading(source)
    made = {
        ast.literal_eval(one.args[0]) for one in calls(tree, "create_table") if isinstance(one.args[0], ast.Constant)
    }
    found = []
    unproven = False
    for call in calls(tree, *PROVING):
        table = call.args[1]
        if isinstance(table, ast.Constant) and table.value in made:
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if isinstance(given.get("postgresql_not_valid"), ast.Constant):
            unproven = True
        else:
            found.append(ast.unparse(call.func))
    for call in calls(tree, "add_column"):
        found += [ast.unparse(one.func) for one in calls(call, "CheckConstraint", "ForeignKey")]
    texts = texts_in(tree)
    found += ["ADD CONSTRAINT" for text in texts if WRITTEN.search(text)]
    if (unproven or any("NOT VALID" in text for text in texts)) and any(
        "VALIDATE CONSTRAINT" in text for text in texts
    ):
        found.append("VALIDATE CONSTRAINT beside NOT VALID")
    return found


def test_no_migration_proves_old_rows_while_writers_wait() -> None:
    found = {str(path.relative_to(ROOT)) for path in migrations() if breaches(path.read_text(encoding="utf-8"))}
    assert found == BEFORE


def test_no_migration_rewrites_rows_while_writers_wait() -> None:
    found = {str(path.relative_to(ROOT)) for path in migrations() if rewritten(path.read_text(encoding="utf-8"))}
    assert found == REWRITING_BEFORE


@pytest.mark.parametrize(
    ("lines", "tables"),
    [
        ("op.add_column('orders', a)\nop.execute('UPDATE orders SET a = 1')", {"orders"}),
        ("op.drop_constraint('a_check', 'orders')\nop.execute('UPDATE orders o SET a = 1')", {"orders"}),
        ("op.add_column('orders', a)\nop.execute('UPDATE refunds SET a = 1')", set()),
        ("op.execute('UPDATE orders SET a = 1')", set()),
    ],
)
def test_a_planted_rewriting_is_caught(lines: str, tables: set[str]) -> None:
    assert rewritten(f"'told'\n{lines}\n") == tables


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("op.create_check_constraint('a_check', 'orders', 'a > 0')", False),
        ("op.create_check_constraint('a_check', 'orders', 'a > 0', postgresql_not_valid=True)", True),
        ("op.create_check_constraint('a_check', 'made', 'a > 0')", True),
        ("op.create_foreign_key('a_fkey', 'orders', 'made', ['a'], ['b'])", False),
        ("op.add_column('orders', sa.Column('a', sa.Integer(), sa.CheckConstraint('a > 0')))", False),
        ("op.execute('ALTER TABLE orders ADD CONSTRAINT a_check CHECK (a > 0)')", False),
        ("op.execute('ALTER TABLE orders ADD CHECK (a > 0) NOT VALID')", True),
        (
            "op.execute('ALTER TABLE orders ADD CHECK (a > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT a')",
            False,
        ),
        ("op.execute('ALTER TABLE orders VALIDATE CONSTRAINT a_check')", True),
    ],
)
def test_a_planted_breach_is_caught(line: str, allowed: bool) -> None:
    assert (breaches(f"'told'\nop.create_table('made')\n{line}\n") == []) is allowed

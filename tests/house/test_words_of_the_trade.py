"""Who sells is called by one Chinese word wherever anybody reads: 供应方."""

import re
from collections.abc import Iterator
from pathlib import Path

from shared.settings import project_root

ROOT = project_root()
ELSEWHERE = "供应" + "商"
"""What others call a supplier; 供应商品 is something else: to supply goods."""
OTHER_WORD = re.compile(f"{ELSEWHERE}(?!品)")
READ = (".py", ".md", ".po", ".html", ".js", ".sql", ".yml")
PLACES = ("deploy", "gateway", "services", "shared", "tests", "README.md", "README.zh-CN.md")
QUOTED = {"services/procurement_quota/domain/import_schema.py": "the heading of a column in files that others wrote"}


def read_by_people() -> Iterator[Path]:
    for place in PLACES:
        path = ROOT / place
        yield from (
            one
            for one in (sorted(path.rglob("*")) if path.is_dir() else [path])
            if one.suffix in READ and one.is_file() and "node_modules" not in one.parts
        )


def lines_with_it() -> dict[str, list[int]]:
    found = {}
    for path in read_by_people():
        text = path.read_text("utf-8")
        if lines := [number for number, line in enumerate(text.splitlines(), 1) if OTHER_WORD.search(line)]:
            found[path.relative_to(ROOT).as_posix()] = lines
    return found


def test_a_supplier_is_called_by_one_word() -> None:
    found = lines_with_it()
    assert set(found) - set(QUOTED) == set(), found
    assert set(QUOTED) <= set(found), "what is quoted no more is no exception any more"


def test_the_word_is_told_from_the_supply_of_goods() -> None:
    assert OTHER_WORD.search(f"待{ELSEWHERE}商品的疑点查清")
    assert not OTHER_WORD.search("展销会供应商品")

"""A table that was brought is handed back with what became of each row, and may be mended there and brought again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.tables.schema import Column, Holds, TableSchema

PROBLEM_CHARACTERS_MAX = 4_000
RESULT, PROBLEM = "result", "problem"


def _ours(name: str, zh: str, en: str, characters_max: int) -> Column:
    about = ("由系统填写，导入时不读取", "written by us, and not read")
    return Column(name, zh, en, Holds.TEXT, "", *about, characters_max=characters_max)


OUTCOME_COLUMNS = (
    _ours(RESULT, "结果", "Result", 100),
    _ours(PROBLEM, "问题", "Problem", 2 * PROBLEM_CHARACTERS_MAX),
)
"""What stands behind the columns of a table that is handed back."""


def handed_back(
    schema: TableSchema, rows: Iterable[Mapping[str, Any]], results: Mapping[str, tuple[str, str]], language: str
) -> list[dict[str, str]]:
    """Write rows as they were brought, each with what became of it and what is wrong with it.

    A row has `state`, `errors`, and the texts of its cells in `given`; `results` name the states in both languages.
    """
    names = [column.name for column in schema.columns]
    told = []
    for row in rows:
        texts = row["given"]["texts"]
        outcome = {
            RESULT: results[row["state"]][0 if language == "zh" else 1],
            PROBLEM: _told(row["errors"], language),
        }
        told.append({name: texts.get(name, "") for name in names} | outcome)
    return told


def _told(errors: Sequence[Mapping[str, Any]], language: str) -> str:
    zh, lines = language == "zh", []
    for error in errors:
        says, mend = (error[part]["zh" if zh else "en"] for part in ("says", "mend"))
        title = error["title"] and (f"“{error['title']}”" if zh else f"“{error['title']}” ")
        lines.append(f"{title}{says}，{mend}" if zh else f"{title}{says}: {mend}")
    return ("；" if zh else "; ").join(lines)[:PROBLEM_CHARACTERS_MAX]

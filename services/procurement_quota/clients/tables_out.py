"""A table that leaves is plain to a spreadsheet: CSV in UTF-8 with BOM, of which no cell is taken for a formula."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from services.procurement_quota.domain.report_table import COLUMNS, Kind, parts_of, percent
from services.procurement_quota.domain.report_words import Words
from shared.money import yuan
from shared.tables.harmless import harmless

_WRITTEN: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: harmless,
    Kind.COUNT: str,
    Kind.YUAN: yuan,
    Kind.PERCENT: percent,
    Kind.POINTS: yuan,
}


def report_csv(report: Mapping[str, Any], code: str | None, language: str) -> bytes:
    """Write a report's rows, one a line with its part, the rule, both dates and the verification code."""
    words = Words(language)
    about = {
        ("规则", "Rule"): f"{report['rule']['code']} v{report['rule']['version']}",
        ("年度", "Year"): str(report["year"]),
        ("截至", "Happened by"): report["happened_by"],
        ("知悉至", "Known by"): report["known_by"],
        ("核验码", "Code"): code or words(("未签发", "not issued")),
    }
    titles = [column.title for column in COLUMNS]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([words(("部分", "Part")), *map(words, titles), *map(words, about)])
    for part in parts_of(report):
        for row in part.rows:
            values = [(column.kind, column.of(row, words)) for column in COLUMNS]
            cells = ["" if value is None else _WRITTEN[kind](value) for kind, value in values]
            writer.writerow([words(part.heading), *cells, *about.values()])
    return out.getvalue().encode("utf-8-sig")

"""The table to fill in is written from the same columns that are read, empty or filled with what is known."""

import csv
import io
from collections.abc import Mapping, Sequence

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shared.media import CSV
from shared.tables.harmless import harmless
from shared.tables.schema import TableSchema

ROWS_AS_TEXT = 500
WIDTH_MIN, WIDTH_MAX = 18, 44


def template(schema: TableSchema, media_type: str, language: str) -> bytes:
    """Write an empty table to fill in, with one example row in it: xlsx, or csv with a BOM."""
    return filled(schema, media_type, language, [{column.name: column.example for column in schema.columns}])


def filled(schema: TableSchema, media_type: str, language: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Write a table with texts by column in it, of which a spreadsheet computes none: xlsx, or csv with a BOM."""
    chinese = language == "zh"
    titles = [column.zh if chinese else column.en for column in schema.columns]
    lines = [[harmless(row.get(column.name, "")) for column in schema.columns] for row in rows]
    if media_type == CSV:
        out = io.StringIO(newline="")
        csv.writer(out).writerows([titles, *lines])
        return out.getvalue().encode("utf-8-sig")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = schema.sheet[0 if chinese else 1]
    sheet.append(titles)
    for line in lines:
        sheet.append(line)
    for place in range(1, len(schema.columns) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        longest = max((len(line[place - 1]) for line in lines), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDTH_MAX, max(WIDTH_MIN, longest + 2))
        for row in range(2, max(ROWS_AS_TEXT, len(lines)) + 2):
            sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    _about(book, schema, chinese)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _about(book: openpyxl.Workbook, schema: TableSchema, chinese: bool) -> None:
    about = book.create_sheet("说明" if chinese else "About")
    about.append(["列", "说明", "About"])
    for column in schema.columns:
        words = "、".join(both[0] for both in column.words.values())
        about.append([column.zh, f"{column.about_zh}{'：' + words if words else ''}", column.about_en])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 80
    for line in about["B"]:
        line.alignment = Alignment(wrap_text=True)

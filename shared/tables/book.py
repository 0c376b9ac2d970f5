"""A workbook that leaves is written from plain rows, and computes nothing of what a person typed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shared.tables.harmless import harmless

WIDTH_MAX = 60
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, its columns' titles, and its rows; a number stays a number."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_book(sheets: Sequence[Sheet]) -> bytes:
    """Write sheets as xlsx."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.append(list(sheet.columns))
        for row in sheet.rows:
            page.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        for place, title in enumerate(sheet.columns, start=1):
            page.cell(1, place).font = Font(bold=True)
            longest = max((len(str(row[place - 1] or "")) for row in sheet.rows), default=0)
            page.column_dimensions[get_column_letter(place)].width = min(WIDTH_MAX, 2 * max(longest, len(title)) + 2)
            for line in range(2, len(sheet.rows) + 2):
                page.cell(line, place).alignment = Alignment(wrap_text=True, vertical="top")
        page.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()

"""A file that somebody brings is a table only if it is safe to open and plain to read.

What is refused before a cell is read: anything but xlsx and csv by its own bytes, macros, encryption, a zip that grows
beyond its bound, several sheets of which none is named, a hidden sheet, a header that is none. openpyxl is imported in
this room alone.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from shared.archives import ArchiveUnsafe, names_in_archive
from shared.errors import Invalid
from shared.media import CSV, XLSX
from shared.tables.cells import EMPTY, SHOWN_CHARACTERS, Cell, CellKind, TableRow, letter_of
from shared.tables.schema import COLUMNS_MAX, TableSchema, plain

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDING = re.compile(r"\.([a-z][a-z0-9]*)\s*$")
"""What an ending of a name may be; behind the point of `3.2调价` stands none."""
_MERGE = re.compile(rb'<mergeCell\s[^<>]{0,200}?ref="([A-Z0-9:]{2,24})"')
MERGES_MAX = 1_000
MERGES_TOLD = 3
SHEET_ROWS_MAX = 1_048_576
BLANK_ROWS_TIMES = 5
"""Blank rows are given up to so many times the rows that a table may have; each batch of them is a transaction."""
SMALL_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/core.xml",
    "docProps/custom.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
    "xl/workbook.xml",
)
"""Parts that are read whole before a row is; openpyxl takes the longer, the square of it for styles."""
SMALL_PART_BYTES_MAX, SMALL_PART_TAGS_MAX = 4 * 1024**2, 16_000
STRINGS_PART, STRINGS_BYTES_MAX, STRINGS_TAGS_MAX = "xl/sharedStrings.xml", 24 * 1024**2, 1_500_000
"""20,000 rows of 15 texts each, none twice, are 1,200,000 tags."""


class ImportUnreadable(Invalid):
    """This file cannot be imported.

    zh: 无法导入这个文件。
    """


def unreadable(rule: str, en: str, zh: str, *, column: str = "", row: int = 1) -> ImportUnreadable:
    """Refuse a file, saying in both languages what is wrong and how to mend it."""
    error: dict[str, Any] = {"field": "file", "rule": rule, "says": en, "says_zh": zh}
    if column:
        error |= {"column": column, "row": row}
    return ImportUnreadable(errors=[error])


def too_many_rows(schema: TableSchema) -> ImportUnreadable:
    """Refuse a file with more rows than its table may have."""
    rows_max = f"{schema.rows_max:,}"
    return unreadable("too_many_rows", f"has more than {rows_max} rows; split it", f"超过{rows_max}行，请拆分后导入")


@dataclass
class Table:
    """One table, opened: its header by column names, and its rows, read as they are asked for."""

    schema: TableSchema
    media_type: str
    header: list[str]
    titles: list[str]
    rows: Iterator[TableRow]
    rows_guessed: int
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    epoch_1904: bool = False
    notes: list[dict[str, str]] = field(default_factory=list)


def open_table(body: bytes, name: str, schema: TableSchema, needed: Collection[str] = ()) -> Table:
    """Open a file of at most 10 MiB by what its bytes are; `needed` columns must stand in it beside the required ones.

    Raises ImportUnreadable.
    """
    if not body:
        raise unreadable("empty", "the file is empty", "文件是空的")
    if body.startswith(_OLE2):
        raise unreadable(
            "old_or_locked",
            "is an old .xls, or a workbook with a password; save it as .xlsx without one",
            "是旧版 .xls 或加密的工作簿，请取消密码并另存为 .xlsx",
        )
    packed = body.startswith(b"PK\x03\x04")
    _check_name(name, packed)
    table = _open_xlsx(body, schema) if packed else _open_csv(body, schema)
    _check_header(table, needed)
    return table


def _check_name(name: str, packed: bool) -> None:
    found = _ENDING.search(name.casefold())
    ending = found[1] if found else ""
    if ending in ("xlsm", "xltm", "xlsb", "xlam"):
        raise unreadable("macros", "may hold macros; save it as .xlsx or .csv", "可能含宏，请另存为 .xlsx 或 .csv")
    taken = ("xlsx",) if packed else ("csv", "txt", "tsv")
    if ending and ending not in taken:
        raise unreadable(
            "wrong_ending",
            f"is called .{ending[:8]} but holds something else; save it as .{taken[0]}",
            f"扩展名 .{ending[:8]} 与内容不符，请另存为 .{taken[0]}",
        )


# ── workbooks ──


def _open_xlsx(body: bytes, schema: TableSchema) -> Table:
    try:
        names = names_in_archive(body)
    except ArchiveUnsafe as unsafe:
        raise unreadable(
            "unsafe_archive",
            f"cannot be unpacked safely ({unsafe.facts['reason']}); open it in a spreadsheet and save it anew",
            "无法安全解压，请用表格软件打开后另存为新的 .xlsx",
        ) from unsafe
    if any(part.lower().endswith("vbaproject.bin") or "macrosheets" in part.lower() for part in names):
        raise unreadable("macros", "holds macros; save it as .xlsx or .csv", "含有宏，请另存为 .xlsx 或 .csv")
    if "xl/workbook.xml" not in names:
        raise unreadable(
            "no_workbook",
            "is a zip but no xlsx workbook; save it as .xlsx",
            "是压缩包而不是 xlsx 工作簿，请另存为 .xlsx",
        )
    try:
        _check_parts(body, names)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _workbook(body, schema)
    except ImportUnreadable:
        raise
    except Exception as error:
        raise unreadable(
            "broken",
            "is a broken workbook; open it in a spreadsheet and save it anew",
            "工作簿已损坏，请用表格软件打开后另存",
        ) from error


def _check_parts(body: bytes, names: Sequence[str]) -> None:
    """Refuse what openpyxl would read whole, and for minutes, before it gives a row."""
    bounds = dict.fromkeys(SMALL_PARTS, (SMALL_PART_BYTES_MAX, SMALL_PART_TAGS_MAX))
    bounds[STRINGS_PART] = (STRINGS_BYTES_MAX, STRINGS_TAGS_MAX)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in bounds.keys() & set(names):
            bytes_max, tags_max = bounds[name]
            if archive.getinfo(name).file_size > bytes_max or archive.read(name).count(b"<") > tags_max:
                raise unreadable(
                    "too_much_beside",
                    f"holds too much beside its rows ({name}); copy the rows into a new workbook as values",
                    f"表外内容过多（{name}），请把数据以数值粘贴到新的工作簿",
                )


def _workbook(body: bytes, schema: TableSchema) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
    sheet, notes = _sheet_of(book, schema)
    merged, guessed = _merges(body, sheet._worksheet_path)
    sheet.reset_dimensions()
    rows = _sheet_rows(sheet, merged, schema)
    first = next(rows, None)
    if first is None or first.number != 1 or first.blank:
        raise _no_header()
    if first.merged:
        raise unreadable(
            "merged_header",
            f"the header is merged ({first.merged[0]}); unmerge it, one title a column",
            f"表头有合并单元格（{first.merged[0]}），请取消合并，每列一个表头",
        )
    titles = _titles(first.cells)
    return Table(
        schema,
        XLSX,
        [],
        titles,
        rows,
        max(0, guessed - 1),
        sheet=sheet.title,
        epoch_1904=book.epoch.year == 1904,
        notes=notes,
    )


def _sheet_of(book: Any, schema: TableSchema) -> tuple[Any, list[dict[str, str]]]:
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "_worksheet_path")]
    named = [sheet for sheet in sheets if plain(sheet.title) in schema.sheets]
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    chosen = named[0] if named else visible[0] if len(visible) == 1 else None
    if chosen is None:
        raise unreadable(
            "which_sheet",
            f"has {len(visible)} sheets; call the one to import “{schema.sheet[0]}”",
            f"有{len(visible)}个工作表，请把要导入的工作表命名为“{schema.sheet[0]}”",
        )
    if chosen.sheet_state != "visible":
        raise unreadable(
            "hidden_sheet",
            "the sheet to import is hidden; show it, so that everybody sees what is imported",
            "要导入的工作表被隐藏，请取消隐藏后再导入",
        )
    hidden = [sheet.title[:40] for sheet in sheets if sheet.sheet_state != "visible"]
    if not hidden:
        return chosen, []
    told = "、".join(hidden[:5])
    return chosen, [{"zh": f"未读取隐藏的工作表：{told}", "en": f"hidden sheets were not read: {told}"}]


@dataclass(frozen=True)
class Merges:
    """The merged ranges of a sheet, by their first and last row; a row is looked up when it is read."""

    ranges: Sequence[tuple[int, int, str]]

    def touching(self, row: int) -> Sequence[str]:
        """Name the first few ranges that touch a row."""
        return list(islice((cells for top, bottom, cells in self.ranges if top <= row <= bottom), MERGES_TOLD))


def _merges(body: bytes, path: str) -> tuple[Merges, int]:
    """Find the merged ranges, and how many rows the sheet says it has."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        written = archive.read(path.lstrip("/"))
    if written.count(b"<mergeCell") > MERGES_MAX + 1:  # `<mergeCells` is one more.
        raise unreadable("merged", "has too many merged cells; unmerge them", "合并单元格过多，请取消合并")
    ranges = []
    for found in _MERGE.finditer(written):
        cells = found[1].decode()
        _, top, _, bottom = range_boundaries(cells)
        ranges.append((int(top or 1), int(bottom or 1), cells))
    return Merges(ranges), written.count(b"<row ")


def _sheet_rows(sheet: Any, merged: Merges, schema: TableSchema) -> Iterator[TableRow]:
    """Read row by row; far below the last row that may be, go on only to see whether anything stands there."""
    blank = None
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX + 1), start=1):
        if number > SHEET_ROWS_MAX:
            raise too_many_rows(schema)
        cells = [] if row is blank else [_cell(cell) for cell in row]
        while cells and cells[-1].kind is CellKind.EMPTY:
            cells.pop()
        if not cells:
            blank = row  # Rows that are not written at all are one and the same.
        if _is_read(number, cells, schema):
            yield TableRow(number, cells, merged.touching(number) if cells else ())


def _is_read(number: int, cells: Sequence[Cell], schema: TableSchema) -> bool:
    """Tell whether a row is given to be read; far below the last one that may be, a blank one is passed over."""
    return bool(cells) or number <= schema.rows_max * BLANK_ROWS_TIMES


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or value == "":
        return EMPTY
    if cell.data_type == "f":
        return Cell(CellKind.FORMULA, str(value))
    if isinstance(value, bool) or cell.data_type == "e":
        return Cell(CellKind.OTHER, str(value))
    if isinstance(value, datetime):
        return Cell(CellKind.DAY, value.isoformat(" "), value.date())
    if isinstance(value, date):
        return Cell(CellKind.DAY, value.isoformat(), value)
    if isinstance(value, (int, float)):
        return Cell(CellKind.NUMBER, _shown(value))
    if isinstance(value, str):
        return Cell(CellKind.TEXT, value) if value.strip() else EMPTY
    return Cell(CellKind.OTHER, str(value))


def _shown(value: float) -> str:
    """Write a number as the spreadsheet shows it, to 15 digits; what is read on is this text, never the float."""
    if isinstance(value, int) or value == int(value):
        return str(int(value))
    return format(value, ".15g")


# ── text ──


def _open_csv(body: bytes, schema: TableSchema) -> Table:
    text, encoding = _decoded(body)
    if "\x00" in text:
        raise unreadable(
            "binary", "is neither xlsx nor csv; save it as one of them", "不是 xlsx 或 csv 文件，请另存为其中之一"
        )
    head = text.lstrip("\r\n").partition("\n")[0]
    known = schema.headers
    separator = max(",;\t", key=lambda mark: (sum(plain(t) in known for t in _split(head, mark)), head.count(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = _text_rows(reader, schema)
    first = next(rows, None)
    if first is None or first.blank:
        raise _no_header()
    return Table(
        schema,
        CSV,
        [],
        _titles(first.cells),
        rows,
        max(0, text.count("\n") - ((not text.endswith("\n") and -1) or 0) - 1),
        encoding=encoding,
        separator=separator,
    )


def _split(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _decoded(body: bytes) -> tuple[str, str]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable("encoding", "is UTF-16; save it as CSV in UTF-8", "是 UTF-16 编码，请另存为“CSV UTF-8”")
    for encoding, told in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, "utf-8-bom" if told == "utf-8" and body.startswith(b"\xef\xbb\xbf") else told
    raise unreadable(
        "encoding",
        "is neither UTF-8 nor GB18030; save it as CSV in UTF-8",
        "不是 UTF-8 或 GB18030 编码，请另存为“CSV UTF-8”",
    )


def _text_rows(reader: Any, schema: TableSchema) -> Iterator[TableRow]:
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise unreadable(
                "quotes",
                f"line {reader.line_num} cannot be read; look for a quote that is not closed",
                f"第{reader.line_num}行无法读取，请检查引号是否成对",
                column="A",
                row=number + 1,
            ) from error
        number += 1
        cells = [_text_cell(text) for text in row[: COLUMNS_MAX + 1]]
        while cells and cells[-1].kind is CellKind.EMPTY:
            cells.pop()
        if _is_read(number, cells, schema):
            yield TableRow(number, cells)


def _text_cell(text: str) -> Cell:
    bare = text.strip()
    if not bare:
        return EMPTY
    return Cell(CellKind.FORMULA if bare[0] in "=@" else CellKind.TEXT, text)


# ── headers ──


def _titles(cells: Sequence[Cell]) -> list[str]:
    return [cell.text.strip()[:SHOWN_CHARACTERS] for cell in cells]


def _no_header() -> ImportUnreadable:
    return unreadable(
        "no_header",
        "the first row is no header; begin with the template's titles",
        "第一行不是表头，请使用模板的表头",
    )


def _check_header(table: Table, needed: Collection[str]) -> None:
    if len(table.titles) > COLUMNS_MAX:
        raise unreadable("too_many_columns", f"has more than {COLUMNS_MAX} columns", f"超过{COLUMNS_MAX}列")
    found = [table.schema.headers.get(plain(title), "") for title in table.titles]
    if not any(found):
        raise _no_header()
    errors: list[dict[str, Any]] = []
    for place, (title, name) in enumerate(zip(table.titles, found, strict=True)):
        where = {"field": "file", "column": letter_of(place), "row": 1, "title": title}
        if not name:
            says, zh = (
                "is no column of this table; delete it, or use the template",
                "不是本表的列，请删除该列或使用模板",
            )
            errors.append({**where, "rule": "unknown_column", "says": says, "says_zh": zh})
        elif found.index(name) != place:
            says, zh = "stands twice; keep one of them", "表头重复，请只保留一列"
            errors.append({**where, "rule": "column_twice", "says": says, "says_zh": zh})
    for column in table.schema.columns:
        if column.name not in found and (column.required or column.name in needed):
            says, zh = f"lacks the column “{column.zh}”; add it", f"缺少“{column.zh}”列，请补上"
            where = {"field": "file", "column": "", "row": 1, "title": column.zh}
            errors.append({**where, "rule": "column_missing", "says": says, "says_zh": zh})
    if errors:
        raise ImportUnreadable(errors=errors[:COLUMNS_MAX])
    table.header = found

"""Tables of purchases as people bring them: good ones by the thousand, and bad ones of every kind."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import openpyxl

from tests.build.quota import an_invoice_number

Line = dict[str, str]
HEADER = ("采购日期", "销售方", "品类", "金额（元）", "发票号码", "产地县代码")


def a_row(**other: Any) -> list[Any]:
    """Write one good row in the order of HEADER."""
    row = {
        "day": "2025-06-03",
        "seller": "茶陵县农贸市场李记",
        "category": "蔬菜",
        "amount": "128.00",
        "invoice": an_invoice_number(),
        "origin": "430224",
    }
    return list((row | other).values())


def as_text(rows: Sequence[Sequence[Any]], separator: str = ",", header: Sequence[str] = HEADER) -> str:
    lines = [header, *rows]
    return "\r\n".join(separator.join(str(cell) for cell in line) for line in lines) + "\r\n"


def a_csv(*rows: Sequence[Any], separator: str = ",", encoding: str = "utf-8", header: Sequence[str] = HEADER) -> bytes:
    """Write a csv."""
    return as_text(rows or [a_row()], separator, header).encode(encoding)


def a_book(
    *rows: Sequence[Any], header: Sequence[str] = HEADER, bend: Callable[[Any, Any], None] | None = None
) -> bytes:
    """Write a workbook; `bend` may do something to it and its sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(list(header))
    for row in rows or [a_row()]:
        sheet.append(list(row))
    if bend is not None:
        bend(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(body: bytes) -> list[Line]:
    """Read a csv by its header."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def written(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Write lines as csv, with the header of the first."""
    rows = list(lines)
    out = io.StringIO()
    sheet = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue().encode()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """Add a part to a workbook, or write it anew."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part.filename))
        new.writestr(name, content)
    return out.getvalue()


def with_merges(written: bytes) -> bytes:
    """Write something where a sheet names its merged cells."""
    sheet, book = "xl/worksheets/sheet1.xml", a_book()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        before = archive.read(sheet)
    assert b"</sheetData>" in before
    return with_part(book, sheet, before.replace(b"</sheetData>", b"</sheetData>" + written))


def with_merged_columns(count: int) -> bytes:
    """Merge all the rows there can be below the header, so many times."""
    return with_merges(b"<mergeCells>" + b'<mergeCell ref="A2:A1048576"/>' * count + b"</mergeCells>")


def with_styles(count: int) -> bytes:
    """Name so many styles of cells that nothing uses."""
    book = a_book()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        before = archive.read("xl/styles.xml")
    assert b"</cellXfs>" in before
    return with_part(book, "xl/styles.xml", before.replace(b"</cellXfs>", b"<xf/>" * count + b"</cellXfs>"))


def a_bomb() -> bytes:
    """Pack 100 MB of nothing into a workbook's sheet."""
    return with_part(a_book(), "xl/worksheets/sheet1.xml", b"\0" * 100_000_000)


ENDLESS = {
    "merged cells that never end": (with_merges(b"<!-- " + b"<mergeCell " * 9_000 + b" -->"), "a.xlsx", "merged"),
    "a column merged 1,001 times": (with_merged_columns(1_001), "a.xlsx", "merged"),
    "60,000 styles": (with_styles(60_000), "a.xlsx", "too_much_beside"),
}
"""Small workbooks that would take minutes to open, and the rule that refuses each."""

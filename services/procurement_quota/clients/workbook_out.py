"""A report leaves as a workbook whose numbers are numbers and whose sums and shares are formulas that agree with ours.

Each formula is written with the value that we computed from whole fen, so that a viewer without a calculator shows it,
and a spreadsheet that computes it anew finds the same: it rounds yuan back to whole fen before it divides.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from services.procurement_quota.domain.report_table import (
    ABSENT,
    COLUMNS,
    PARTS,
    Column,
    Kind,
    Part,
    lacking,
    parts_of,
    title_of,
)
from services.procurement_quota.domain.report_words import MISSING, Both, Words, trend_name

HEADER_ROW = 6
"""Counted from 0: the rows above say what the table is about."""
WIDTHS = {Kind.TEXT: 14, Kind.COUNT: 9, Kind.YUAN: 16, Kind.PERCENT: 10, Kind.POINTS: 11}
NAME_WIDTH = 34
SHEETS: Mapping[str, Both] = {
    "table": ("通报", "Report"),
    "unproven": ("未证实食堂", "Unproven canteens"),
    "about": ("说明", "About"),
}
_PLACE = {column.name: place + 1 for place, column in enumerate(COLUMNS)}
_FORMATS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.TEXT: {"align": "left"},
    Kind.COUNT: {"num_format": "0", "align": "center"},
    Kind.YUAN: {"num_format": "#,##0.00", "align": "right"},
    Kind.PERCENT: {"num_format": "0.00%", "align": "right"},
    Kind.POINTS: {"num_format": "+0.00;-0.00;0.00", "align": "right"},
}


@dataclass(frozen=True)
class _Book:
    """The workbook being written, and what is written into it."""

    book: Any
    report: Mapping[str, Any]
    words: Words
    code: str | None
    formats: Mapping[str, Any]


def report_workbook(report: Mapping[str, Any], code: str | None, language: str) -> bytes:
    """Write a report as xlsx: the table, the canteens that lack proof, and what explains both."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    known = datetime.fromisoformat(report["known_by"]).replace(tzinfo=None)
    writing = _Book(book, report, Words(language), code, _formats(book))
    book.set_properties({"title": title_of(report, writing.words), "created": known})
    _table(writing)
    _unproven(writing)
    _about(writing)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#808080", "valign": "vcenter", "font_size": 10}
    found = {kind.value: book.add_format({**line, **how}) for kind, how in _FORMATS.items()}
    found |= {f"{kind.value} bold": book.add_format({**line, **how, "bold": True}) for kind, how in _FORMATS.items()}
    found["head"] = book.add_format({**line, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"})
    found["title"] = book.add_format({"bold": True, "font_size": 16, "valign": "vcenter"})
    found["about"] = book.add_format({"font_size": 10, "valign": "top"})
    found["prose"] = book.add_format({"font_size": 10, "valign": "top", "text_wrap": True})
    return found


def _table(one: _Book) -> None:
    sheet = one.book.add_worksheet(one.words(SHEETS["table"]))
    sheet.write_string(0, 0, title_of(one.report, one.words), one.formats["title"])
    for row, line in enumerate(_about_lines(one), start=1):
        sheet.write_string(row, 0, line, one.formats["about"])
    sheet.write_string(HEADER_ROW, 0, one.words(("部分", "Part")), one.formats["head"])
    for column in COLUMNS:
        sheet.write_string(HEADER_ROW, _PLACE[column.name], one.words(column.title), one.formats["head"])
    last = HEADER_ROW
    for part, written in _lines(one.report):
        last += 1
        sheet.write_string(last, 0, one.words(part.heading), one.formats["text"])
        for column in COLUMNS:
            _cell(one, sheet, last, column, written)
    _total(one, sheet, last)
    _lay_out(one, sheet, last + 1)


def _lines(report: Mapping[str, Any]) -> Iterator[tuple[Part, Mapping[str, Any]]]:
    for part in parts_of(report):
        for row in part.rows:
            yield part, row


def _cell(one: _Book, sheet: Any, row: int, column: Column, written: Mapping[str, Any]) -> None:
    value, place, how = column.of(written, one.words), _PLACE[column.name], one.formats[column.kind.value]
    if value is None:
        sheet.write_string(row, place, ABSENT, how)
    elif column.kind is Kind.TEXT:
        sheet.write_string(row, place, value, how)
    elif column.name in _SHARES:
        sheet.write_formula(row, place, _SHARES[column.name](row), how, _number(column.kind, value))
    else:
        sheet.write_number(row, place, _number(column.kind, value), how)


def _number(kind: Kind, value: int) -> int | Decimal:
    """Give a whole number as it is, fen as yuan, basis points as a part of one or as points; nothing is a float."""
    scale = {Kind.YUAN: -2, Kind.PERCENT: -4, Kind.POINTS: -2}.get(kind, 0)
    return Decimal(value).scaleb(scale) if scale else value


def _fen(name: str, row: int) -> str:
    return f"ROUND({xl_col_to_name(_PLACE[name])}{row + 1}*100,0)"


_SHARES = {
    "share": lambda row: f"=INT({_fen('counted_yuan', row)}*10000/{_fen('base_yuan', row)})/10000",
    "fulfilled": lambda row: (
        f"=INT(({_fen('required_yuan', row)}-{_fen('shortfall_yuan', row)})*10000/{_fen('required_yuan', row)})/10000"
    ),
}
"""Rounded down to two places of a percentage, as everywhere."""


def _total(one: _Book, sheet: Any, last: int) -> None:
    sheet.write_string(last + 1, 0, one.words(("合计", "Total")), one.formats["text bold"])
    for column in COLUMNS:
        place, how = _PLACE[column.name], one.formats[f"{column.kind.value} bold"]
        if not column.summed or last == HEADER_ROW:
            sheet.write_string(last + 1, place, ABSENT if column.summed else "", how)
            continue
        letter = xl_col_to_name(place)
        values = [column.of(row, one.words) for _, row in _lines(one.report)]
        if None in values:
            sheet.write_string(last + 1, place, ABSENT, how)
            continue
        formula = f"=SUM({letter}{HEADER_ROW + 2}:{letter}{last + 1})"
        sheet.write_formula(last + 1, place, formula, how, _number(column.kind, sum(values)))


def _lay_out(one: _Book, sheet: Any, last: int) -> None:
    sheet.set_column(0, 0, 20)
    for column in COLUMNS:
        sheet.set_column(_PLACE[column.name], _PLACE[column.name], WIDTHS[column.kind])
    sheet.set_column(_PLACE["name"], _PLACE["name"], NAME_WIDTH)
    sheet.set_row(0, 28)
    sheet.set_row(HEADER_ROW, 32)
    sheet.freeze_panes(HEADER_ROW + 1, _PLACE["name"] + 1)
    sheet.autofilter(HEADER_ROW, 0, max(HEADER_ROW, last - 1), len(COLUMNS))
    sheet.repeat_rows(HEADER_ROW)
    _paper(one, sheet)


def _paper(one: _Book, sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    rule, both = one.report["rule"], one.words(("第 &P 页 共 &N 页", "Page &P of &N"))
    said = f"{rule['code']} v{rule['version']} · {one.report['happened_by']} · {one.report['known_by']}"
    # A space ends the size of the letters, or a code that begins with a digit would be read into it.
    sheet.set_footer(f"&L&8 {said}&C&8 {both}&R&8 {one.code or one.words(('未签发', 'not issued'))}")


def _about_lines(one: _Book) -> list[str]:
    report, words = one.report, one.words
    rule = report["rule"]
    return [
        words(
            (
                f"规则：{words.named(rule)}（{rule['code']} v{rule['version']}），{report['year']}年度",
                f"Rule: {words.named(rule)} ({rule['code']} v{rule['version']}), {report['year']}",
            )
        ),
        words(
            (
                f"截至 {report['happened_by']} 发生，{report['known_by']} 前知悉",
                f"Happened by {report['happened_by']}, known by {report['known_by']}",
            )
        ),
        words.named(report["criterion"], "says"),
        words(
            (
                f"核验码：{one.code or '未签发（工作稿）'}",
                f"Verification code: {one.code or 'not issued (working copy)'}",
            )
        ),
    ]


def _unproven(one: _Book) -> None:
    sheet, words = one.book.add_worksheet(one.words(SHEETS["unproven"])), one.words
    titles = (("食堂", "Canteen"), ("单位", "Unit"), ("缺什么", "What it lacks"), ("基数（元）", "Base (yuan)"))
    for place, title in enumerate(titles):
        sheet.write_string(0, place, words(title), one.formats["head"])
    for row, canteen in enumerate(one.report["unproven_canteens"], start=1):
        sheet.write_string(row, 0, canteen["name"], one.formats["text"])
        sheet.write_string(row, 1, canteen["unit_name"], one.formats["text"])
        sheet.write_string(row, 2, lacking(canteen, words), one.formats["text"])
        sheet.write_number(row, 3, _number(Kind.YUAN, canteen["base_fen"]), one.formats["yuan"])
    sheet.set_column(0, 2, NAME_WIDTH)
    sheet.set_column(3, 3, WIDTHS[Kind.YUAN])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _paper(one, sheet)


def _about(one: _Book) -> None:
    sheet, words, report = one.book.add_worksheet(one.words(SHEETS["about"])), one.words, one.report
    for place, title in enumerate((("档次", "Band"), ("行数", "Rows"), ("食堂数", "Canteens"))):
        sheet.write_string(0, place, words(title), one.formats["head"])
    letter, table = xl_col_to_name(_PLACE["band"]), words(SHEETS["table"])
    count = sum(len(report[code]) for code in PARTS)
    part, first, last = "A", HEADER_ROW + 2, HEADER_ROW + 1 + max(1, count)
    for row, band in enumerate(report["bands"], start=1):
        name, ranked = words.named(band), words(PARTS["ranked"])
        formula = (
            f"=COUNTIFS('{table}'!{letter}{first}:{letter}{last},\"{name}\","
            f"'{table}'!{part}{first}:{part}{last},\"{ranked}\")"
        )
        sheet.write_string(row, 0, name, one.formats["text"])
        sheet.write_formula(row, 1, formula, one.formats["count"], band["rows"])
        sheet.write_number(row, 2, band["canteens"], one.formats["count"])
    lines = [words(("可比日期", "Compared with"))]
    for trend in report["trends"]:
        said = trend["happened_by"] if trend["missing"] is None else words(MISSING[trend["missing"]])
        lines.append(f"{words(trend_name(trend['name']))}: {said}")
    lines += [words(("规则解读", "Reading")), words.named(report["rule"], "reading"), report["rule"]["source"]]
    lines += [
        words((f"账簿链根：{report['position']['root']}", f"Root of the ledger's chains: {report['position']['root']}"))
    ]
    for row, line in enumerate(lines, start=len(report["bands"]) + 2):
        sheet.merge_range(row, 0, row, 5, "", one.formats["prose"])
        sheet.write_string(row, 0, line, one.formats["prose"])
        sheet.set_row(row, 15 * (1 + len(line) // 60))
    sheet.set_column(0, 5, 20)
    _paper(one, sheet)

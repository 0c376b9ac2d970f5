"""A cell of somebody's table becomes a value in one place, or a problem that says where, what, and how to mend it."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shared.money import AMOUNT_FEN_MAX
from shared.tables.schema import Column, Holds, TableSchema
from shared.texts import UNSEEN

SHOWN_CHARACTERS = 60
_SERIAL_ZERO, _SERIAL_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIAL_MIN, _SERIAL_MAX = 43_000, 74_000
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]0?0:00(?::00)?)?")
_COMPACT_DAY = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_UNSEEN = re.compile(f"[{UNSEEN}]")


class CellKind(StrEnum):
    """What a cell holds."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FORMULA = "formula"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a number is its decimal text as the table shows it, to 15 digits."""

    kind: CellKind
    text: str = ""
    day: date | None = None


EMPTY = Cell(CellKind.EMPTY)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by its number in the sheet, where the header is 1; `merged` names ranges that touch it."""

    number: int
    cells: Sequence[Cell]
    merged: Sequence[str] = ()

    @property
    def blank(self) -> bool:
        return all(cell.kind is CellKind.EMPTY for cell in self.cells)


class Wrong(Exception):
    """A cell cannot be read; what is wrong and how to mend it, each in Chinese and English."""

    def __init__(self, rule: str, zh: str, en: str, mend_zh: str, mend_en: str) -> None:
        super().__init__(en)
        self.rule, self.says, self.mend = rule, {"zh": zh, "en": en}, {"zh": mend_zh, "en": mend_en}


@dataclass
class RowReading:
    """What one row says: values by column, and what was wrong with it or read otherwise than written."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)


def letter_of(place: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_row(
    row: TableRow, schema: TableSchema, header: Sequence[str], titles: Sequence[str], epoch_1904: bool
) -> RowReading:
    """Read a row by its header; `header` holds the columns' names, `titles` how the file writes them."""
    reading = RowReading(row.number)
    if row.merged:
        wrong = Wrong(
            "merged",
            f"有合并单元格（{'、'.join(row.merged[:3])}）",
            f"has merged cells ({', '.join(row.merged[:3])})",
            "取消合并单元格，每行填写完整",
            "unmerge them and fill in each row",
        )
        reading.errors.append(problem(reading.number, "", "", "", "", wrong))
    for place, cell in enumerate(row.cells):
        if cell.kind is CellKind.EMPTY:
            continue
        if place >= len(header):
            wrong = Wrong(
                "beyond_header",
                "该列没有表头",
                "stands in a column without a header",
                "删除多余的单元格；金额含逗号时请加引号",
                "delete it; an amount with a comma in it needs quotes",
            )
            reading.errors.append(problem(row.number, letter_of(place), "", "", cell.text, wrong))
            continue
        name = header[place]
        column = schema.by_name[name]
        try:
            value, noted = _READERS[column.holds](cell, column, epoch_1904)
        except Wrong as wrong:
            reading.errors.append(problem(row.number, letter_of(place), name, titles[place], cell.text, wrong))
            continue
        if value not in ("", None):
            reading.values[name] = value
        if noted:
            reading.notes.append(
                {
                    "row": row.number,
                    "column": letter_of(place),
                    "field": name,
                    "value": cell.text[:SHOWN_CHARACTERS],
                    "says": {"zh": f"读作“{noted}”", "en": f"read as “{noted}”"},
                }
            )
    for place, name in enumerate(header):
        cell = row.cells[place] if place < len(row.cells) else EMPTY
        column = schema.by_name[name]
        if column.required and cell.kind is CellKind.EMPTY:
            missing = Wrong("missing", "必填", "is needed", f"填写{column.about_zh}", column.about_en)
            reading.errors.append(problem(row.number, letter_of(place), name, titles[place], "", missing))
    return reading


def is_number(text: str) -> bool:
    """Tell whether a text is the digits 0 to 9 and nothing else; `str.isdigit` also takes ❶, which is no number."""
    return text.isascii() and text.isdigit()


def problem(row: int, column: str, name: str, title: str, value: str, wrong: Wrong) -> dict[str, Any]:
    """Write one problem as the report shows it."""
    return {
        "row": row,
        "column": column,
        "field": name,
        "title": title[:SHOWN_CHARACTERS],
        "value": _UNSEEN.sub("", value)[:SHOWN_CHARACTERS],
        "rule": wrong.rule,
        "says": wrong.says,
        "mend": wrong.mend,
    }


Read = tuple[Any, str]
Reader = Callable[[Cell, Column, bool], Read]


def _plain(cell: Cell, column: Column) -> tuple[str, str]:
    """Give a cell's text with full-width characters made half-width, and that text again where it differs."""
    if cell.kind is CellKind.FORMULA:
        raise Wrong(
            "formula",
            "是公式，不是数值",
            "is a formula, not a value",
            "复制后“选择性粘贴—数值”再导入",
            "copy it and paste it as a value",
        )
    if cell.kind is CellKind.OTHER:
        raise Wrong(
            "unreadable", "无法识别的内容", "is nothing that can be read", "改为文本或数字", "write a text or a number"
        )
    written = cell.text.strip()
    text = unicodedata.normalize("NFKC", written).strip()
    if len(text) > column.characters_max:
        raise Wrong(
            "too_long",
            f"超过{column.characters_max}个字",
            f"has more than {column.characters_max} characters",
            "缩短内容",
            "write it shorter",
        )
    if _UNSEEN.search(text):
        raise Wrong(
            "unseen", "含有看不见的字符", "holds characters that no screen shows", "重新输入该单元格", "type it again"
        )
    return text, text if text != written else ""


def _text(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    return _plain(cell, column)


def _digits(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    text, noted = _plain(cell, column)
    if (cell.kind is CellKind.NUMBER and (len(text.lstrip("-")) > 15 or not is_number(text))) or _EXPONENT.fullmatch(
        text
    ):
        raise Wrong(
            "number_not_text",
            "号码被存成了数字，尾数已丢失",
            "was kept as a number, and its last digits are lost",
            "把该列设为文本格式后重新填写完整号码",
            "format the column as text and type the whole number again",
        )
    text, told = text.replace(" ", "").upper(), noted
    if column.pattern and not re.fullmatch(column.pattern, text):
        raise Wrong(
            "format",
            "格式不正确",
            "is not written as it should be",
            column.about_zh,
            column.about_en,
        )
    return text, told


def _day(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    if cell.kind is CellKind.DAY and cell.day is not None:
        return cell.day, ""
    text, noted = _plain(cell, column)
    if found := _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            raise Wrong(
                "no_such_day",
                "没有这一天",
                "is no day there is",
                "改为实际日期，例如 2025-06-03",
                "for example 2025-06-03",
            ) from error
        return day, day.isoformat() if noted or day.isoformat() != text else ""
    if is_number(text) and _SERIAL_MIN <= int(text) <= _SERIAL_MAX:
        day = (_SERIAL_1904 if epoch_1904 else _SERIAL_ZERO) + timedelta(days=int(text))
        return day, day.isoformat()
    raise Wrong("not_a_day", "不是日期", "is not a day", "写成 2025-06-03 的形式", "write it like 2025-06-03")


def _yuan(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    """Read yuan as whole fen, through decimals alone."""
    text, noted = _plain(cell, column)
    bare = _ungrouped(text.removeprefix("¥").removesuffix("元").strip())
    amount = _decimal(bare)
    if amount is None:
        raise Wrong(
            "not_an_amount", "不是金额", "is not an amount", "只填数字，如 1280.00", "digits alone, like 1280.00"
        )
    if amount <= 0:
        raise Wrong(
            "not_positive",
            "金额须大于零",
            "is not more than nothing",
            *column.mends.get("not_positive", ("填写大于零的金额", "write what it comes to")),
        )
    if amount * 100 > AMOUNT_FEN_MAX:
        raise Wrong("too_large", "金额过大", "is too large", "检查金额和单位（元）", "check it; it is in yuan")
    if amount * 100 != int(amount * 100):
        raise Wrong(
            "decimals", "超过两位小数", "has more than two decimals", "四舍五入到分", "round it to two decimals"
        )
    return int(amount * 100), bare if noted or bare != text else ""


def _quantity(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    """Read how much there is of something, as a decimal; nothing is a quantity, and less than nothing is none."""
    text, noted = _plain(cell, column)
    bare = _ungrouped(text)
    quantity = _decimal(bare)
    if quantity is None:
        mend = ("只填数字，单位写在单位列", "digits alone; the unit has a column of its own")
        raise Wrong("not_a_number", "不是数字", "is not a number", *mend)
    if quantity < 0:
        raise Wrong("negative", "小于零", "is less than nothing", "填写零或更大的数", "write 0 or more")
    return quantity, bare if noted or bare != text else ""


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"[-+]?[0-9]{1,40}(\.[0-9]{1,40})?", text) else None


def _word(cell: Cell, column: Column, epoch_1904: bool) -> Read:
    text, _ = _plain(cell, column)
    code = column.word_of(text)
    if code is None:
        zh = "、".join(both[0] for both in column.words.values())
        en = ", ".join(both[1] for both in column.words.values())
        raise Wrong("not_a_word", "不在可选范围内", "is none of the words", f"可填：{zh}", f"one of: {en}")
    return code, ""


_READERS: dict[Holds, Reader] = {
    Holds.TEXT: _text,
    Holds.DIGITS: _digits,
    Holds.DAY: _day,
    Holds.YUAN: _yuan,
    Holds.WORD: _word,
    Holds.QUANTITY: _quantity,
}

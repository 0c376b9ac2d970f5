"""The few formulas that a workbook of ours has are computed here as a spreadsheet would, from its cells alone."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Any

_CELL = re.compile(r"\b([A-Z]{1,2})([0-9]{1,6})\b")
_SUM = re.compile(r"=SUM\(([A-Z]{1,2})([0-9]+):\1([0-9]+)\)")
_COUNT = re.compile(r"=COUNTIFS\('(.+?)'!([A-Z]+)(\d+):\2(\d+),\"(.+?)\",'\1'!([A-Z]+)\3:\6\4,\"(.+?)\"\)")
_SHARE = re.compile(r"=INT\((?P<part>.+)\*10000/(?P<whole>ROUND\(\w+\*100,0\))\)/10000")
_ROUND = re.compile(r"ROUND\(([A-Z]{1,2}[0-9]{1,6})\*100,0\)")


def computed(book: Any, sheet: Any, formula: str) -> Fraction:
    """Compute a formula; raises ValueError for one that is not of ours."""
    if found := _SUM.fullmatch(formula):
        letter, first, last = found[1], int(found[2]), int(found[3])
        return sum((_number(sheet[f"{letter}{row}"]) for row in range(first, last + 1)), Fraction())
    if found := _COUNT.fullmatch(formula):
        there, first, last = book[found[1]], int(found[3]), int(found[4])
        pairs = [(there[f"{found[2]}{row}"].value, there[f"{found[6]}{row}"].value) for row in range(first, last + 1)]
        return Fraction(pairs.count((found[5], found[7])))
    if found := _SHARE.fullmatch(formula):
        part = found["part"].removeprefix("(").removesuffix(")") if "-" in found["part"] else found["part"]
        first, *rest = [_fen(sheet, one) for one in _ROUND.findall(part)]
        return Fraction(
            floor(Fraction((first - sum(rest)) * 10_000, _fen(sheet, _ROUND.findall(found["whole"])[0]))), 10_000
        )
    raise ValueError(formula)


def _fen(sheet: Any, cell: str) -> int:
    return int((Decimal(str(sheet[cell].value)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _number(cell: Any) -> Fraction:
    return Fraction(Decimal(str(cell.value))) if isinstance(cell.value, (int, float)) else Fraction()

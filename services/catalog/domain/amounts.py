"""An amount in a query says how much is wanted, not what: 土豆10斤, 5公斤土豆 and 土豆 find the same.

1 斤 is 500 g, 1 公斤 and 1 千克 are 1 kg. Asked for alone, an amount finds what is sold in packs that weigh so much,
in whichever unit it was written.
"""

import re
from decimal import Decimal, InvalidOperation

from shared.money import JIN_GRAMS

GRAMS_MAX = 100_000_000
_UNITS = {"公斤": 1000, "千克": 1000, "kg": 1000, "市斤": JIN_GRAMS, "斤": JIN_GRAMS, "克": 1, "g": 1}
_UNIT = "公斤|千克|市斤|斤|克|kg|g"
_DIGITS = "一二三四五六七八九"
_AMOUNT = re.compile(
    rf"(?<![0-9a-z.])([0-9]{{1,9}}(?:\.[0-9]{{1,3}})?|半|两|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])"
    rf"\s*({_UNIT})(?![a-z0-9])装?"
)
_BARE_UNIT = re.compile(rf"(?<!\S)(?:{_UNIT})(?!\S)")


def without_amounts(text: str) -> str:
    """Take amounts and lone units out of a folded query."""
    return _BARE_UNIT.sub(" ", _AMOUNT.sub(" ", text))


def amounts_in(text: str) -> list[int]:
    """Give the amounts that a folded text names, in grams."""
    found = (_grams(number, _UNITS[unit]) for number, unit in _AMOUNT.findall(text))
    return sorted({grams for grams in found if 0 < grams <= GRAMS_MAX})


def _grams(number: str, unit_grams: int) -> int:
    if number == "半":
        return unit_grams // 2
    if number == "两":
        return 2 * unit_grams
    if "十" in number:
        tens, ones = number.split("十")
        return (10 * (_DIGITS.index(tens) + 1 if tens else 1) + (_DIGITS.index(ones) + 1 if ones else 0)) * unit_grams
    if number in _DIGITS:
        return (_DIGITS.index(number) + 1) * unit_grams
    try:
        return int(Decimal(number) * unit_grams)
    except InvalidOperation:
        return 0

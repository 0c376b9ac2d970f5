"""What a person types becomes whole fen, whole grams and dates exactly, or is refused with a sentence that says why.

No float: digits are read as decimal, and a figure finer than a fen or a gram is refused, never rounded.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from gateway.pages.kit.language import N_, WeightUnit
from shared.money import AMOUNT_FEN_MAX, JIN_GRAMS

GRAMS_MAX = 10**12
PIECES_MAX = 10**9

_NUMBER = re.compile(r"[+-]?\d{1,16}(\.\d{0,12})?|[+-]?\.\d{1,12}")
_WEIGHT = re.compile(r"(?P<number>[+-]?[\d.,]+)\s*(?P<unit>\D*)")
_GRAMS_OF_UNIT = {
    "斤": JIN_GRAMS,
    "市斤": JIN_GRAMS,
    "jin": JIN_GRAMS,
    "公斤": 1000,
    "千克": 1000,
    "kg": 1000,
    "kilo": 1000,
    "克": 1,
    "g": 1,
    "两": 50,
    "liang": 50,
    "吨": 1_000_000,
    "t": 1_000_000,
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class CannotRead(ValueError):
    """Carries the message id of the sentence that tells the person what is wrong."""


def fen(text: str) -> int:
    """Read yuan as whole fen: `12.5`, `¥1,234.56`, `１２元` and `12.50 yuan` are read alike."""
    cleaned = _clean(text).removeprefix("¥").removeprefix("￥").strip()
    cleaned = re.sub(r"\s*(元|圆|yuan|rmb|cny)$", "", cleaned, flags=re.IGNORECASE)
    number = _decimal(cleaned, N_("Write an amount in yuan, for example 12.50."))
    return _whole(number * 100, AMOUNT_FEN_MAX, N_("An amount in yuan has at most two decimals."))


def signed_fen(text: str) -> int:
    """Read yuan as whole fen, with a minus or without."""
    cleaned = _clean(text)
    return -fen(cleaned[1:]) if cleaned.startswith("-") else fen(cleaned)


def grams(text: str, unit: WeightUnit) -> int:
    """Read a weight as whole grams; a bare number is in the reader's unit, `12.5斤`, `6.25 kg` and `3两` say theirs."""
    found = _WEIGHT.fullmatch(_clean(text))
    hint = N_("Write a weight, for example 12.5 or 12.5斤.")
    if found is None:
        raise CannotRead(hint)
    name = found["unit"].strip().lower()
    size = (1000 if unit == "kg" else JIN_GRAMS) if not name else _GRAMS_OF_UNIT.get(name)
    if size is None:
        raise CannotRead(N_("That unit of weight is not known; use 斤, 公斤, 克, jin, kg or g."))
    return _whole(_decimal(found["number"], hint) * size, GRAMS_MAX, N_("A weight is not finer than one gram."))


def pieces(text: str) -> int:
    """Read a count of pieces."""
    cleaned = re.sub(r"\s*[^\d.,+-]+$", "", _clean(text))
    hint = N_("Write a whole number, for example 30.")
    return _whole(_decimal(cleaned, hint), PIECES_MAX, hint)


def day(text: str) -> date:
    """Read a date: `2026-03-05`, `2026/3/5` and `2026年3月5日` are read alike."""
    found = _DATE.fullmatch(_clean(text))
    if found is None:
        raise CannotRead(N_("Write a date, for example 2026-03-05."))
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise CannotRead(N_("There is no such day in the calendar.")) from None


def _clean(text: str) -> str:
    """Fold full-width digits and signs into the plain ones, and trim."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _decimal(text: str, hint: str) -> Decimal:
    bare = text.replace(" ", "")
    if "," in bare:
        if not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", bare):
            raise CannotRead(hint)
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise CannotRead(hint)
    try:
        return Decimal(bare)
    except InvalidOperation:
        raise CannotRead(hint) from None


def _whole(value: Decimal, most: int, finer: str) -> int:
    if value != value.to_integral_value():
        raise CannotRead(finer)
    if abs(value) > most:
        raise CannotRead(N_("That figure is too large."))
    if value < 0:
        raise CannotRead(N_("That figure is below zero."))
    return int(value)

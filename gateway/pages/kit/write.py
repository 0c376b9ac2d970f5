"""Figures leave as a reader writes them: whole fen as yuan, grams as 斤 or 公斤, basis points as a percentage.

Everything is integer arithmetic; nothing is rounded but a share, which is already rounded down to two places.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from gateway.pages.kit.language import Language, Speech
from shared.clock import SHANGHAI
from shared.money import JIN_GRAMS

MINUS = "−"
NOTHING = "—"


def money(fen: int | None) -> str:
    """Write whole fen: `¥1,234.56`; a dash for None."""
    if fen is None:
        return NOTHING
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def plain_money(fen: int) -> str:
    """Write whole fen for a form field, as the reader would type it: `1234.50`."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def decimal(value: int, whole: int) -> str:
    """Write value/whole exactly, without trailing zeros; `whole` divides a power of ten."""
    sign = MINUS if value < 0 else ""
    units, rest = divmod(abs(value), whole)
    if not rest:
        return f"{sign}{units:,}"
    digits = str(rest * 1_000_000 // whole).rjust(6, "0").rstrip("0")
    return f"{sign}{units:,}.{digits}"


def weight(grams: int | None, speech: Speech) -> str:
    """Write grams in the reader's unit: `12.5 斤`, or in English `12.5 jin` or `6.25 kg`."""
    if grams is None:
        return NOTHING
    if speech.weight_unit == "kg":
        return f"{decimal(grams, 1000)} {'公斤' if speech.language == 'zh' else 'kg'}"
    return f"{decimal(grams, JIN_GRAMS)} {'斤' if speech.language == 'zh' else 'jin'}"


def plain_weight(grams: int, speech: Speech) -> str:
    """Write grams for a form field, as the reader would type them in their unit."""
    whole = 1000 if speech.weight_unit == "kg" else JIN_GRAMS
    return decimal(grams, whole).replace(",", "").replace(MINUS, "-")


def quantity(amount: int | None, measure: str, speech: Speech, unit_name: str = "") -> str:
    """Write a quantity: a weight, or a count of pieces with the name of the unit."""
    if amount is None:
        return NOTHING
    if measure == "weight":
        return weight(amount, speech)
    return f"{decimal(amount, 1)} {unit_name or speech('pieces')}"


def share(bp: int | None) -> str:
    """Write basis points: `20.00%`; a dash when there is no base."""
    if bp is None:
        return NOTHING
    sign = MINUS if bp < 0 else ""
    whole, rest = divmod(abs(bp), 100)
    return f"{sign}{whole}.{rest:02d}%"


def rate(bp: int | None) -> str:
    """Write a rule's rate: `20%`, `12.5%`."""
    return NOTHING if bp is None else f"{decimal(bp, 100)}%"


def wanted(found: Mapping[str, Any], language: Language) -> str:
    """Write when goods are wanted: the day, and its hours where they are told: `5 March 2026 07:30–09:00`."""
    hours = f" {found['wanted_from']}–{found['wanted_until']}" if found.get("wanted_from") else ""
    return day(found["wanted_on"], language) + hours


def day(value: str | date | None, language: Language) -> str:
    """Write a date, or the date in Asia/Shanghai of a moment: `2026年3月5日`, `5 March 2026`."""
    if not value:
        return NOTHING
    if isinstance(value, str) and "T" in value:
        value = _moment(value).astimezone(SHANGHAI).date()
    found = date.fromisoformat(value) if isinstance(value, str) else value
    if language == "zh":
        return f"{found.year}年{found.month}月{found.day}日"
    return format_date(found, "d MMMM y", locale="en")


def short_day(value: str, language: Language) -> str:
    """Write a date without its year: `3月5日`, `5 Mar`."""
    found = date.fromisoformat(value[:10])
    return f"{found.month}月{found.day}日" if language == "zh" else format_date(found, "d MMM", locale="en")


def moment(value: str | datetime | None, language: Language) -> str:
    """Write a moment in Asia/Shanghai: `2026年3月5日 14:02`."""
    if not value:
        return NOTHING
    found = _moment(value) if isinstance(value, str) else value
    local = found.astimezone(SHANGHAI)
    return f"{day(local.date(), language)} {local:%H:%M}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def month(year: int, number: int, language: Language) -> str:
    """Write a month: `2026年3月`, `March 2026`."""
    if language == "zh":
        return f"{year}年{number}月"
    return format_date(date(year, number, 1), "MMMM y", locale="en")


def month_alone(number: int, language: Language) -> str:
    """Write a month without its year: `3月`, `March`."""
    return f"{number}月" if language == "zh" else format_date(date(2000, number, 1), "MMMM", locale="en")

"""Who was paid without an invoice is somebody: a person by ID card, or an organisation by its credit code.

Sources: GB 11643-1999 (公民身份号码, ISO 7064 MOD 11-2) and GB 32100-2015 (统一社会信用代码, MOD 31).
"""

import re
from datetime import date

_PERSON = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ORGANISATION = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHOWN_FIRST, _SHOWN_LAST = 6, 2


def is_payee(number: str) -> bool:
    """Tell whether a text is an ID card's number or a credit code, with its check digit right."""
    return _is_person(number) or _is_organisation(number)


def masked(number: str) -> str:
    """Hide what names a person: the place and the last two digits stay, as on a receipt that is shown around."""
    hidden = len(number) - _SHOWN_FIRST - _SHOWN_LAST
    return number[:_SHOWN_FIRST] + "*" * max(0, hidden) + number[-_SHOWN_LAST:]


def _is_person(number: str) -> bool:
    if not _PERSON.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def _is_organisation(number: str) -> bool:
    if not _ORGANISATION.fullmatch(number):
        return False
    total = sum(_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(number[:17]))
    return _LETTERS[-total % 31] == number[17]

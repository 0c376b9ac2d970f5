"""An invoice (发票) is one by its numbers, wherever it is entered: for an order, or for what was bought elsewhere.

A 20-digit e-invoice number (全电发票) is one of a kind by itself; an 8-digit one needs its code of 10 or 12 digits.
"""

from typing import Protocol

E_INVOICE_DIGITS = 20
PAPER_INVOICE_DIGITS = 8
CODE_DIGITS = (10, 12)


class Numbered(Protocol):
    """What carries an invoice's numbers; an empty code was left out."""

    @property
    def number(self) -> str: ...

    @property
    def code(self) -> str: ...


def same_paper(one: Numbered, other: Numbered) -> bool:
    """Tell whether both are the same paper: by number, and by code unless one of them leaves it out."""
    if one.number != other.number:
        return False
    if len(one.number) == E_INVOICE_DIGITS and one.number.isdigit():
        return True
    return one.code == other.code or not one.code or not other.code


def numbers_problem(number: str, code: str) -> tuple[str, str, str] | None:
    """Tell what is wrong with an invoice's numbers: the field, and why in English and Chinese; None when nothing is."""
    if not number.isascii() or not number.isdigit() or len(number) not in (PAPER_INVOICE_DIGITS, E_INVOICE_DIGITS):
        return (
            "number",
            "is 20 digits, or 8 digits beside the invoice code",
            "应为20位全电发票号码，或8位发票号码（同时填写发票代码）",
        )
    if code and (not code.isascii() or not code.isdigit() or len(code) not in CODE_DIGITS):
        return "code", "is 10 or 12 digits", "发票代码应为10位或12位数字"
    if len(number) == PAPER_INVOICE_DIGITS and not code:
        return "code", "is needed beside a number of 8 digits", "8位发票号码须同时填写10位或12位发票代码"
    return None

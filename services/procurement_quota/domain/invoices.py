"""The same invoice is one record: entered twice it is refused, and its parts never sum above its total."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import Conflict

E_INVOICE_DIGITS = 20


class InvoiceTwice(Conflict):
    """This invoice is entered already.

    zh: 这张发票已经录入。
    """


class InvoiceExceeded(Conflict):
    """The parts of this invoice would exceed its total.

    zh: 同一发票各部分之和超过发票总额。
    """


@dataclass(frozen=True, slots=True)
class Invoice:
    """One entry's part of an invoice (发票); `line` says for whom and what the part is."""

    number: str
    code: str
    total_fen: int | None
    amount_fen: int
    line: tuple[str, ...]

    def is_of(self, other: "Invoice") -> bool:
        """Tell whether both are the same paper: by number, and by code unless one of them leaves it out.

        A 20-digit e-invoice number (全电发票) is one of a kind by itself.
        """
        if self.number != other.number:
            return False
        if len(self.number) == E_INVOICE_DIGITS and self.number.isdigit():
            return True
        return self.code == other.code or not self.code or not other.code


def check_invoice(asked: Invoice, entered: Sequence[Invoice]) -> None:
    """Refuse a part that was entered before or that overfills its invoice. Raises InvoiceTwice, InvoiceExceeded.

    An invoice splits only when each part states its total, the same each time, and each part is another line:
    another canteen, fund, category or origin.
    """
    same = [one for one in entered if one.is_of(asked)]
    if not same:
        return
    totals = {one.total_fen for one in (*same, asked)}
    if None in totals or len(totals) > 1 or any(one.line == asked.line for one in same):
        raise InvoiceTwice(number=asked.number)
    total = asked.total_fen or 0
    used = sum(one.amount_fen for one in same)
    if used + asked.amount_fen > total:
        raise InvoiceExceeded(number=asked.number, total_fen=total, left_fen=total - used, asked_fen=asked.amount_fen)

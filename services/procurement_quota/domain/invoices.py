"""The same invoice is one record: entered twice it is refused, and its parts never sum above its total.

An invoice is one by its 20-digit number (全电发票), or by code and number. Where there is none, a receipt (收据) is one
by its payee and number, up to a cap a payee and day. An order on the 832 platform is one by its number.

Decision: an order placed here carries no invoice of its own yet, and nothing asks for one; it enters by its acceptance,
and the channel `zhucai` is refused for what is entered or imported. Why: so no invoice can come in by both doors.
Price: an invoice for goods ordered here, entered as bought elsewhere, is seen by its seller alone, not by its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.errors import Conflict
from shared.invoices import same_paper


class InvoiceTwice(Conflict):
    """This invoice is entered already.

    zh: 这张发票已经录入。
    """


class InvoiceExceeded(Conflict):
    """The parts of this invoice would exceed its total.

    zh: 同一发票各部分之和超过发票总额。
    """


class ReceiptTwice(Conflict):
    """This payee's receipt is entered already.

    zh: 该收款人的这张收据已经录入。
    """


class ReceiptsAboveCap(Conflict):
    """This payee's receipts of that day would exceed what goes without an invoice.

    zh: 该收款人当日收据合计超过可不开发票的限额。
    """


class OrderNumberTwice(Conflict):
    """This order number of the 832 platform is entered already.

    zh: 该832平台订单号已经录入。
    """


@dataclass(frozen=True, slots=True)
class Invoice:
    """One entry's part of an invoice (发票); `line` says for whom and what the part is."""

    number: str
    code: str
    total_fen: int | None
    amount_fen: int
    line: tuple[str, ...]

    def is_of(self, other: "Invoice | RedLetter") -> bool:
        """Tell whether both are the same paper."""
        return same_paper(self, other)


@dataclass(frozen=True, slots=True)
class RedLetter:
    """A red-letter invoice (红字发票) that was entered, as far as it is told apart from others."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt (收据) for what was bought without an invoice."""

    payee_id: str
    number: str
    on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PlatformOrder:
    """One entry's part of an order on the 832 platform."""

    number: str
    buyer: str
    seller: str
    line: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One purchase as its papers see it."""

    invoice: Invoice | None = None
    receipt: Receipt | None = None
    order: PlatformOrder | None = None


@dataclass
class Papers:
    """The papers that were entered, as far as those at hand touch them; each part taken is one of them from then on."""

    receipt_fen_max: int
    invoices: dict[str, list[Invoice]] = field(default_factory=dict)
    red_letters: set[RedLetter] = field(default_factory=set)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    orders: dict[str, list[PlatformOrder]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Keep a part that was entered."""
        if part.invoice is not None:
            self.invoices.setdefault(part.invoice.number, []).append(part.invoice)
        if part.receipt is not None:
            self.receipts.setdefault(part.receipt.payee_id, []).append(part.receipt)
        if part.order is not None:
            self.orders.setdefault(part.order.number, []).append(part.order)

    def take(self, part: Part) -> None:
        """Check a new part and keep it. Raises one of this module's conflicts, and keeps nothing then."""
        if part.invoice is not None:
            if any(part.invoice.is_of(one) for one in self.red_letters):
                raise InvoiceTwice(number=part.invoice.number, red_letter=True)
            check_invoice(part.invoice, self.invoices.get(part.invoice.number, ()))
        if part.receipt is not None:
            check_receipt(part.receipt, self.receipts.get(part.receipt.payee_id, ()), self.receipt_fen_max)
        if part.order is not None:
            check_order(part.order, self.orders.get(part.order.number, ()))
        self.add(part)


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


def check_receipt(asked: Receipt, entered: Sequence[Receipt], cap_fen: int) -> None:
    """Refuse a receipt that was entered before, or one too many of a payee on a day.

    Raises ReceiptTwice, ReceiptsAboveCap.
    """
    if any(one.number == asked.number for one in entered):
        raise ReceiptTwice(number=asked.number)
    used = sum(one.amount_fen for one in entered if one.on == asked.on)
    if used + asked.amount_fen > cap_fen:
        raise ReceiptsAboveCap(
            number=asked.number, cap_fen=cap_fen, left_fen=max(0, cap_fen - used), asked_fen=asked.amount_fen
        )


def check_order(asked: PlatformOrder, entered: Sequence[PlatformOrder]) -> None:
    """Refuse an order number that is another unit's or seller's, or the same line of it. Raises OrderNumberTwice.

    One order may hold several categories or serve several canteens of its unit; each is a line of its own.
    """
    for one in entered:
        if (one.buyer, one.seller) != (asked.buyer, asked.seller) or one.line == asked.line:
            raise OrderNumberTwice(order_number=asked.number)

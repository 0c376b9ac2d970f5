"""An invoice (发票) is held against what was ordered and accepted, line by line, and whatever differs is told with why.

Three-way match: of each line that an invoice is for, what all its invoices say, red-letter ones (红字) taken off, is
held against what is kept of it (accepted, less returns and credits), and that against what was ordered.

Decision: a line differs beyond `TOLERANCE_FEN` per line. Why: an invoice's tax is rounded line by line, and a fen or
two is nobody's fault. Price: a difference within it is never told.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.money import BP_WHOLE

TOLERANCE_FEN = 5


class InvoiceKind(StrEnum):
    """What an invoice is (发票种类)."""

    SPECIAL = "special"  # 增值税专用发票
    NORMAL = "normal"  # 增值税普通发票
    FARM = "farm"  # 农产品销售发票, free of tax
    RED = "red"  # 红字发票, takes back


class DifferenceKind(StrEnum):
    """How an invoice differs from what was ordered and accepted (差异)."""

    OVER = "over"  # 开票多于验收
    UNDER = "under"  # 开票少于验收
    NOT_ACCEPTED = "not_accepted"  # 未验收先开票
    OVER_ORDERED = "over_ordered"  # 开票多于订购


@dataclass(frozen=True, slots=True)
class Line:
    """One line as ordered and kept, and what all its invoices say."""

    order_id: UUID
    line_id: UUID
    ordered_fen: int
    """As the seller confirmed it, where that is less."""
    kept_fen: int
    accepted: bool
    invoiced_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a line is not as it should be; `fen` is by how much, more invoiced being positive."""

    order_id: UUID
    line_id: UUID
    kind: DifferenceKind
    fen: int


def differences(lines: list[Line]) -> list[Difference]:
    """Tell how invoices differ, each line once, by the weightiest of what is wrong with it."""
    found = []
    for line in lines:
        over = line.invoiced_fen - line.kept_fen
        kind = None
        if not line.accepted:
            kind = DifferenceKind.NOT_ACCEPTED if line.invoiced_fen else None
            over = line.invoiced_fen
        elif line.invoiced_fen > line.ordered_fen + TOLERANCE_FEN and over > TOLERANCE_FEN:
            kind = DifferenceKind.OVER_ORDERED
        elif over > TOLERANCE_FEN:
            kind = DifferenceKind.OVER
        elif over < -TOLERANCE_FEN:
            kind = DifferenceKind.UNDER
        if kind is not None:
            found.append(Difference(line.order_id, line.line_id, kind, over))
    return found


def tax_problem(net_fen: int, tax_fen: int, rate_bp: int) -> bool:
    """Tell whether a tax is not what its rate gives, beyond the rounding of its lines."""
    return abs(tax_fen * BP_WHOLE - net_fen * rate_bp) > TOLERANCE_FEN * BP_WHOLE

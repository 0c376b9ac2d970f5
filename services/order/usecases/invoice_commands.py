"""What can be asked of an invoice, with a bound on every text, list and number."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.order.domain.invoices import DifferenceKind, InvoiceKind
from services.order.usecases.commands import EXAMPLE_ID, LINES_MAX, Command, Reason
from shared.money import AMOUNT_FEN_MAX, BP_WHOLE

Digits = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9]*$")]
SignedFen = Annotated[int, Field(ge=-AMOUNT_FEN_MAX, le=AMOUNT_FEN_MAX)]


def _example(**content: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [content]})


class InvoicedLine(Command):
    """What of an invoice, tax included, is for one line of an order; negative on a red-letter one."""

    order_id: UUID
    line_id: UUID
    gross_fen: SignedFen


class PutInvoice(Command):
    """Enter an invoice (发票), over as many lines of as many orders of one canteen as it is for."""

    model_config = _example(
        number="24432000000012345678",
        code="",
        kind="farm",
        net_fen=6_500,
        tax_fen=0,
        gross_fen=6_500,
        tax_rate_bp=0,
        issued_on="2026-03-06",
        lines=[{"order_id": EXAMPLE_ID, "line_id": EXAMPLE_ID, "gross_fen": 6_500}],
    )

    number: Digits
    code: Digits = ""
    kind: InvoiceKind
    net_fen: SignedFen
    tax_fen: SignedFen
    gross_fen: SignedFen
    tax_rate_bp: Annotated[int, Field(ge=0, le=BP_WHOLE)]
    issued_on: date
    reverses_id: UUID | None = Field(default=None, description="the invoice that a red-letter one takes back")
    lines: Annotated[tuple[InvoicedLine, ...], Field(min_length=1, max_length=5 * LINES_MAX)]


class ResolveDifference(Command):
    """Say what becomes of a difference as it now stands; another one is open anew."""

    model_config = _example(
        resolution_id=EXAMPLE_ID, line_id=EXAMPLE_ID, kind="over", fen=120, note="供应方下月开红字发票冲回"
    )

    resolution_id: UUID
    line_id: UUID
    kind: DifferenceKind
    fen: SignedFen
    note: Reason

"""The shapes of what this service answers about purchases made elsewhere, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.domain.words import PurchaseState
from shared.contracts.words import Channel, Fund


class InvoiceAnswer(Shape):
    number: str
    code: str | None
    total_fen: int | None


class ReceiptAnswer(Shape):
    """A receipt that stands for an invoice; its payee's number is masked."""

    number: str
    payee_id: str


class RedLetterInvoice(Shape):
    number: str
    code: str | None


class RedLetterAnswer(Shape):
    """A red-letter invoice that took a part of a purchase back."""

    id: str = Id
    invoice: RedLetterInvoice
    issued_on: str = Day
    amount_fen: int
    reason: str
    entered_by: str = Id
    entered_at: str = Moment


class EvidenceAnswer(Shape):
    """One paper of a purchase."""

    document_id: str = Id
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    put_by: str = Id
    put_at: str = Moment


class VerificationAnswer(Shape):
    outcome: str
    reason: str
    verified_by: str = Id
    verified_at: str = Moment


class PurchaseAnswer(Shape):
    """A purchase made elsewhere, and what a unit above found about its origin."""

    id: str = Id
    canteen_id: str = Id
    unit_id: str = Id
    fund: Fund
    category: str
    seller: str
    invoice: InvoiceAnswer | None
    receipt: ReceiptAnswer | None
    bought_on: str = Day
    amount_fen: int
    reversed_fen: int
    origin_county: str | None
    channel: Channel
    order_number: str | None
    state: PurchaseState
    entered_by: str = Id
    entered_at: str = Moment
    verification: VerificationAnswer | None
    earlier_verifications: list[VerificationAnswer]
    red_letters: list[RedLetterAnswer]
    evidence: list[EvidenceAnswer]


class PurchasePage(Shape):
    items: list[PurchaseAnswer]
    next: str | None

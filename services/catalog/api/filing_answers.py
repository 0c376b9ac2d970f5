"""What the routes of filed papers answer, as OpenAPI shows it."""

from datetime import date, datetime
from uuid import UUID

from services.catalog.api.answers import Answer
from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.filings import FilingOutcome, FilingState, FilingSubject
from services.catalog.domain.recognition import FigureEvidence, FigureKind, Mode, RecognitionLevel, SupportKind
from shared.contracts.words import SupplierKind


class FilingReviewAnswer(Answer):
    revision: int
    outcome: FilingOutcome
    reason: str
    reviewed_by: UUID
    reviewer_name: str
    reviewer_path: str
    reviewed_at: datetime


class FilingAnswer(Answer):
    """What everything that is filed on paper shows; `cut_on` is the first day that it no longer holds."""

    supplier_id: UUID
    revision: int
    state: FilingState
    document_ids: list[UUID]
    replaces: UUID | None
    cut_on: date | None
    filed_at: datetime
    changed_at: datetime
    open_steps: list[str]
    reviews: list[FilingReviewAnswer]


class RecognitionAnswer(FilingAnswer):
    recognition_id: UUID
    level: RecognitionLevel
    title: str
    modes: list[Mode]
    issuer: str
    number: str | None
    valid_from: date
    valid_to: date | None


class CertificateAnswer(FilingAnswer):
    certificate_id: UUID
    kind: CertificateKind
    title: str
    issuer: str
    number: str | None
    item_codes: list[str]
    valid_from: date
    valid_to: date | None


class FigureAnswer(FilingAnswer):
    figure_id: UUID
    kind: FigureKind
    as_of: date
    count: int
    evidence: FigureEvidence
    explanation: str


class FiledItem(Answer):
    subject: FilingSubject
    subject_id: UUID
    supplier_id: UUID
    supplier_name: str
    state: FilingState
    revision: int
    filed_at: datetime
    valid_from: date | None
    valid_to: date | None
    as_of: date | None


class Filings(Answer):
    items: list[FiledItem]
    next: str | None


class SupportAnswer(Answer):
    supplier_id: UUID
    support_id: UUID
    kind: SupportKind
    amount_fen: int
    given_on: date
    giver: str
    document: str
    note: str
    reverses: UUID | None
    recorded_by: UUID
    recorder_name: str
    recorded_at: datetime


class SupportSum(Answer):
    kind: SupportKind
    amount_fen: int


class SupportEntry(Answer):
    support_id: UUID
    kind: SupportKind
    amount_fen: int
    given_on: date
    giver: str
    reverses: UUID | None


class SupportsAnswer(Answer):
    """What was given in the year and until its end; of the year's entries the newest hundred."""

    in_year: list[SupportSum]
    ever: list[SupportSum]
    entries_in_year: int
    entries: list[SupportEntry]


class NetSales(Answer):
    """What canteens accepted here and kept in the year: lines accepted, and their money less returns and credits."""

    lines: int
    net_fen: int


class HeldRecognition(Answer):
    recognition_id: UUID
    level: RecognitionLevel
    title: str
    modes: list[Mode]
    issuer: str
    number: str | None
    valid_from: date
    valid_to: date | None


class ConfirmedFigure(Answer):
    figure_id: UUID
    count: int
    as_of: date
    evidence: FigureEvidence


class WaitingFigure(Answer):
    figure_id: UUID
    kind: FigureKind
    count: int
    as_of: date
    state: FilingState


class EffectAnswer(Answer):
    """What of a base is confirmed as of a day; `waiting` stands there for those who see what is not public."""

    supplier_id: UUID
    name: str
    kind: SupplierKind
    county_code: str
    county_name: str
    year: int
    as_of: date
    recognitions: list[HeldRecognition]
    employed: ConfirmedFigure | None
    households: ConfirmedFigure | None
    supports: SupportsAnswer
    sales: NetSales
    waiting: list[WaitingFigure] = []

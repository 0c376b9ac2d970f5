"""What is answered of a case: as its receipt to whoever raised it, and whole to whoever deals with it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import Party
from services.order.domain.cases import CaseKind, CaseOutcome, CaseSubject
from services.order.domain.states import CaseState


class CasePaper(BaseModel):
    """Evidence; its bytes are read by a link."""

    document_id: UUID
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    put_at: datetime


class CaseStepView(BaseModel):
    """What happened, and in whose hands the case was from then on; whoever raised it reads no officer's name."""

    at: datetime
    step: str
    state: CaseState
    unit: Party
    account_id: UUID | None
    account_name: str
    reason: str
    outcome: CaseOutcome | None


class CaseSummary(BaseModel):
    """A case in a list."""

    case_id: UUID
    kind: CaseKind
    subject: CaseSubject
    subject_id: UUID | None
    unit: Party
    """Who has it in hand."""
    state: CaseState
    raised_at: datetime
    reply_due_at: datetime
    outcome: CaseOutcome | None
    reopened: bool


class CaseView(CaseSummary):
    """A case with what happened to it: recorded (有记录), answered (有回复), followed up to an outcome (有跟踪)."""

    text: str
    contact: str | None
    """Null for whoever does not deal with it."""
    recorded: bool
    answered: bool
    followed_up: bool
    open_steps: list[str]
    papers: list[CasePaper]
    steps: list[CaseStepView]


class CaseReceipt(CaseView):
    """A case as it was received, with the code that follows it."""

    code: str


class CasePage(BaseModel):
    items: list[CaseSummary]
    next: str | None


class CaseCounts(BaseModel):
    """How many cases there are, and how long it took to answer them."""

    cases: int
    closed: int
    late: int
    upheld: int
    median_days_to_answer: int | None


class UnitsCases(CaseCounts):
    """The cases in a unit's hands."""

    unit_id: UUID
    unit_name: str


class CaseStatistics(BaseModel):
    """The cases of a year, by unit."""

    year: int
    total: CaseCounts
    """Of all units, whichever page they stand on."""
    units: list[UnitsCases]
    next: str | None

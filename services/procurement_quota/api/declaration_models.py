"""The shapes of restatements and declarations, for OpenAPI."""

from typing import Any

from pydantic import ConfigDict

from services.procurement_quota.api.models import ClosingEntry, FiledRule, Id, Moment, RestatementDue, Shape
from services.procurement_quota.domain.declaring import DeclarationState, Step
from services.procurement_quota.domain.words import Status


class RestatementAnswer(Shape):
    """A closed year's figures, filed again under a number."""

    canteen_id: str = Id
    year: int
    number: int
    reason: str
    filed_at: str = Moment
    filed_by: str = Id
    entry: ClosingEntry
    filed: list[FiledRule]


class RestatedListed(Shape):
    number: int
    reason: str
    filed_at: str = Moment


class TurnedRule(Shape):
    """How a rule's verdict was filed when the year was closed, and how it is now; null is nothing due."""

    rule: str
    filed_status: Status
    status: Status
    restatement: RestatementDue | None


class TurnedCanteen(Shape):
    """A canteen whose closed year was restated, or whose verdict is another by now."""

    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    due_on: str | None
    overdue: bool
    rules: list[TurnedRule]
    filed: list[RestatedListed]


class RestatementPage(Shape):
    unit_id: str = Id
    year: int
    items: list[TurnedCanteen]
    next: str | None


class DeclaredRule(Shape):
    """What is declared under a rule; `left_out_fen` of the numerator was unpaid on 31 January."""

    rule: str
    name: str
    name_en: str
    base_fen: int
    counted_fen: int
    left_out_fen: int
    share_bp: int | None
    required_fen: int | None
    shortfall_fen: int | None
    status: Status


class StepAnswer(Shape):
    """Who did what, in which capacity; the signature (Ed25519) is over the bytes of `statement`."""

    step: Step
    account_id: str = Id
    name: str
    capacity: str
    reason: str
    at: str = Moment
    statement: str
    signature: str
    public_key: str


class DeclarationListed(Shape):
    """A declaration as a list shows it; `code` is the verification code (核验码)."""

    id: str = Id
    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    year: int
    number: int
    restatement: int
    restates: str | None
    state: DeclarationState
    code: str
    payload_sha256: str
    root: str
    prepared_by: str
    prepared_at: str = Moment
    published_at: str | None
    rules: list[DeclaredRule]
    steps: list[StepAnswer]


class DeclarationPage(Shape):
    items: list[DeclarationListed]
    next: str | None


class DeclarationAnswer(DeclarationListed):
    """A declaration with all that it says: figures as filed and as declared, unpaid orders, transfers, the root."""

    said: dict[str, Any]
    open_steps: list[str]


class StatementSigned(Shape):
    statement: str
    signature: str


class DeclarationFile(Shape):
    """A published declaration, the same bytes at every reading, in canonical JSON (sorted keys, no spaces, UTF-8).

    `payload` is what is declared; it names the SHA-256 of `extract`, the ledger's entries behind the figures, one JSON
    list a line: unit, number, hash, kind, fund, day, amount in fen, order, and by rule [base, counted] in fen. Each
    statement of `steps` names the SHA-256 of `payload` and of the statement before it, and is signed by `public_key`.
    """

    model_config = ConfigDict(extra="ignore")

    extract: str
    format: str
    payload: str
    public_key: str
    steps: list[StatementSigned]

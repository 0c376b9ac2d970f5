"""The shapes of statements, for OpenAPI."""

from services.procurement_quota.api.models import (
    ClosedMonthAnswer,
    CoverageAnswer,
    Day,
    EntryPlace,
    FiguresAnswer,
    Id,
    Moment,
    RestatedRule,
    RestatementDue,
    Shape,
    SubjectAnswer,
)
from services.procurement_quota.api.union_models import ApartAnswer
from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.domain.words import Status
from shared.contracts.words import CanteenKind, Fund


class DocumentAnswer(Shape):
    document: str
    valid_from: str = Day
    valid_to: str | None


class StatementRule(Shape):
    """The rule as printed on the statement; `rate_bp` is the subject's own."""

    code: str
    version: int
    name: str
    name_en: str
    fund: Fund
    rate_bp: int | None
    general_rate_bp: int | None
    designated_unit_rate_bp: int | None
    reading: str
    reading_en: str
    defaults: list[dict[str, str]]
    source: str
    reservation_days: int
    union_apart: bool
    holds_flagged: bool
    documents: list[DocumentAnswer]


class RuleName(Shape):
    code: str
    name: str
    name_en: str
    fund: Fund


class PositionAnswer(Shape):
    """The chain positions a statement was computed from; one chain is named, several by their root."""

    chains: int
    root: str
    unit_id: str | None
    seq: int | None
    hash: str | None


class MonthAnswer(Shape):
    month: int
    due_on: str = Day
    attested: bool
    attested_fen: int | None
    ledger_fen: int
    counted_fen: int


class AfterYear(Shape):
    """What was posted after the year's end and still belongs to it."""

    ledger_fen: int
    counted_fen: int


class IfProven(Shape):
    """Where a canteen, a holder's part of it or a unit would stand, were all that is held proven.

    A unit has counts by status and no status, as everywhere.
    """

    counted_fen: int
    share_bp: int | None
    shortfall_fen: int | None
    surplus_fen: int | None
    status: Status | None
    counts: dict[str, int] | None = None


class PartAnswer(Shape):
    """One holder's part of a shared canteen."""

    unit_id: str | None
    holder: str
    weight_bp: int
    rate_bp: int | None
    ledger_fen: int
    base_fen: int
    counted_fen: int
    required_fen: int | None
    shortfall_fen: int | None
    surplus_fen: int | None
    held_fen: int
    status: Status | None
    if_proven: IfProven | None = None


class AsFiled(Shape):
    rule_version: int
    rate_bp: int | None
    figures: FiguresAnswer
    missing_months: list[int]
    status: Status
    closed_at: str = Moment
    closed_by: str = Id
    entry: EntryPlace


class CanteenRow(Shape):
    """One canteen, or a unit's part of a shared one, in a unit's statement."""

    id: str = Id
    name: str
    kind: CanteenKind
    unit_id: str = Id
    unit_name: str
    unit_path: str
    weight_bp: int
    rate_bp: int | None
    ledger_fen: int
    base_fen: int
    counted_fen: int
    required_fen: int | None
    shortfall_fen: int | None
    surplus_fen: int | None
    held_fen: int
    attested_fen: int | None
    coverage: CoverageAnswer
    share_bp: int | None
    reserved_fen: int | None
    accepted_fen: int | None
    unpaid_fen: int | None
    missing_months: list[int]
    closed: bool
    status: Status
    if_proven: IfProven | None = None


class BelowRow(Shape):
    """A unit directly below, with its canteens counted by status."""

    path: str
    canteens: int
    counts: dict[str, int]
    base_fen: int
    counted_fen: int
    held_fen: int
    shortfall_fen: int
    if_proven: IfProven | None = None


class OpeningPart(Shape):
    """What of a canteen's figures was bought before it joined (期初余额)."""

    id: str = Id
    bought_until: str = Day
    amount_fen: int
    base_fen: int
    counted_fen: int
    state: FilingState


class StatementAnswer(Shape):
    """A statement under one rule: of a canteen, or of a unit and all below it (which has counts and no status)."""

    subject: SubjectAnswer
    rule: StatementRule
    rules: list[RuleName]
    year: int
    happened_by: str = Day
    known_by: str = Moment
    position: PositionAnswer
    ordered_fen: int
    """Ordered here with the rule's fund for this year, and neither accepted nor ended: what is on its way."""
    figures: FiguresAnswer
    coverage: CoverageAnswer
    status: Status | None
    if_proven: IfProven | None = None
    """Null where nothing is held."""
    missing_months: list[int] | None = None
    months: list[MonthAnswer] | None = None
    after_year: AfterYear | None = None
    union_apart: ApartAnswer | None = None
    parts: list[PartAnswer] | None = None
    opening: list[OpeningPart] | None = None
    as_filed: AsFiled | None = None
    restatement_due: bool | None = None
    restatement: RestatementDue | None = None
    restatements: list[RestatedRule] = []
    closed_months: list[ClosedMonthAnswer] = []
    counts: dict[str, int] | None = None
    shortfalls: dict[str, int] | None = None
    canteens: list[CanteenRow] | None = None
    units: list[BelowRow] | None = None

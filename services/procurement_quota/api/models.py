"""The shapes of this service's answers, for OpenAPI; use cases write them, and nothing validates them again."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.words import EntryKind, Status
from shared.contracts.words import CanteenKind, Channel, Fund, UnitLevel

Id = Field(json_schema_extra={"format": "uuid"})
Day = Field(json_schema_extra={"format": "date"})
Moment = Field(json_schema_extra={"format": "date-time"})


class Shape(BaseModel):
    """An answer; readers ignore what they do not know yet."""

    model_config = ConfigDict(extra="ignore")


class UnitAnswer(Shape):
    """A federation or a unit below it."""

    id: str = Id
    version: int
    code: str
    name: str
    level: UnitLevel
    parent_id: str | None
    path: str
    division_code: str
    approval_limit_fen: int


class UnitPage(Shape):
    items: list[UnitAnswer]
    next: str | None


class CanteenAnswer(Shape):
    """A canteen with the unit that runs it."""

    id: str = Id
    version: int
    unit_id: str = Id
    unit_name: str
    unit_path: str
    name: str
    kind: CanteenKind
    active: bool


class CanteenPage(Shape):
    items: list[CanteenAnswer]
    next: str | None


class InForceAnswer(Shape):
    """Days in which a version of a rule binds; `valid_to` is the day after the last."""

    rule_version: int
    valid_from: str = Day
    valid_to: str | None
    document: str


class RuleContent(Shape):
    """What a rule says, drafted or in force."""

    code: str
    name: str
    name_en: str
    fund: Fund
    scope_path: str
    rate_bp: int | None
    designated_unit_rate_bp: int | None
    designated_list_code: str | None
    list_codes: list[str]
    channels: list[Channel]
    order_number_required: bool
    preference: list[str]
    categories: list[str]
    reading: str
    reading_en: str
    source: str
    reservation_days: int
    union_apart: bool
    holds_flagged: bool = False


class RuleAnswer(RuleContent):
    """A rule with its reading, its declared defaults and its documents."""

    version: int
    rule_version: int
    defaults: list[dict[str, str]]
    in_force: list[InForceAnswer]


class RulePage(Shape):
    items: list[RuleAnswer]
    next: str | None


class DesignationAnswer(Shape):
    """One county's place on the newest version of a list."""

    list_code: str
    list_version: int
    list_name: str
    source: str
    county_code: str
    county_name: str
    valid_from: str = Day
    valid_to: str | None
    note: str


class DesignationPage(Shape):
    items: list[DesignationAnswer]
    next: str | None


class BridgeAnswer(Shape):
    timing_fen: int
    freight_fen: int
    not_food_fen: int


class AttestationVersion(Shape):
    """One version of what finance attested, with its bridge from the books."""

    version: int
    farm_produce_fen: int
    bridge: BridgeAnswer
    books_fen: int
    explanation: str
    attested_by: str = Id
    attested_at: str = Moment
    late: bool


class AttestationAnswer(AttestationVersion):
    """A month's attestation beside what the ledger holds from January to that month."""

    canteen_id: str = Id
    fund: Fund
    year: int
    month: int
    due_on: str = Day
    ledger_fen: int | None
    remainder_fen: int | None
    needs_explanation: bool
    versions: list[AttestationVersion]


class FiguresAnswer(Shape):
    """Figures in fen; a share is floored to basis points and absent where the base is not positive."""

    ledger_fen: int
    attested_fen: int | None
    base_fen: int
    counted_fen: int
    share_bp: int | None
    required_fen: int | None
    shortfall_fen: int | None
    surplus_fen: int | None
    reserved_fen: int | None
    executed_bp: int | None
    unpaid_fen: int
    accepted_fen: int | None = None
    """All that was accepted and kept, farm produce or not, here or elsewhere; what was filed before has none."""
    paid_fen: int | None = None
    held_fen: int = 0
    """In the base, and counted once the flags on it are set aside; only under a rule that holds what is flagged."""


class CoverageAnswer(Shape):
    """How far a base is proven: what was attested of it, and the due months that were attested."""

    attested_base_fen: int
    attested_bp: int | None
    due_months: int
    due_months_attested: int


class FiledRule(Shape):
    rule: str
    rule_version: int
    rate_bp: int | None
    figures: FiguresAnswer
    missing_months: list[int]
    status: Status


class EntryPlace(Shape):
    unit_id: str = Id
    seq: int


class ClosingEntry(EntryPlace):
    hash: str


class ClosingAnswer(Shape):
    """A closed year with its figures as filed."""

    canteen_id: str = Id
    year: int
    closed_at: str = Moment
    closed_by: str = Id
    entry: ClosingEntry
    filed: list[FiledRule]


class MonthFiguresAnswer(Shape):
    """A month's own sums, and the year to its end."""

    month_ledger_fen: int
    month_counted_fen: int
    ledger_fen: int
    attested_fen: int | None
    base_fen: int
    counted_fen: int
    share_bp: int | None


class ClosedMonthAnswer(Shape):
    """A closed month: as it was filed, and as it is known now."""

    month: int
    closed_at: str = Moment
    closed_by: str = Id
    entry: EntryPlace
    as_filed: MonthFiguresAnswer
    restated: MonthFiguresAnswer
    moved: bool


class FiledMonth(Shape):
    rule: str
    rule_version: int
    rate_bp: int | None
    figures: MonthFiguresAnswer


class MonthClosingAnswer(Shape):
    """A closed month with its figures as filed."""

    canteen_id: str = Id
    year: int
    month: int
    closed_at: str = Moment
    closed_by: str = Id
    entry: ClosingEntry
    filed: list[FiledMonth]


class RestatementDue(Shape):
    """The verdict turned after it was filed; a restatement is due thirty days later."""

    was: Status
    now: Status
    flipped_at: str = Moment
    due_on: str = Day
    overdue: bool


class RestatedRule(Shape):
    """What a restatement filed under one rule."""

    number: int
    reason: str
    filed_at: str = Moment
    filed_by: str = Id
    entry: EntryPlace
    status: Status | None
    rate_bp: int | None
    figures: FiguresAnswer | None


class SubjectAnswer(Shape):
    kind: str
    id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    canteen_kind: CanteenKind | None


class LineAnswer(Shape):
    """One entry with its reason, its facts, and its place in the chain."""

    unit_id: str = Id
    seq: int
    hash: str
    previous_hash: str
    recorded_at: str = Moment
    kind: EntryKind
    canteen_id: str = Id
    fund: Fund
    year: int
    happened_on: str = Day
    posting_month: int
    amount_fen: int
    order_id: str | None
    supplier_id: str | None
    listing_id: str | None
    source_id: str = Id
    corrects: EntryPlace | None
    facts: dict[str, Any]
    in_base: bool
    counts: bool
    base_fen: int
    counted_fen: int
    held_fen: int
    """What it adds to what is held until flags are decided."""
    reason: str
    reason_zh: str
    reason_en: str


class LinePage(Shape):
    items: list[LineAnswer]
    next: str | None

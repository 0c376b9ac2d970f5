"""The shapes of reports, for OpenAPI."""

from services.procurement_quota.api.models import Day, FiguresAnswer, Id, Moment, Shape
from services.procurement_quota.api.statement_models import IfProven, StatementRule
from services.procurement_quota.domain.report_presets import Series
from services.procurement_quota.domain.reporting import Apart, Criterion, Level
from shared.contracts.words import UnitLevel


class PresetDay(Shape):
    """A preset date in a year; `series` is whose dates they are."""

    code: str
    series: Series
    name: str
    name_en: str
    day: str = Day
    reading: str
    reading_en: str
    source: str
    first_year: int
    last_year: int | None


class PresetList(Shape):
    items: list[PresetDay]


class PresetName(Shape):
    code: str
    name: str
    name_en: str


class ReportSubject(Shape):
    id: str = Id
    code: str
    name: str
    path: str
    level: UnitLevel


class ReportRule(StatementRule):
    """The rule as printed; a report has rows of several rates, so none of its own."""

    rate_bp: int | None = None


class ReportPosition(Shape):
    chains: int
    root: str


class CriterionAnswer(Shape):
    code: Criterion
    says: str
    says_en: str


class ChangeAnswer(Shape):
    """What a row was then, and how it moved since: basis points and fen, signed."""

    fulfilled_bp: int
    change_bp: int
    shortfall_fen: int
    shortfall_change_fen: int


class TrendOfRow(Shape):
    """None is not zero: one of the two days is not known, or not proven."""

    previous: ChangeAnswer | None
    last_year: ChangeAnswer | None


class ReportRow(Shape):
    """A row: its canteens counted by status, and summed; `share_bp` only where one rate binds what was bought."""

    rank: int | None
    apart: Apart | None
    id: str = Id
    name: str
    path: str
    own: bool
    canteens: int
    bound: int
    on_track: int
    judged: int
    counts: dict[str, int]
    base_fen: int
    counted_fen: int
    held_fen: int = 0
    """Held until flags on it are decided; what was issued before has none."""
    if_proven: IfProven | None = None
    """Null where nothing is held."""
    rate_bp: int | None
    share_bp: int | None
    required_fen: int
    shortfall_fen: int
    fulfilled_bp: int | None
    band: str | None
    trend: TrendOfRow


class UnprovenCanteen(Shape):
    """A canteen that is not proven, and what it lacks: due months, or an explanation of a ledger above the attested."""

    id: str = Id
    name: str
    unit_name: str
    unit_path: str
    weight_bp: int
    missing_months: list[int]
    above_attested: bool
    base_fen: int
    counted_fen: int


class TotalFigures(FiguresAnswer):
    """The statement's figures; no share, since several rates may bind."""

    share_bp: int | None = None


class ReportTotals(Shape):
    canteens: int
    counts: dict[str, int]
    figures: TotalFigures
    if_proven: IfProven | None = None
    """No share, since several rates may bind."""


class BandAnswer(Shape):
    code: str
    from_bp: int
    name: str
    name_en: str
    rows: int
    canteens: int


class TrendAnswer(Shape):
    """Which earlier day the rows are compared with, or why there is none."""

    name: str
    year: int
    happened_by: str | None
    known_by: str | None
    preset: PresetName | None
    missing: str | None


class ReportAnswer(Shape):
    """A report (通报): ranked rows, those that are unproven apart, and those that have no rank for another reason."""

    format: str
    subject: ReportSubject
    rule: ReportRule
    year: int
    preset: PresetName | None
    happened_by: str = Day
    known_by: str = Moment
    position: ReportPosition
    level: Level
    criterion: CriterionAnswer
    ranked: list[ReportRow]
    unproven: list[ReportRow]
    unproven_canteens: list[UnprovenCanteen]
    not_ranked: list[ReportRow]
    totals: ReportTotals
    bands: list[BandAnswer]
    trends: list[TrendAnswer]


class IssuedAnswer(Shape):
    """A report as it was issued; `digest` is the SHA-256 of `report` as canonical JSON (sorted keys, no spaces, UTF-8).

    `signature` is Ed25519 over `{"digest":"…","format":"zhucai-issued-report-1"}`; `code` is of the signature.
    `intact` tells whether all of it still fits.
    """

    code: str
    digest: str
    signature: str
    public_key: str
    issued_at: str = Moment
    intact: bool
    report: ReportAnswer

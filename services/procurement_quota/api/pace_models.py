"""The shapes of pace and alerts, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape, SubjectAnswer
from services.procurement_quota.domain.alerts import Alert
from services.procurement_quota.domain.words import Status


class ProjectionAnswer(Shape):
    """Where a year would end; `needed_fen` of what counts is still to be bought, `monthly_fen` a month."""

    base_fen: int
    counted_fen: int
    required_fen: int | None
    meets: bool | None
    shortfall_fen: int | None
    needed_fen: int | None
    monthly_fen: int | None


class ConcentrationAnswer(Shape):
    """December's part of a year; `index_bp` is 10000 for an even twelfth and 120000 when December is all of it."""

    december_fen: int
    year_fen: int
    share_bp: int | None
    index_bp: int | None


class DecemberAnswer(Shape):
    base: ConcentrationAnswer | None
    counted: ConcentrationAnswer | None


class PaceRow(Shape):
    """One canteen's pace; amounts are the whole canteen's, `weight_bp` the holder's part of them."""

    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    weight_bp: int
    rate_bp: int | None
    status: Status
    closed: bool
    base_fen: int
    counted_fen: int
    share_bp: int | None
    begun_on: str = Day
    days: int
    days_run: int
    months_left: int
    linear: ProjectionAnswer | None
    seasonal: ProjectionAnswer | None
    december: DecemberAnswer
    december_last_year: DecemberAnswer


class ProjectedAnswer(Shape):
    """How many canteens would meet, and the summed shortfall of those that would not; nothing is netted."""

    meets: int
    short: int
    unknown: int
    shortfall_fen: int
    needed_fen: int


class PaceAnswer(Shape):
    """The pace of a canteen, or of a unit's canteens, by the season where last year gives one, else in a line."""

    subject: SubjectAnswer
    rule: str
    year: int
    happened_by: str = Day
    known_by: str = Moment
    rounding_zh: str
    rounding_en: str
    canteens: int
    projected: ProjectedAnswer
    items: list[PaceRow]
    next: str | None


class Limits(Shape):
    """From where on something is an alert; null is never."""

    behind_bp: int | None
    short_bp: int | None
    missing_months: int | None
    december_bp: int | None
    unpaid_bp: int | None


class LimitsVersion(Limits):
    version: int
    valid_from: str = Day
    set_by: str = Id
    set_at: str = Moment


class ThresholdsAnswer(Shape):
    """What a unit has set, newest version first, beside what holds where nobody has."""

    unit_id: str = Id
    unit_name: str
    default: Limits
    versions: list[LimitsVersion]


class LimitsInForce(Limits):
    """What holds for this reading, and which unit set it; nobody, when it is the default."""

    set_by_unit_id: str | None
    set_by_unit_name: str | None
    version: int | None
    valid_from: str | None


class AlertAnswer(Shape):
    """One alert; `value` is in the unit of its threshold."""

    alert: Alert
    text_zh: str
    text_en: str
    value: int
    threshold: int | None
    amount_fen: int | None
    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    status: Status


class AlertPage(Shape):
    """A page of a unit's alerts, with how many there are of each kind on all pages."""

    unit_id: str = Id
    unit_name: str
    rule: str
    year: int
    happened_by: str = Day
    known_by: str = Moment
    thresholds: LimitsInForce
    counts: dict[str, int]
    items: list[AlertAnswer]
    next: str | None

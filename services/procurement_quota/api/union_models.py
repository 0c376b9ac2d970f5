"""The shapes of the union fund, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape


class HeadsVersion(Shape):
    version: int
    heads: int
    source: str
    filed_by: str = Id
    filed_at: str = Moment


class HeadsAnswer(HeadsVersion):
    """How many people a unit's union goods are for in a year: the newest figure, and all versions, oldest first."""

    unit_id: str = Id
    unit_name: str
    year: int
    versions: list[HeadsVersion]


class LabelsAnswer(Shape):
    """What was bought, each purchase under the first label of the precedence that fits it."""

    disabled_base_fen: int
    demonstration_household_fen: int
    listed_county_fen: int
    none_fen: int


class UnionSumsAnswer(Shape):
    amount_fen: int
    preferred_fen: int
    preferred_bp: int | None
    by_label: LabelsAnswer


class UnionTotal(UnionSumsAnswer):
    """All units; the amount a head is of those alone whose heads are filed."""

    heads: int
    units: int
    units_without_heads: int
    per_head_fen: int | None


class UnionRow(UnionSumsAnswer):
    """One unit; without heads filed there is no amount a head."""

    unit_id: str = Id
    unit_name: str
    unit_path: str
    heads: int | None
    per_head_fen: int | None


class ApartAnswer(Shape):
    """What union purchases come to by a canteen rule's own measure; they enter neither its base nor its share."""

    rule: str
    name: str
    name_en: str
    base_fen: int
    counted_fen: int
    share_bp: int | None


class UnionFundAnswer(Shape):
    """The union fund of a unit and of each below it, by path."""

    unit_id: str = Id
    unit_name: str
    rule: str
    rule_name: str
    rule_name_en: str
    year: int
    happened_by: str = Day
    known_by: str = Moment
    rounding_zh: str
    rounding_en: str
    total: UnionTotal
    apart: list[ApartAnswer]
    items: list[UnionRow]
    next: str | None

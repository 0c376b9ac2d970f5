"""The shapes of what moved a figure, for OpenAPI."""

from services.procurement_quota.api.models import Day, LineAnswer, Moment, Shape, SubjectAnswer
from services.procurement_quota.domain.movements import Movement
from services.procurement_quota.domain.words import Status


class AmountsAnswer(Shape):
    """What moves, in fen; `required_fen` is what the rate asks of the base."""

    base_fen: int
    counted_fen: int
    required_fen: int


class MovedAnswer(AmountsAnswer):
    """One kind of movement, with how many entries it is of."""

    movement: Movement
    text_zh: str
    text_en: str
    entries: int


class MovementEnd(AmountsAnswer):
    """One of the two statements, as that statement shows it.

    `rule_version` is null where no rule was known by then: that end goes by the version that was known later.
    """

    happened_by: str = Day
    known_by: str = Moment
    rule_version: int | None
    shortfall_fen: int
    share_bp: int | None
    status: Status | None
    counts: dict[str, int] | None


class MovementItem(Shape):
    """In a canteen's list one movement, with its entry where it has one; in a unit's list one canteen's movements."""

    base_fen: int
    counted_fen: int
    movement: Movement | None = None
    text_zh: str | None = None
    text_en: str | None = None
    line: LineAnswer | None = None
    canteen_id: str | None = None
    name: str | None = None
    unit_id: str | None = None
    unit_name: str | None = None
    unit_path: str | None = None
    required_fen: int | None = None
    since: AmountsAnswer | None = None
    until: AmountsAnswer | None = None
    sums: list[MovedAnswer] | None = None


class MovementsAnswer(Shape):
    """What lies between two statements: `sums` sum exactly to `difference`, which is `until` less `since`.

    The base and counted amounts of all items of all pages sum to the same.
    """

    subject: SubjectAnswer
    rule: str
    year: int
    since: MovementEnd
    until: MovementEnd
    difference: AmountsAnswer
    sums: list[MovedAnswer]
    canteens: int
    moved: int
    items: list[MovementItem]
    next: str | None

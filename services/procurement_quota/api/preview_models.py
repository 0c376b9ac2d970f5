"""The shapes of previews, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Shape
from shared.contracts.words import FlagKind, FlagState


class PreviewFigures(Shape):
    base_fen: int
    counted_fen: int
    share_bp: int | None
    required_fen: int | None
    shortfall_fen: int | None


class LineVerdict(Shape):
    counts: bool
    in_base: bool
    reason: str
    reason_zh: str
    reason_en: str


class PreviewPair(Shape):
    before: PreviewFigures
    after: PreviewFigures


class PreviewRule(PreviewPair):
    """The share of the year in which the basket is expected, under one rule; then the same with what is on its way."""

    rule: str
    name: str
    name_en: str
    rate_bp: int | None
    with_open_orders: PreviewPair
    counts: list[LineVerdict]


class OpenYear(Shape):
    year: int
    amount_fen: int


class OpenOrdersAnswer(Shape):
    """What is ordered with this fund and not yet accepted, by the year in which it is expected.

    `complete` is false when there is more of it than is told.
    """

    complete: bool
    years: list[OpenYear]


class FlagAnswer(Shape):
    """A flag on the goods of a basket's supplier: what it names may be held, and these goods may be named next.

    `lines` are the places of the supplier's lines in the basket; `held_by` are the rules that hold what is flagged.
    """

    flag_id: str = Id
    supplier_id: str = Id
    kind: FlagKind
    state: FlagState
    item_code: str
    year: int
    reason: str
    lines: list[int]
    held_by: list[str]


class PreviewAnswer(Shape):
    """The share before and after a basket, under each rule that would bind it on the day it is expected."""

    wanted_on: str = Day
    year: int
    flags: list[FlagAnswer]
    open_orders: OpenOrdersAnswer
    rules: list[PreviewRule]


class NotCounted(LineVerdict):
    rule: str
    name: str
    name_en: str


class LineToReplace(Shape):
    """Under which rules a line lies in the base without counting, though other goods here might count."""

    not_counted: list[NotCounted]


class EffectAnswer(Shape):
    """A rule's share with the basket as it is, and with a candidate in its line's place."""

    rule: str
    name: str
    name_en: str
    counts: bool
    reason: str
    share_bp: int | None
    share_with_it_bp: int | None
    counted_difference_fen: int
    base_difference_fen: int


class CandidateAnswer(Shape):
    """`gains` is under how many rules it counts where the line does not."""

    line: int
    gains: int
    rules: list[EffectAnswer]


class SubstitutesPreviewAnswer(Shape):
    wanted_on: str = Day
    lines: list[LineToReplace]
    candidates: list[CandidateAnswer]

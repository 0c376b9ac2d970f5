"""The shapes of samples, for OpenAPI."""

from typing import Any

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.domain.sample_draws import DrawState, Outside
from services.procurement_quota.domain.words import EntryKind
from shared.contracts.words import Fund


class FileDraw(Shape):
    """A draw as it was announced."""

    id: str = Id
    unit_id: str = Id
    year: int
    size: int
    draw: str
    held_on: str = Day
    result_source: str
    value_form: str
    announced_at: str = Moment


class DrawListed(FileDraw):
    """A draw; `value` or `not_held` is what was entered last, `version` how often something was."""

    unit_name: str
    unit_path: str
    state: DrawState
    version: int
    value: str | None
    not_held: str | None
    entered_at: str | None
    confirmed_at: str | None


class DrawPage(Shape):
    items: list[DrawListed]
    next: str | None


class DrawResult(Shape):
    version: int
    value: str | None
    not_held: str | None
    entered_at: str = Moment


class SampleFigures(Shape):
    """Of the frame: the root of its close entries, the seed, its purchases and their sum as filed."""

    root: str
    seed: str
    frame_lines: int
    frame_fen: int


class CanteenOutside(Shape):
    """A canteen with purchases that was not closed before the day of the draw; figures as they stood then."""

    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    reason: Outside
    lines: int
    amount_fen: int


class DrawPeople(Shape):
    announced_by: str | None
    entered_by: str | None
    confirmed_by: str | None


class DrawAnswer(DrawListed):
    """A draw whole; `people` is told to those alone who read its lines."""

    results: list[DrawResult]
    sample: SampleFigures | None
    outside: list[CanteenOutside]
    people: DrawPeople | None


class SampledJudgement(Shape):
    rule: str
    in_base: bool
    counts: bool
    reason: str
    reason_zh: str
    reason_en: str


class SampledLine(Shape):
    """A purchase that was drawn: `filed_fen` is what was kept of it as filed, `now_fen` what is kept by now."""

    place: int
    certain: bool
    canteen_id: str = Id
    canteen_name: str
    unit_id: str = Id
    unit_name: str
    seq: int
    hash: str
    kind: EntryKind
    fund: Fund
    happened_on: str = Day
    recorded_at: str = Moment
    filed_fen: int
    now_fen: int
    lot_id: str = Id
    lot_line: str = Id
    order_id: str | None
    supplier_id: str | None
    facts: dict[str, Any]
    judgements: list[SampledJudgement]


class SampledPage(Shape):
    items: list[SampledLine]
    next: str | None


class FileResult(Shape):
    value: str
    version: int
    entered_at: str = Moment
    drawn_at: str = Moment


class FileCanteen(Shape):
    """A canteen of the frame with its close entry."""

    canteen_id: str = Id
    name: str
    unit_id: str = Id
    unit_name: str
    seq: int
    hash: str
    closed_at: str = Moment


class SampleFile(Shape):
    """What a stranger draws the sample from again; `frame` is text, one JSON list a line."""

    format: str
    algorithm: dict[str, str]
    draw: FileDraw
    result: FileResult
    canteens: list[FileCanteen]
    outside: list[CanteenOutside]
    root: str
    seed: str
    frame: str
    frame_sha256: str
    sample: list[list[Any]]

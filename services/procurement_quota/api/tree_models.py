"""The shapes of what this service answers about the tree of units, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.usecases.move_unit import MoveKind
from shared.contracts.words import UnitLevel


class PlaceAnswer(Shape):
    """Where a unit stood, and what its rate follows, from a day on."""

    version: int
    valid_from: str = Day
    level: UnitLevel
    path: str
    division_code: str
    recorded_at: str = Moment


class MoveAnswer(Shape):
    """A unit that went below another, or was merged into it."""

    id: str = Id
    kind: MoveKind
    to_unit_id: str = Id
    from_path: str
    to_path: str
    valid_from: str = Day
    document: str
    units: int
    version: int
    recorded_at: str = Moment


class UnitHistory(Shape):
    """A unit as it stands, with what it was and how it moved, oldest record first."""

    unit_id: str = Id
    code: str
    name: str
    path: str
    version: int
    places: list[PlaceAnswer]
    moves: list[MoveAnswer]

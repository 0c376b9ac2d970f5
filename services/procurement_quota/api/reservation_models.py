"""The shapes of reservations, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.domain.reservations import ReservationState, ReviewOutcome


class ReservedAnswer(Shape):
    rule: str
    amount_fen: int


class RequiredAnswer(Shape):
    """What a rule asks for on the expected base, and by when."""

    rule: str
    rate_bp: int | None
    required_fen: int
    due_on: str = Day


class ReviewAnswer(Shape):
    """What the level above said of a version."""

    outcome: ReviewOutcome
    reason: str
    reviewed_by: str = Id
    reviewed_at: str = Moment


class ReservationVersion(Shape):
    """One version, with the reason of an amendment and the explanation of what is lower than last year."""

    version: int
    state: ReservationState
    expected_base_fen: int
    reserved: list[ReservedAnswer]
    reason: str
    explanation: str
    filed_by: str = Id
    filed_at: str = Moment
    review: ReviewAnswer | None


class StandingAnswer(Shape):
    expected_base_fen: int
    reserved: list[ReservedAnswer]


class ReservationAnswer(ReservationVersion):
    """A canteen's reservation of a year: its newest version, what the rates ask for, last year's, and all versions."""

    id: str = Id
    canteen_id: str = Id
    canteen_name: str
    unit_id: str = Id
    year: int
    required: list[RequiredAnswer]
    late: bool
    last_year: StandingAnswer | None
    versions: list[ReservationVersion]


class ReservationItem(Shape):
    """The newest version that was submitted of a canteen's reservation, else its newest draft."""

    id: str = Id
    canteen_id: str = Id
    canteen_name: str
    unit_id: str = Id
    unit_name: str
    unit_path: str
    year: int
    version: int
    state: ReservationState
    expected_base_fen: int
    reserved: list[ReservedAnswer]
    filed_by: str = Id
    filed_at: str = Moment


class ReservationPage(Shape):
    items: list[ReservationItem]
    next: str | None

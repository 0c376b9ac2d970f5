"""The shapes of what this service answers about filings to a level above, for OpenAPI."""

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.api.purchase_models import EvidenceAnswer
from services.procurement_quota.domain.forms import FilingState, Ruling
from shared.contracts.words import CanteenKind


class RulingAnswer(Shape):
    """What a level above said to a filing, and which papers there were by then, by their sha256."""

    outcome: Ruling
    reason: str
    unit_path: str
    unit_name: str
    papers: list[str]
    ruled_by: str = Id
    ruled_at: str = Moment


class HolderAnswer(Shape):
    """One who shares a canteen; a party outside the tree has no unit."""

    unit_id: str | None
    name: str
    meals: int
    weight_bp: int


class CanteenFilingAnswer(Shape):
    """A change of how a canteen is run, as it was filed, with what was said to it."""

    id: str = Id
    canteen_id: str = Id
    unit_id: str = Id
    unit_name: str
    unit_path: str
    name: str
    kind: CanteenKind
    valid_from: str = Day
    evidence: str
    holders: list[HolderAnswer]
    state: FilingState
    filed_by: str = Id
    filed_at: str = Moment
    ruling: RulingAnswer | None
    papers: list[EvidenceAnswer]


class CanteenFilingPage(Shape):
    items: list[CanteenFilingAnswer]
    next: str | None

"""The shapes of what this service answers about opening balances, for OpenAPI."""

from services.procurement_quota.api.filing_models import RulingAnswer
from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.api.purchase_models import EvidenceAnswer
from services.procurement_quota.domain.forms import FilingState
from shared.contracts.words import Channel, Fund


class OpeningLine(Shape):
    category: str
    amount_fen: int
    origin_county: str | None
    channel: Channel
    order_number: str | None


class OpeningAnswer(Shape):
    """What a canteen bought in its year before it joined, with what was said to it."""

    id: str = Id
    canteen_id: str = Id
    unit_id: str = Id
    unit_name: str
    fund: Fund
    bought_until: str = Day
    amount_fen: int
    lines: list[OpeningLine]
    evidence: str
    state: FilingState
    filed_by: str = Id
    filed_at: str = Moment
    ruling: RulingAnswer | None
    papers: list[EvidenceAnswer]


class OpeningPage(Shape):
    items: list[OpeningAnswer]
    next: str | None

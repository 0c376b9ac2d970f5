"""The shapes of the registers' records, for OpenAPI."""

from typing import Any, Literal

from services.procurement_quota.api.models import Day, Id, Moment, Shape
from services.procurement_quota.api.purchase_models import EvidenceAnswer
from services.procurement_quota.domain.registers import (
    Body,
    ConflictReview,
    ConflictState,
    Measure,
    ReferralState,
    Relation,
    VisitState,
)


class RecordVersion(Shape):
    """One version of a record; `why` is given where it corrects."""

    version: int
    state: str
    why: str
    written_by: str = Id
    recorded_at: str = Moment


class RecordHeading(Shape):
    """What all records have; `history` holds every version up to this one."""

    id: str = Id
    version: int
    unit_id: str = Id
    unit_name: str
    unit_path: str
    why: str
    written_by: str = Id
    recorded_at: str = Moment
    history: list[RecordVersion]


class FrozenFile(Shape):
    """A file behind a flag, by its digest; its bytes are kept where the flag has them."""

    document_id: str = Id
    name: str
    media_type: str
    sha256: str
    size_bytes: int


class VisitMend(Shape):
    what: str
    due_on: str = Day


class VisitAnswer(RecordHeading):
    """An unannounced visit; the unit itself was visited where no canteen and no supplier is named."""

    state: VisitState
    canteen_id: str | None
    supplier_id: str | None
    visited_on: str = Day
    visitors: str
    found: str
    mend: list[VisitMend]
    done: str
    papers: list[EvidenceAnswer]


class VisitPage(Shape):
    items: list[VisitAnswer]
    next: str | None


class ConflictReviewed(Shape):
    outcome: ConflictReview
    reason: str


class ConflictAnswer(RecordHeading):
    """A conflict of interest of `account_id`'s; in force from its declaration on, on its days, unless returned."""

    state: ConflictState
    account_id: str = Id
    in_force: bool
    relation: Relation
    supplier_id: str | None
    about_unit_id: str | None
    valid_from: str = Day
    valid_to: str | None
    measure: Measure
    text: str
    review: ConflictReviewed | None


class ConflictPage(Shape):
    items: list[ConflictAnswer]
    next: str | None


class ConflictDecision(Shape):
    """Something that the person decided: which, how and when."""

    kind: Literal["purchase", "canteen_filing", "opening_balance", "transfer", "declaration", "reservation"]
    id: str = Id
    outcome: str
    decided_at: str = Moment
    canteen_id: str = Id
    unit_id: str = Id
    unit_name: str


class ConflictDecisionPage(Shape):
    items: list[ConflictDecision]
    next: str | None


class ReferralPart(Shape):
    happened_on: str = Day
    document: str | None
    text: str


class ReferralAnswer(RecordHeading):
    """A case; `digest` is SHA-256 of the canonical JSON of `flag`, `facts`, `files` and `frozen_at`."""

    state: ReferralState
    canteen_id: str | None
    supplier_id: str | None
    body: Body
    body_name: str
    flag: dict[str, Any]
    reason: str
    facts: dict[str, Any]
    files: list[FrozenFile]
    frozen_at: str = Moment
    digest: str
    handing_on: ReferralPart | None
    acknowledgement: ReferralPart | None
    outcome: ReferralPart | None


class ReferralPage(Shape):
    items: list[ReferralAnswer]
    next: str | None

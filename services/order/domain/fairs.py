"""An event of selling (展销会) is open on its days while its organiser keeps it open, and only for whom it admitted."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.words import FairKind, FairState


@dataclass(frozen=True, slots=True)
class Fair:
    """An event of selling, its days (both ends in), and whom it admitted."""

    begins_on: date
    ends_on: date
    state: FairState
    supplier_ids: frozenset[UUID]
    kind: FairKind | None
    """None where it was heard of before kinds were kept."""

    def is_open(self, day: date) -> bool:
        return self.state is FairState.OPEN and self.begins_on <= day <= self.ends_on

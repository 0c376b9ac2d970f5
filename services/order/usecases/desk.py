"""What a use case may reach for is handed to it, so that `main` alone chooses."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.order.clients.cards import Cards
from services.order.store.baskets import Basket
from services.order.store.placing import Placing
from services.order.store.stepping import Look, Seen, Stepping
from shared.clock import Clock
from shared.darkroom import Darkroom
from shared.db.together import Together
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore
from shared.files.links import LinkSigner
from shared.press import Press


@dataclass(frozen=True)
class Desk:
    """The order service's desk; `cards` is None where no card vendor is set up."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    links: LinkSigner
    cards: Cards | None
    ocds_prefix: str
    """The registered prefix of open contracting; empty where there is none."""
    public_url: str
    """The address that people type."""
    tolerance_bp: int
    """How far the weight of a line may be off where nothing else was agreed."""
    approval_days: int
    """How many days a requisition waits for a unit before it is handed to the one above."""
    answer_days: int
    """How many days a seller has to answer an order, or whether a packed one may be cancelled; silence ends it."""
    on_site_entry_days: int
    """How many days after a fair sales at it are still told."""
    on_site_answer_days: int
    """How many days a sale at a fair waits for its buyer."""
    substitute_hours: int
    """How many hours a canteen has to answer a substitute; silence refuses it."""
    closing_days: int
    """How many days after its acceptance a settled order is closed."""
    second_person_fen: int
    """What one person may accept from a supplier in a day; above it a second one is wanted."""
    darkroom: Darkroom
    press: Press
    return_days: int
    """Within how many days of their acceptance goods are sent back."""
    return_reply_days: int
    """Within how many days a supplier answers a return before it goes to the unit above."""
    return_escalation_days: int
    """Within how many days after its refusal a return goes to the unit above."""
    ruling_days: int
    """Within how many days the unit above rules on a return."""
    case_reply_days: int
    """Within how many days a case is answered and closed."""
    read_to_place: Together[tuple[UUID, UUID], Basket | None]
    """Reads a basket by its id and the requisition's, together with others that are asked for now."""
    place_new: Together[Placing, None]
    """Places a new requisition's orders, together with others."""
    look_at: Together[Look, Seen | None]
    """Reads an order and all that decides its next step, together with others."""
    step_on: Together[Stepping, bool]
    """Moves an order on that was looked at, together with others; False where it has to go under a lock."""

    def returns_until(self, accepted_on: date) -> date:
        """Give the last day on which goods that were accepted on a day may be sent back."""
        return accepted_on + timedelta(days=self.return_days)

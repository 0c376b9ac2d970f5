"""A requisition that waits has people whom it waits for and a clock: silence hands it up, and at the top it expires.

Decision: whoever was asked first may still decide after it was handed up. Why: a late answer is an answer, and who is
above may know less. Price: two levels may look at it at once; the first decision stands.

Decision: time ends with the day that the goods are wanted on, however many days are left. Why: what is approved after
that cannot be delivered. Price: what is wanted tomorrow may expire before anybody above was asked.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.store.requisitions import Requisition
from shared.clock import day_is_over
from shared.contracts.authority import Identity, Owned, Role, allows, require
from shared.contracts.order import Audience


def due_from(now: datetime, days: int, wanted_on: date) -> datetime:
    """Give until when it waits where it begins to wait now."""
    return min(now + timedelta(days=days), day_is_over(wanted_on))


def approvers_of(unit_id: UUID) -> Audience:
    return Audience(organisation_id=unit_id, roles=(Role.APPROVER,))


def waiting_facts(asked: Requisition) -> dict[str, Any]:
    """State what whoever it waits for is told of it."""
    return {
        "canteen": asked.canteen_name,
        "by": asked.requested_by_name,
        "amount_fen": asked.amount_fen,
        "wanted_on": asked.wanted_on,
    }


def require_decider(identity: Identity, asked: Requisition) -> tuple[Role | None, UUID | None]:
    """Give the role and the unit by which somebody may decide this. Raises OwnRequest, NotAllowed."""
    levels = [Owned(canteen_id=asked.canteen_id, unit_path=path, asked_by=asked.requested_by) for path in asked.paths]
    level = next((one for one in levels if allows(identity, "decide_requisition", one)), levels[0])
    role = require(identity, "decide_requisition", level)
    seats = (seat.organisation_id for seat in identity.seats if seat.role is role and seat.path == level.unit_path)
    return role, next(seats, None)

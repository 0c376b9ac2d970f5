"""A supplier's people for tests, let in as owners let them in."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.catalog.domain.members import SEAT_OF, MemberRole
from services.catalog.usecases.accept_invitation import AcceptInvitation, accept_invitation
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.put_invitation import PutInvitation, put_invitation
from shared.contracts.authority import Identity, Seat
from shared.ids import new_id
from tests.build.catalog import Seller, a_person


async def invited(desk: Desk, seller: Seller, role: str, until: date | None = None) -> str:
    """Have the owner make a code."""
    command = PutInvitation(role=MemberRole(role), until=until)
    made = await put_invitation(desk, seller.person, seller.id, new_id(), command)
    return str(made["code"])


async def let_in(
    desk: Desk, seller: Seller, role: str, until: date | None = None, who: Identity | None = None
) -> Identity:
    """Let a person in, and seat them as the gateway does when it hears of it."""
    who = who or a_person(name=f"{role} 王五")
    await accept_invitation(desk, who, AcceptInvitation(code=await invited(desk, seller, role, until)))
    return seated_as(who, role, seller.id)


def seated_as(who: Identity, role: str, supplier_id: UUID) -> Identity:
    """Give somebody the seat of a member."""
    return replace(who, seats=(*who.seats, Seat(SEAT_OF[MemberRole(role)], supplier_id)))

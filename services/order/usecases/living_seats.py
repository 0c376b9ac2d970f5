"""A helper acts for a seller until the end of their last day, and not a minute longer.

Decision: whoever asks with a helper's seat is held against the day at each request. Why: the seat is taken by catalog's
round and by the gateway's hearing of it, some ten minutes after midnight. Price: one look at a table for each request
of a helper, and none for anybody else.
"""

from dataclasses import replace

from services.order.store.members import whom_no_longer_helped
from services.order.usecases.desk import Desk
from shared.clock import today
from shared.contracts.authority import Identity, Role


async def with_living_seats(desk: Desk, identity: Identity) -> Identity:
    """Leave out of who asks the helper's seats that have ended; all others are as the gateway signed them."""
    helped = [seat.organisation_id for seat in identity.seats_as(Role.HELPER)]
    if not helped:
        return identity
    async with desk.uow.glance() as tx:
        ended = await whom_no_longer_helped(tx, identity.account_id, helped, today(desk.clock))
    left = (seat for seat in identity.seats if seat.role is not Role.HELPER or seat.organisation_id not in ended)
    return replace(identity, seats=tuple(left))

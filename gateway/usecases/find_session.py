"""Who is asking is what the database says of a token now: a living session, its account, its seats."""

from dataclasses import dataclass

from gateway.store.accounts import Seated, seats_of
from gateway.store.sessions import SEEN_EVERY, Found, find_session, touch
from gateway.usecases.desk import Desk


@dataclass(frozen=True, slots=True)
class Asking:
    """A living session and the seats of its account."""

    session: Found
    seats: tuple[Seated, ...]


async def find_asking(desk: Desk, token_sha256: bytes) -> Asking | None:
    """Find who holds a token; None when nobody does any more."""
    now = desk.clock.now()
    async with desk.uow.glance() as look:
        found = await find_session(look, token_sha256, now)
        if found is None:
            return None
        asking = Asking(found, await seats_of(look, found.account_id))
    if now - found.seen_at > SEEN_EVERY:
        async with desk.uow.begin() as tx:
            await touch(tx, found.id)
    return asking

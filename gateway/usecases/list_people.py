"""An officer and an auditor see who acts for the units and canteens in their area, in which role, and since when.

Decision: a person is told by name and by the id of the account, never by what they sign in with or how they are
reached. Why: who decided what is asked of every step, and an account's name is half of what a thief wants. Price: two
people of one name in one office are told apart by their ids alone.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.store.people import SeatedPerson, seated
from gateway.usecases.desk import Desk
from shared.contracts.authority import Identity, Reach, Role, seats_that_reach
from shared.http.paging import LIMIT_DEFAULT, decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class AskedPeople:
    """Which of them."""

    role: Role | None = None
    organisation_id: UUID | None = None
    named: str | None = None
    """A part of the name, of either case."""
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


async def list_people(desk: Desk, identity: Identity, asked: AskedPeople) -> dict[str, Any]:
    """List seats by unit, canteen and role. Raises InvalidFields for a cursor of another list."""
    keys = decode_cursor(asked.cursor, str, UUID, str, UUID)
    reached = seats_that_reach(identity, "list_people")
    paths = [seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path]
    if not paths:
        return {"items": [], "next": None}
    async with desk.uow.read() as tx:
        found = await seated(
            tx,
            paths,
            role=asked.role and asked.role.value,
            organisation_id=asked.organisation_id,
            named=asked.named,
            after=None if keys is None else (keys[0], keys[1], keys[2], keys[3]),
            limit=asked.limit + 1,
        )
    shown = found[: asked.limit]
    following = None
    if len(found) > asked.limit:
        last = shown[-1]
        following = encode_cursor([last.path, str(last.organisation_id), last.role, str(last.account_id)])
    return {"items": [_told(one) for one in shown], "next": following}


def _told(one: SeatedPerson) -> dict[str, Any]:
    return {
        "account_id": str(one.account_id),
        "name": one.name,
        "role": one.role,
        "organisation": {"kind": one.kind, "id": str(one.organisation_id), "name": one.organisation_name},
        "unit": {"id": str(one.unit_id), "name": one.unit_name, "path": one.path},
        "granted_at": one.granted_at,
        "disabled": one.disabled_at is not None,
    }

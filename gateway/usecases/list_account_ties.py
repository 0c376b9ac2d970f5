"""An auditor sees who sits with a supplier and with a buyer or a federation, and who shares a telephone with whom.

A tie proves nothing: an office has one telephone. What is only one house's own is none: the owner of a base gives the
base's telephone, and two people of one unit give their unit's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gateway.clients.services import Answer
from gateway.store import phones
from gateway.usecases.desk import Desk
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import decode_cursor, encode_cursor

LOOKED_AT = 100
"""Accounts that one look takes in, and asks catalog about."""
LOOKS_MAX = 5
"""A page may end before it is full, with the next one to ask for."""
ASKED_MAX = 2_500
"""Of more telephones catalog is asked again; of more suppliers it is not, and they count as beyond reach."""
Row = Any


@dataclass(frozen=True, slots=True)
class AskedTies:
    """Which ties, how many, from where on, and in which language a refusal is told."""

    limit: int
    kind: str | None = None
    cursor: str | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class TiesPage:
    """Some ties, and where to go on."""

    items: list[dict[str, Any]]
    following: str | None


@dataclass
class _Look:
    """What is known of some accounts: where they sit, who shares their telephones, and what suppliers are."""

    paths: Sequence[str]
    candidates: Sequence[Row]
    holders: dict[str, list[Row]] = field(default_factory=dict)
    houses: dict[UUID, list[Row]] = field(default_factory=dict)
    sharing: dict[str, dict[str, Any]] = field(default_factory=dict)
    suppliers: dict[UUID, dict[str, Any] | None] = field(default_factory=dict)

    def hear(self, told: dict[str, Any]) -> None:
        """Take in what catalog knows of some telephones and suppliers."""
        self.sharing |= {one["phone"]: one for one in told["phones"]}
        matched = [*told["suppliers"], *(supplier for one in told["phones"] for supplier in one["suppliers"])]
        self.suppliers |= {UUID(one["supplier_id"]): one["supplier"] for one in matched}

    def ties_of(self, account: Row) -> Iterator[dict[str, Any]]:
        """Give the ties that begin with an account: of its person, and of telephones of which it is the first."""
        if (person := self._person(account)) is not None:
            yield person
        for value, holders in self.holders.items():
            if holders[0].account_id == account.id and (shared := self._phone(value, holders)) is not None:
                yield shared

    def _person(self, account: Row) -> dict[str, Any] | None:
        sits = self.houses.get(account.id, [])
        own = [row.organisation_id for row in sits if row.kind == "supplier"]
        if not own or len(own) == len(sits) or not self._reaches([account.id], own):
            return None
        suppliers = [self._supplier(one, None, None) for one in dict.fromkeys(own) if self.suppliers.get(one)]
        return {
            "between": "accounts",
            "kind": "person",
            "value": str(account.id),
            "account_count": 1,
            "supplier_count": len(set(own)),
            "decisions": None,
            "accounts": [self._account(account.id, account.name, None, None)],
            "suppliers": suppliers,
        }

    def _phone(self, value: str, holders: list[Row]) -> dict[str, Any] | None:
        told = self.sharing.get(value, {"supplier_count": 0, "suppliers": []})
        ids = [UUID(one["supplier_id"]) for one in told["suppliers"]]
        if not self._is_shared(holders, ids, told["supplier_count"]):
            return None
        if not self._reaches([row.account_id for row in holders], ids):
            return None
        return {
            "between": "accounts",
            "kind": "phone",
            "value": value,
            "account_count": holders[0].accounts,
            "supplier_count": told["supplier_count"],
            "decisions": None,
            "accounts": [
                self._account(row.account_id, row.name, row.since.isoformat(), row.until and row.until.isoformat())
                for row in holders
                if self._reaches([row.account_id], [])
            ],
            "suppliers": [
                self._supplier(UUID(one["supplier_id"]), one["since"], one["until"])
                for one in told["suppliers"]
                if one["supplier"]
            ],
        }

    def _is_shared(self, holders: list[Row], ids: list[UUID], supplier_count: int) -> bool:
        """Tell whether a telephone is of more than one house, and not only of one person and their own suppliers."""
        houses = {row.house for one in holders for row in self.houses[one.account_id]}
        if len(houses | set(ids)) + supplier_count - len(ids) < 2:
            return False
        return len(holders) > 1 or supplier_count > len(ids) or not set(ids) <= houses

    def _reaches(self, account_ids: Sequence[UUID], supplier_ids: Sequence[UUID]) -> bool:
        """Tell whether any of these is below the auditor's paths: by a unit, or by a supplier that catalog shows."""
        sits = [row for one in account_ids for row in self.houses.get(one, [])]
        return any(self._is_in_reach(row) for row in sits) or any(self.suppliers.get(one) for one in supplier_ids)

    def _is_in_reach(self, seat: Row) -> bool:
        below = bool(seat.path) and any(seat.path.startswith(path) for path in self.paths)
        return below or bool(self.suppliers.get(seat.organisation_id))

    def _account(self, account_id: UUID, name: str, since: str | None, until: str | None) -> dict[str, Any]:
        sits = self.houses.get(account_id, [])
        shown = [row for row in sits if self._is_in_reach(row)]
        return {
            "account_id": str(account_id),
            "name": name,
            "since": since,
            "until": until,
            "seat_count": len(sits),
            "seats": [
                {
                    "role": row.role,
                    "kind": row.kind,
                    "organisation_id": str(row.organisation_id),
                    "organisation_name": row.name,
                }
                for row in shown
            ],
        }

    def _supplier(self, supplier_id: UUID, since: str | None, until: str | None) -> dict[str, Any]:
        told = self.suppliers[supplier_id]
        assert told is not None
        return {"supplier_id": str(supplier_id), **told, "since": since, "until": until}


async def list_account_ties(desk: Desk, identity: Identity, asked: AskedTies) -> TiesPage | Answer:
    """List ties by account, a page at a time; a refusal of catalog is given as it is. Raises InvalidFields."""
    keys = decode_cursor(asked.cursor, UUID, int)
    since, given = (keys[0], keys[1]) if keys else (None, 0)
    paths = paths_of(identity)
    items: list[dict[str, Any]] = []
    following: list[Any] | None = None
    for _ in range(LOOKS_MAX if paths else 0):
        look = await _look(desk, identity, paths, since, asked.language)
        if isinstance(look, Answer):
            return look
        following = None
        for account in look.candidates[:LOOKED_AT]:
            ties = [tie for tie in look.ties_of(account) if asked.kind in (None, tie["kind"])][given:]
            room = asked.limit - len(items)
            items += ties[:room]
            if len(ties) > room:
                return TiesPage(items, encode_cursor([str(account.id), given + room]))
            given = 0
        if len(look.candidates) <= LOOKED_AT:
            break
        since = look.candidates[LOOKED_AT].id
        following = [str(since), 0]
    return TiesPage(items, encode_cursor(following) if following else None)


def paths_of(identity: Identity) -> list[str]:
    """Give the paths below which somebody audits."""
    reached = seats_that_reach(identity, "list_ties")
    return [seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path]


async def _look(
    desk: Desk, identity: Identity, paths: Sequence[str], since: UUID | None, language: str
) -> _Look | Answer:
    """Look at the accounts from one on; what catalog knows is asked after the database is left."""
    async with desk.uow.read() as tx:
        look = _Look(paths, await phones.candidates(tx, since, LOOKED_AT + 1))
        ids = [row.id for row in look.candidates[:LOOKED_AT]]
        for row in await phones.holders(tx, ids):
            look.holders.setdefault(row.value, []).append(row)
        everybody = {*ids, *(row.account_id for rows in look.holders.values() for row in rows)}
        for row in await phones.houses(tx, everybody):
            look.houses.setdefault(row.account_id, []).append(row)
    own = {row.organisation_id for rows in look.houses.values() for row in rows if row.kind == "supplier"}
    supplier_ids = sorted(map(str, own))[:ASKED_MAX]
    values = sorted(look.holders)
    for first in range(0, max(len(values), 1), ASKED_MAX):
        asked = {"phones": values[first : first + ASKED_MAX], "supplier_ids": [] if first else supplier_ids}
        found = await _asked(desk, identity, asked, language)
        if not found.ok:
            return found
        look.hear(found.json())
    return look


async def _asked(desk: Desk, identity: Identity, asked: dict[str, Any], language: str) -> Answer:
    spoken = {"accept-language": language}
    path = "/internal/contact-matches"
    return await desk.services.call("catalog", "POST", path, identity=identity, json=asked, headers=spoken)

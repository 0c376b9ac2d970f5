"""Which suppliers give a telephone that an account gives is told to the gateway, for an auditor who asks it.

Decision: the gateway asks with the telephones of its accounts, and composes; it says no event of them, and no copy of
them is kept here. Why: accounts are the gateway's, it is the one place that composes, and a telephone that nobody
shares leaves its database only in such a question. Price: the auditor waits for two databases.
"""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, Field

from services.catalog.store import contacts
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, NotAllowed, Reach, seats_that_reach
from shared.reference import county_name

ASKED_MAX = 2_500
PHONE_LENGTH_MAX = 20


class MatchContacts(BaseModel):
    """Telephones as they are compared (shared/texts), and suppliers that are known already."""

    model_config = COMMAND

    phones: Annotated[tuple[Annotated[str, Field(max_length=PHONE_LENGTH_MAX)], ...], Field(max_length=ASKED_MAX)] = ()
    supplier_ids: Annotated[tuple[UUID, ...], Field(max_length=ASKED_MAX)] = ()


async def match_contacts(desk: Desk, identity: Identity, command: MatchContacts) -> dict[str, Any]:
    """Give by telephone who gave it, and of suppliers what they are; those beyond reach by their ids alone."""
    reached = seats_that_reach(identity, "list_ties")
    paths = [seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path]
    if not paths:
        raise NotAllowed(operation="list_ties")
    async with desk.uow.read() as tx:
        sharing = await contacts.of_phones(tx, paths, command.phones)
        named = await contacts.named(tx, paths, command.supplier_ids)
    return {
        "phones": [_group(phone, [row for row in sharing if row.phone == phone]) for phone in _in_order(sharing)],
        "suppliers": [_shown(row) for row in named],
    }


def _in_order(rows: Sequence[sa.Row[Any]]) -> list[str]:
    return list(dict.fromkeys(row.phone for row in rows))


def _group(phone: str, rows: Sequence[sa.Row[Any]]) -> dict[str, Any]:
    return {
        "phone": phone,
        "supplier_count": rows[0].suppliers,
        "suppliers": [
            _shown(row)
            | {"since": row.since.isoformat(), "until": row.until.isoformat() if row.until is not None else None}
            for row in rows
        ],
    }


def _shown(row: sa.Row[Any]) -> dict[str, Any]:
    told = {
        "name": row.name,
        "kind": row.kind,
        "county_code": row.county_code,
        "county_name": county_name(row.county_code),
        "state": row.state,
    }
    return {"supplier_id": str(row.supplier_id), "supplier": told if row.in_reach else None}

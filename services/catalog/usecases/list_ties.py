"""An auditor sees which suppliers share a bank account, a telephone, an address or the person behind them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.contacts import TieKind
from services.catalog.store import contacts
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.reference import county_name


class ListTies(BaseModel):
    """What is shared, and which page."""

    model_config = COMMAND

    kind: TieKind | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_ties(desk: Desk, identity: Identity, query: ListTies) -> dict[str, Any]:
    """List what suppliers share of which one is within reach; those beyond reach are counted and not named."""
    reached = seats_that_reach(identity, "list_ties")
    paths = [seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path]
    if not paths:
        return {"items": [], "next": None}
    async with desk.uow.read() as tx:
        kind = query.kind.value if query.kind else None
        found = await contacts.ties(tx, paths, kind, _after(query.cursor), query.limit + 1)
        page = found[: query.limit]
        shown: dict[tuple[str, str], list[Any]] = {(row.kind, row.value): [] for row in page}
        for row in await contacts.members(tx, paths, list(shown)):
            shown[row.kind, row.value].append(row)
    following = None
    if len(found) > query.limit:
        last = page[-1]
        following = encode_cursor(["tie", last.kind, number_of(last.first_at), last.first_of])
    return {"items": [_tie(row, shown[row.kind, row.value]) for row in page], "next": following}


def _tie(row: Any, members: list[Any]) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "value": row.value,
        "supplier_count": row.suppliers,
        "decisions": row.decisions,
        "suppliers": [
            {
                "supplier_id": str(one.supplier_id),
                "name": one.name,
                "kind": one.supplier_kind,
                "county_code": one.county_code,
                "county_name": county_name(one.county_code),
                "state": one.state,
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in members
        ],
    }


def _after(cursor: str | None) -> tuple[str, datetime, UUID] | None:
    keys = decode_cursor(cursor, str, str, int, UUID)
    if keys is None:
        return None
    tagged(keys[0], "tie")
    return keys[1], moment_of(keys[2]), keys[3]

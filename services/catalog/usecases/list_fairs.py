"""Anyone sees which events of selling there are and were."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.store import fairs
from services.catalog.usecases.cursors import tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import fair_line
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, seats_that_reach
from shared.contracts.words import FairKind, FairState
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListFairs(BaseModel):
    """Which events, and which page of them."""

    model_config = COMMAND

    state: FairState | None = None
    kind: FairKind | None = None
    unit: UUID | None = Field(default=None, description="who holds them")
    year: int | None = Field(default=None, ge=2000, le=2100, description="in which they begin")
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_fairs(desk: Desk, identity: Identity | None, query: ListFairs) -> dict[str, Any]:
    """List events, the last to begin first; drafts only to the officers of who holds them."""
    keys = decode_cursor(query.cursor, str, date, UUID)
    if keys is not None:
        tagged(keys[0], "begins")
    seats = seats_that_reach(identity, "review_fair_supplier") if identity else []
    async with desk.uow.glance() as tx:
        found = await fairs.page(
            tx,
            seen_paths=[seat.path for _, seat in seats if seat.path],
            state=query.state,
            kind=query.kind,
            year=query.year,
            unit_id=query.unit,
            after=None if keys is None else (keys[1], keys[2]),
            limit=query.limit + 1,
        )
    shown, following = found[: query.limit], None
    if len(found) > query.limit:
        following = encode_cursor(["begins", shown[-1].begins_on.isoformat(), str(shown[-1].fair_id)])
    return {"items": [fair_line(one) for one in shown], "next": following}

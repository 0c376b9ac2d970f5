"""An officer finds what waits to be confirmed, and a supplier what it filed, without knowing any id."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.filings import FilingState, FilingSubject
from services.catalog.store import filings
from services.catalog.store.filings import Whose
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListFilings(BaseModel):
    """Which of what is filed, and which page of it."""

    model_config = COMMAND

    state: FilingState = FilingState.FILED
    subject: FilingSubject | None = None
    supplier: UUID | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


def whose_of(identity: Identity, operation: str) -> Whose:
    """Tell of which suppliers an asker sees what is not public, by the grants of an operation."""
    reached = seats_that_reach(identity, operation)
    return Whose(
        account_id=identity.account_id,
        supplier_ids=tuple(seat.organisation_id for reach, seat in reached if reach is Reach.OWN_SUPPLIER),
        paths=tuple(seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path),
    )


async def list_filings(desk: Desk, identity: Identity, query: ListFilings) -> dict[str, Any]:
    """List what is filed in a state, the one that has waited longest first; nobody else's."""
    async with desk.uow.glance() as tx:
        found = await filings.page(
            tx,
            whose_of(identity, "list_filings"),
            subjects=tuple(FilingSubject) if query.subject is None else (query.subject,),
            state=query.state,
            supplier_id=query.supplier,
            after=_after(query.cursor),
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    following = None
    if len(found) > query.limit:
        last = page[-1]
        following = encode_cursor(["filed", number_of(last.filed_at), str(last.supplier_id), str(last.filing_id)])
    return {"items": [_item(row) for row in page], "next": following}


def _item(row: Any) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "subject_id": str(row.filing_id),
        "supplier_id": str(row.supplier_id),
        "supplier_name": row.supplier_name,
        "state": row.state,
        "revision": row.revision,
        "filed_at": row.filed_at.isoformat(),
        **{
            name: day.isoformat() if (day := getattr(row, name)) else None
            for name in ("valid_from", "valid_to", "as_of")
        },
    }


def _after(cursor: str | None) -> tuple[datetime, UUID, UUID] | None:
    keys = decode_cursor(cursor, str, int, UUID, UUID)
    if keys is None:
        return None
    tagged(keys[0], "filed")
    return moment_of(keys[1]), keys[2], keys[3]

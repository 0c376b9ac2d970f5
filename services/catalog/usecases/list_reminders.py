"""What ends soon, or has just ended, is seen by whoever can see to it; it is computed when it is read."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.expiry import LAPSED_SHOWN_DAYS, NOTICE_DAYS, REMINDED_DAYS_MAX
from services.catalog.store import expiry
from services.catalog.store.expiry import Ending
from services.catalog.usecases.cursors import tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.list_filings import whose_of
from services.catalog.usecases.texts import COMMAND
from shared.clock import today
from shared.contracts.authority import Identity
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListReminders(BaseModel):
    """How far ahead to look, of whom, and which page."""

    model_config = COMMAND

    days: int = Field(default=max(NOTICE_DAYS), ge=0, le=REMINDED_DAYS_MAX, description="how many days ahead")
    supplier: UUID | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_reminders(desk: Desk, identity: Identity, query: ListReminders) -> dict[str, Any]:
    """List confirmed papers that end within some days, or ended in the last 90, the first to end first."""
    now = today(desk.clock)
    async with desk.uow.glance() as tx:
        found = await expiry.page(
            tx,
            whose_of(identity, "list_reminders"),
            first=now - timedelta(days=LAPSED_SHOWN_DAYS),
            last=now + timedelta(days=query.days),
            supplier_id=query.supplier,
            after=_after(query.cursor),
            limit=query.limit + 1,
        )
    following = None
    if len(found) > query.limit:
        last = found[query.limit - 1]
        following = encode_cursor(["ends", last.valid_to.isoformat(), str(last.supplier_id), str(last.filing_id)])
    return {"items": [_item(one, now) for one in found[: query.limit]], "next": following}


def _item(one: Ending, now: date) -> dict[str, Any]:
    left = (one.valid_to - now).days
    return {
        "supplier_id": str(one.supplier_id),
        "supplier_name": one.supplier_name,
        "subject": one.subject.value,
        "subject_id": str(one.filing_id),
        "kind": one.kind,
        "name": one.title,
        "valid_to": one.valid_to.isoformat(),
        "days_left": left,
        "lapsed": left < 0,
    }


def _after(cursor: str | None) -> tuple[date, UUID, UUID] | None:
    keys = decode_cursor(cursor, str, date, UUID, UUID)
    if keys is None:
        return None
    tagged(keys[0], "ends")
    return keys[1], keys[2], keys[3]
